/** Moving the rows of a state into another layout. */
import { Layout, type Presence } from './layout.ts'
import { rowOf, type RowBuffers, type State } from './state.ts'
import type { Track } from './track.ts'

/** Writes the row of a component into `next` if it is new; false where the row is carried over. */
export type Fill = (track: number, start: number, component: number, position: number, next: State) => boolean

/** The state in a layout over the same positions in which `exists` says what there is; gives the old rows back. */
export function relayout(state: State, buffers: RowBuffers, D: number, exists: Presence, fill: Fill): State {
  const { tracks, cells } = state.layout
  const firsts = tracks.map((_, t) => cells.find((cell) => cell.track === t)?.position ?? 0)
  const layout = new Layout(tracks, (t) => firsts[t]!, exists)
  const next: State = { layout, rows: buffers.take(layout.rowCount) }
  for (const { track: t, position: i } of layout.cells) {
    next.rows.set(rowOf(state, state.layout.xRow(t, i), D), layout.xRow(t, i) * D)
    for (const [s, start] of tracks[t]!.starts.entries()) {
      for (let m = 0; m < start.components.length; m++) {
        const row = layout.row(t, s, m, i)
        if (row === 0 || fill(t, s, m, i, next)) continue
        next.rows.set(rowOf(state, state.layout.row(t, s, m, i), D), row * D)
      }
    }
  }
  buffers.give(state.rows)
  return next
}

/** The state without the tracks that are not named; gives the old rows back. */
export function keepOnly(state: State, tracks: readonly Track[], buffers: RowBuffers, D: number): State {
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

/** [R·D]: what the rows of `layout` were in `state`, zero where they were not. */
export function aligned(state: State, layout: Layout, buffers: RowBuffers, D: number): Float32Array {
  const rows = buffers.take(layout.rowCount).fill(0)
  for (const { track: t, position: i } of layout.cells) {
    rows.set(rowOf(state, state.layout.xRow(t, i), D), layout.xRow(t, i) * D)
    for (const [s, start] of layout.tracks[t]!.starts.entries()) {
      for (let m = 0; m < start.components.length; m++) {
        const row = layout.row(t, s, m, i)
        const old = state.layout.row(t, s, m, i)
        // A stream that a head split leaves over continues x.
        const from = old === 0 && start.components[m]!.kind === 'residual' ? state.layout.xRow(t, i) : old
        if (row !== 0 && from !== 0) rows.set(rowOf(state, from, D), row * D)
      }
    }
  }
  return rows
}
