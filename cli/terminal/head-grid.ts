/**
 * Heads as a grid of layers and heads. A cell is a signed tenth of the largest score (`+7`, `-2`), so that a model of 32
 * heads fits a terminal and reads without colour; exact numbers are in the list below it.
 */
import type { Contribution } from '../../src/attribution/result.ts'
import { shareOf, type Scale } from './bars.ts'
import { dim, tint } from './colour.ts'

const CELL = 3

export function headGrid(contributions: readonly Contribution[], scale: Scale): string[] {
  const rows = new Map<number, number[]>()
  for (const { component, score } of contributions) {
    if (component.kind !== 'head' || component.layer === null) continue
    const row = rows.get(component.layer) ?? []
    row[component.index] = score
    rows.set(component.layer, row)
  }
  const heads = Math.max(0, ...[...rows.values()].map((row) => row.length))
  const header = `     ${Array.from({ length: heads }, (_, head) => `H${head}`.padStart(CELL + 1)).join('')}`
  const lines = [...rows].map(([layer, row]) => {
    const cells = Array.from({ length: heads }, (_, head) => cell(row[head] ?? 0, scale))
    return `${`L${layer}`.padStart(4)} ${cells.join('')}`
  })
  return [scale.colour ? dim(header) : header, ...lines]
}

function cell(score: number, scale: Scale): string {
  const share = shareOf(score, scale)
  const tenths = Math.round(share * 10)
  const text = (tenths === 0 ? '·' : `${tenths > 0 ? '+' : '-'}${Math.abs(tenths)}`).padStart(CELL)
  return ` ${scale.colour ? tint(text, share) : text}`
}
