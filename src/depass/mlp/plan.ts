/**
 * Cuts the cells of a layout into blocks for the MLP. The MLP acts on each position alone, so the result does not depend
 * on the cut. A block is a rectangle of groups × places, as wide as its widest group. Large blocks waste places on narrow
 * groups; small blocks need more calls. The cheapest cut is found by dynamic programming.
 */
import type { Cell, Layout } from '../state/layout.ts'

export interface MlpBlock {
  cells: readonly Cell[]
  /** Rows of the cells, x among them. */
  rowCount: number
  groups: readonly Group[]
  /** Places in each group: the width of the widest one. */
  places: number
}

/** The components of one start at one position, which share the neurons of the MLP. */
export interface Group {
  /** Index of its cell in the block. */
  cell: number
  start: number
  /** Component numbers that have a row there. */
  components: readonly number[]
  excludeFirst: boolean
}

export interface MlpCost {
  /** The cost of a call besides its places, in places. */
  callInPlaces: number
  /** The most places in one block. */
  maxPlaces: number
}

/** The longest block that is tried, in cells: bounds the search. */
const MAX_CELLS = 512

/** Blocks of all cells of a layout, or of those of one expert. */
export function planMlp(layout: Layout, cost: MlpCost, cells: readonly Cell[] = layout.cells): MlpBlock[] {
  const groups = cells.map((cell) => groupsOf(layout, cell))
  const widths = groups.map((list) => Math.max(1, ...list.map((group) => group.components.length)))
  const ends = cheapestCut(groups.map((list) => Math.max(1, list.length)), widths, cost)
  let from = 0
  return ends.map((end) => {
    const taken = cells.slice(from, end)
    const inBlock = groups.slice(from, end).flatMap((list, cell) => list.map((group) => ({ ...group, cell })))
    const places = Math.max(1, ...inBlock.map((group) => group.components.length))
    from = end
    return { cells: taken, rowCount: taken.reduce((sum, { length }) => sum + length, 0), groups: inBlock, places }
  })
}

function groupsOf(layout: Layout, { track, position }: Cell): Group[] {
  return layout.tracks[track]!.starts.flatMap((start, s) => {
    const components: number[] = []
    for (let m = 0; m < start.components.length; m++) if (layout.row(track, s, m, position) !== 0) components.push(m)
    return components.length === 0
      ? []
      : [{ cell: 0, start: s, components, excludeFirst: start.excludeFirst && position > 0 }]
  })
}

/** Ends of the blocks. Cell c costs `groups[c]` × the width of the widest cell in its block. */
function cheapestCut(groups: readonly number[], widths: readonly number[], cost: MlpCost): number[] {
  const count = groups.length
  const best = new Float64Array(count + 1).fill(Infinity)
  const cutBefore = new Int32Array(count + 1)
  best[0] = 0
  for (let end = 1; end <= count; end++) {
    let width = 0
    let height = 0
    for (let begin = end - 1; begin >= Math.max(0, end - MAX_CELLS); begin--) {
      width = Math.max(width, widths[begin]!)
      height += groups[begin]!
      // A single cell is always allowed: nothing smaller exists.
      if (width * height > cost.maxPlaces && begin < end - 1) break
      const total = best[begin]! + width * height + cost.callInPlaces
      if (total < best[end]!) {
        best[end] = total
        cutBefore[end] = begin
      }
    }
  }
  const ends: number[] = []
  for (let end = count; end > 0; end = cutBefore[end]!) ends.push(end)
  return ends.reverse()
}
