/** Moves the rows of a state into another layout. */
import { Layout, type Presence } from './layout.ts'
import { rowOf, type RowBuffers, type State } from './state.ts'
import { carriedFrom, type Track } from './track.ts'

export interface Relayout<T extends Track> {
  /** The state's tracks, with new starts added. */
  tracks: readonly T[]
  /** Which rows exist in the new layout, over the same positions. */
  present: Presence
  /** For each track, how many starts have rows in the state. The caller writes the rows of the other starts. */
  knownStarts: readonly number[]
}

/** Copies the state into a layout with new starts. Returns the old rows to the buffers. */
export function relayout<T extends Track>(
  state: State<T>, buffers: RowBuffers, D: number, { tracks, present, knownStarts }: Relayout<T>,
): State<T> {
  const { cells } = state.layout
  const firsts = tracks.map((_, t) => cells.find((cell) => cell.track === t)?.position ?? 0)
  const layout = new Layout(tracks, (t) => firsts[t]!, present)
  const next: State<T> = { layout, rows: buffers.take(layout.rowCount) }
  for (const { track: t, position: i } of layout.cells) {
    next.rows.set(rowOf(state, state.layout.xRow(t, i), D), layout.xRow(t, i) * D)
    for (const [s, start] of tracks[t]!.starts.slice(0, knownStarts[t]).entries()) {
      for (let m = 0; m < start.components.length; m++) {
        const row = layout.row(t, s, m, i)
        if (row !== 0) next.rows.set(rowOf(state, state.layout.row(t, s, m, i), D), row * D)
      }
    }
  }
  buffers.give(state.rows)
  return next
}

/** Copies the state without the tracks that are not named. Returns the old rows to the buffers. */
export function keepOnly<T extends Track>(
  state: State<T>, tracks: readonly T[], buffers: RowBuffers, D: number,
): State<T> {
  const old = tracks.map((track) => state.layout.tracks.indexOf(track))
  const layout = new Layout(tracks, () => 0, (t, s, m, i) => state.layout.row(old[t]!, s, m, i) !== 0)
  const rows = buffers.take(layout.rowCount)
  for (const { track: t, position: i, offset, length } of layout.cells) {
    const from = state.layout.xRow(old[t]!, i)
    rows.set(state.rows.subarray(from * D, (from + length) * D), offset * D)
  }
  buffers.give(state.rows)
  return { layout, rows }
}

/** A component's row in an earlier state: its own row, or for a component of a new start the row that it continues. */
function rowBefore(state: State, { tracks }: Layout, t: number, s: number, m: number, i: number): number {
  const own = state.layout.row(t, s, m, i)
  if (own !== 0) return own
  const start = tracks[t]!.starts[s]!
  // The component for the rest of the stream, which a split after attention leaves over, continues x.
  if (['residual', 'stream'].includes(start.components[m]!.kind)) return state.layout.xRow(t, i)
  const carried = carriedFrom(tracks[t]!, start, m)
  return carried === null ? 0 : state.layout.row(t, carried.start, carried.component, i)
}

/**
 * [R·D]: for each row of `next`, its values in `state`, or zero if it had no row there. Local components keep their
 * values of `next`.
 */
export function aligned(state: State, next: State, buffers: RowBuffers, D: number): Float32Array {
  const { layout } = next
  const rows = buffers.take(layout.rowCount).fill(0)
  for (const { track: t, position: i } of layout.cells) {
    rows.set(rowOf(state, state.layout.xRow(t, i), D), layout.xRow(t, i) * D)
    for (const [s, start] of layout.tracks[t]!.starts.entries()) {
      for (let m = 0; m < start.components.length; m++) {
        const row = layout.row(t, s, m, i)
        if (row === 0) continue
        const from = rowBefore(state, layout, t, s, m, i)
        if (start.split.local !== undefined) rows.set(rowOf(next, row, D), row * D)
        else if (from !== 0) rows.set(rowOf(state, from, D), row * D)
      }
    }
  }
  return rows
}
