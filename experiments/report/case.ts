/**
 * One prompt in full (Figure 2, Appendices C.4 and D.3.2): what contributes to its answer, and to a probe's verdict on
 * it.
 */
import type { Row } from '../experiment.ts'
import { rounded, type Cell, type Figure, type Section, type Table } from './document.ts'
import { bars, heat } from './heat.ts'

interface Shown {
  tokensBy: readonly string[]
  headsBy: readonly string[]
  neuronsBy: readonly string[]
  /** The layer whose probe's direction is shown token by token; null if there are no probes. */
  layer: number | null
}

/** Longest heading; the whole prompt stands below it. */
const MOST_CHARACTERS = 80

/** `rows`: those of one record. */
export function caseSection(rows: readonly Row[], { tokensBy, headsBy, neuronsBy, layer }: Shown): Section {
  const scores = (method: string, setting: string) => rows.filter((each) => each.method === method && each.setting === setting && each.metric === 'score')
  const tokens = scores('depass', 'token')
  const record = rows[0]?.record ?? null
  const prompt = rows.find(({ method, metric }) => method === 'prompt' && metric === 'text')?.text ?? ''
  const told = rows.find(({ metric }) => metric === 'answered')
  const probability = rows.find(({ method, metric }) => method === 'model' && metric === 'probability')?.value ?? 0
  // Tokens repeat; their positions tell them apart.
  const named = (values: readonly Row[]) => values.map(({ component, value }, i) => ({ name: `${component} ${(tokens[i]?.text ?? '').trim()}`, value: value ?? 0 }))
  const probes = rows.filter(({ method, metric }) => method === 'probe' && metric === 'class')
  const read = probes.find((each) => each.layer === layer)
  return {
    heading: `Prompt ${record}: ${prompt.length > MOST_CHARACTERS ? `${prompt.slice(0, MOST_CHARACTERS).trimEnd()} …` : prompt}`,
    text: [
      ...(prompt.length > MOST_CHARACTERS ? [prompt] : []),
      `The answer “${(told?.text ?? '').trim()}” has the probability ${percent(probability)}${told?.value === 1 ? '' : ', and is not the model’s first choice'}.`,
      ...(read === undefined ? [] : [`At the input of layer ${read.layer} the probe calls the last token “${read.text}”, with the probability ${percent(read.value ?? 0)}.`]),
    ],
    figures: [
      bars('The answer: DePass score of each token', named(tokens), 'logit'),
      ...(read === undefined ? [] : directionFigures(read, named, rows)),
      ...headsBy.map((method) => heat(`Heads by ${method}`, scores(method, 'head').map(({ component, layer: of, value }) => ({ x: component ?? 0, y: of ?? 0, value: value ?? 0 })), { x: 'head', y: 'layer' })),
    ],
    tables: [
      { title: 'Tokens by method', headings: ['position', 'token', ...tokensBy], rows: tokens.map(({ text, component }, i): Cell[] => [component, text, ...tokensBy.map((method) => scores(method, 'token')[i]?.value ?? null)]) },
      { title: 'Neurons ranked first', headings: ['rank', ...neuronsBy], rows: neuronRows(neuronsBy.map((method) => scores(method, 'neuron'))) },
      ...(probes.length === 0 ? [] : [probeTable(probes)]),
    ],
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Which tokens carry the last one into the direction of the probe's verdict: at one layer, and at all layers. */
function directionFigures({ layer, text }: Row, named: (rows: readonly Row[]) => { name: string; value: number }[], rows: readonly Row[]): Figure[] {
  const scores = rows.filter(({ setting, metric }) => setting === 'direction' && metric === 'score')
  return [
    bars(`The probe’s “${text}” at layer ${layer}: DePass score of each token`, named(scores.filter((each) => each.layer === layer)), 'projection'),
    heat('What each layer’s probe says: DePass score of each token', scores.map(({ component, layer: of, value }) => ({ x: component ?? 0, y: of ?? 0, value: value ?? 0 })), { x: 'position of the token', y: 'layer' }),
  ]
}

const probeTable = (probes: readonly Row[]): Table => ({
  title: 'What the probes call the last token', headings: ['layer', 'class', 'probability'],
  rows: probes.map(({ layer, text, value }) => [layer, text, value]),
})

/** One row a rank: `L3.N12 0.390` by method. */
const neuronRows = (columns: readonly (readonly Row[])[]): Cell[][] =>
  Array.from({ length: Math.max(0, ...columns.map((column) => column.length)) }, (_, place) => [
    place + 1,
    ...columns.map((column) => {
      const found = column[place]
      return found === undefined ? null : `L${found.layer}.N${found.component} ${rounded(found.value ?? 0)}`
    }),
  ])
