/**
 * The rows of splits into heads, or into attention and the rest, right after the attention they begin in (eq. 20): the
 * residual is the stream that entered, a head's own output includes its value bias, the output projection's bias is BIAS'.
 */
import type { ModelConfig } from '../model/config.ts'
import { rowOf, type State } from './state.ts'

export interface HeadOutputs {
  config: ModelConfig
  /** [H, X, D]: what each head adds to x at the X positions of the new state, track by track */
  heads: Float32Array
  /** [D] */
  outputBias: Float32Array | null
  isNew: (track: number, start: number) => boolean
}

/** Writes the rows of the new starts of `next`; `before` is the state that entered the layer. */
export function fillHeadStarts(before: State, next: State, { config, heads, outputBias, isNew }: HeadOutputs): void {
  const { D, H } = config
  const X = heads.length / (H * D)
  const headRow = (h: number, x: number) => heads.subarray((h * X + x) * D, (h * X + x + 1) * D)
  // The attention step takes x track by track, the layout position by position.
  const cells = [...next.layout.cells].sort((a, b) => a.track - b.track || a.position - b.position)
  for (const [x, { track, position }] of cells.entries()) {
    for (const [s, start] of next.layout.tracks[track]!.starts.entries()) {
      if (!isNew(track, s)) continue
      for (const [m, component] of start.components.entries()) {
        const row = rowOf(next, next.layout.row(track, s, m, position), D)
        switch (component.kind) {
          case 'residual':
            row.set(rowOf(before, before.layout.xRow(track, position), D))
            break
          case 'head':
            row.set(headRow(component.index, x))
            break
          case 'attention':
            row.fill(0)
            for (let h = 0; h < H; h++) add(row, headRow(h, x))
            break
          default:
            row.fill(0)
            if (outputBias !== null) row.set(outputBias)
        }
      }
    }
  }
}

function add(row: Float32Array, other: Float32Array): void {
  for (let d = 0; d < row.length; d++) row[d]! += other[d]!
}
