/** The residual stream and its decomposition at one point of the network: a layout and its rows [R, D]. */
import type { Layout } from './layout.ts'
import type { Track } from './track.ts'

export interface State<T extends Track = Track> {
  layout: Layout<T>
  /** [R·D] */
  rows: Float32Array
}

/** Row buffers that are reused: two of the largest size serve a whole sweep. */
export class RowBuffers {
  private readonly width: number
  private readonly free: Float32Array[] = []
  constructor(width: number) {
    this.width = width
  }

  /** [rowCount·D]; row 0 is zero, and the other rows hold old values. */
  take(rowCount: number): Float32Array {
    const length = rowCount * this.width
    const at = this.free.findIndex((buffer) => buffer.buffer.byteLength >= 4 * length)
    const found = at < 0 ? undefined : this.free.splice(at, 1)[0]
    const rows = new Float32Array(found?.buffer ?? new ArrayBuffer(4 * length), 0, length)
    rows.fill(0, 0, this.width)
    return rows
  }

  give(rows: Float32Array): void {
    this.free.push(rows)
    if (this.free.length > 2) {
      this.free.sort((a, b) => b.buffer.byteLength - a.buffer.byteLength)
      this.free.length = 2
    }
  }
}

/** Row `row` of a state, as a view. */
export const rowOf = (state: State, row: number, D: number): Float32Array =>
  state.rows.subarray(row * D, (row + 1) * D)
