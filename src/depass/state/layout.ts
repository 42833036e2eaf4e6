/**
 * Which rows a state holds, and where. Only rows that can be non-zero exist: for tokens, component m reaches positions i
 * ≥ m, which makes N(N+1)/2 rows instead of N². Row 0 is zero and stands for every absent row. Then follow, position by
 * position and track by track, x and the components of every start. So the rows of some positions are adjacent, which the
 * MLP needs, and a row is found by (track, start, component, position), which attention needs.
 */
import { lengthOf, type Track } from './track.ts'

/** One position of one track: x first, then the components that reach it. */
export interface Cell {
  track: number
  position: number
  /** Row of x. */
  offset: number
  /** How many rows it has, x included. */
  length: number
}

/** Does the component exist at the position? */
export type Presence = (track: number, start: number, component: number, position: number) => boolean

export class Layout<T extends Track = Track> {
  readonly tracks: readonly T[]
  /** How many rows there are, row 0 included. */
  readonly rowCount: number
  /** By position, then by track. */
  readonly cells: readonly Cell[]
  /** [track] → [N]: row of x, 0 where the layout has no such position. */
  private readonly xRows: readonly Int32Array[]
  /** [track][start] → [M·N] */
  private readonly componentRows: readonly (readonly Int32Array[])[]

  /** Rows of a track exist from its `firstPosition` to its end. */
  constructor(tracks: readonly T[], firstPosition: (track: number) => number, present: Presence) {
    this.tracks = tracks
    const cells: Cell[] = []
    const xRows = tracks.map((track) => new Int32Array(lengthOf(track)))
    const componentRows = tracks.map((track) =>
      track.starts.map((start) => new Int32Array(start.components.length * lengthOf(track))),
    )
    let row = 1
    const longest = tracks.reduce((most, track) => Math.max(most, lengthOf(track)), 0)
    for (let position = 0; position < longest; position++) {
      for (const [t, track] of tracks.entries()) {
        const N = lengthOf(track)
        if (position >= N || position < firstPosition(t)) continue
        const offset = row
        xRows[t]![position] = row++
        for (const [s, start] of track.starts.entries()) {
          const table = componentRows[t]![s]!
          for (let m = 0; m < start.components.length; m++) {
            if (present(t, s, m, position)) table[m * N + position] = row++
          }
        }
        cells.push({ track: t, position, offset, length: row - offset })
      }
    }
    this.rowCount = row
    this.cells = cells
    this.xRows = xRows
    this.componentRows = componentRows
  }

  xRow(track: number, position: number): number {
    return this.xRows[track]![position]!
  }

  /** 0 if the component has no row there. */
  row(track: number, start: number, component: number, position: number): number {
    const table = this.componentRows[track]?.[start]
    if (table === undefined) return 0
    return table[component * this.xRows[track]!.length + position] ?? 0
  }
}

/** The rows that attention leaves: a component reaches every position from its first one on. */
export const spreadPresence =
  (tracks: readonly Track[]): Presence =>
  (track, start, component, position) =>
    position >= tracks[track]!.starts[start]!.components[component]!.first
