/** Picking from what fires in a text: pure functions of the answer that a worker gave. */
import type { Activations } from '../../src/lookups/answer.ts'

export interface Firing {
  setId: number
  index: number
  position: number
  value: number
}

export interface Ranked {
  /** [N] */
  values: Float32Array
  max: number
  maxPosition: number | null
}

/** Everything that fires at the positions that count, except the features to leave out. */
export function largestFirings(
  setId: number, { starts, features, values }: Activations, counted: ReadonlySet<number>, left: ReadonlySet<number> = new Set(),
): Firing[] {
  const found: Firing[] = []
  for (const position of counted) {
    for (let at = starts[position]!; at < starts[position + 1]!; at++) {
      const index = features[at]!
      if (!left.has(index)) found.push({ setId, index, position, value: values[at]! })
    }
  }
  return found
}

/** Features by the largest, or the sum, of their firings; the largest first, equal ones by set and number. */
export function rankFirings(firings: readonly Firing[], by: 'max' | 'sum'): { setId: number; index: number; rank: number }[] {
  const ranks = new Map<string, { setId: number; index: number; rank: number }>()
  for (const { setId, index, value } of firings) {
    const name = `${setId}/${index}`
    const known = ranks.get(name)
    if (!known) ranks.set(name, { setId, index, rank: value })
    else known.rank = by === 'sum' ? known.rank + value : Math.max(known.rank, value)
  }
  return [...ranks.values()].sort((a, b) => b.rank - a.rank || a.setId - b.setId || a.index - b.index)
}

/** One feature at every position. */
export function rowOf({ starts, features, values }: Activations, index: number): Ranked {
  const row = new Float32Array(starts.length - 1)
  let [max, maxPosition] = [0, null as number | null]
  for (let position = 0; position < row.length; position++) {
    for (let at = starts[position]!; at < starts[position + 1]!; at++) {
      if (features[at] !== index) continue
      row[position] = values[at]!
      if (maxPosition === null || values[at]! > max) [max, maxPosition] = [values[at]!, position]
    }
  }
  return { values: row, max, maxPosition }
}
