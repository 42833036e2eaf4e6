/** Accuracy of the probes by layer (Figures 12 and 14), as experiments that train some report it. */
import type { Row } from '../experiment.ts'
import type { Section } from '../report/document.ts'

export async function probeSection(rows: readonly Row[]): Promise<Section> {
  const told = rows.filter(({ method, metric }) => method === 'probe' && metric === 'accuracy')
  const { curves } = await import('../report/plot.ts')
  const points = told.map(({ layer, value }) => ({ method: 'probe', setting: 'stream at the input of the layer', x: layer ?? 0, mean: value ?? 0, low: value ?? 0, high: value ?? 0 }))
  return {
    heading: 'Accuracy of the probes by layer', text: ['On sentences that training did not see.'],
    figures: points.length === 0 ? [] : [curves('Accuracy on test sentences', points, { x: 'layer', y: 'accuracy' })],
    tables: [{ title: 'Accuracy on test sentences', headings: ['layer', 'accuracy'], rows: told.map(({ layer, value }) => [layer, value]) }],
  }
}
