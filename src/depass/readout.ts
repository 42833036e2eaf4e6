/**
 * From final rows to numbers (section 3.3). Everything here is linear in the components and computed in float64: the
 * final norm with the frozen scale of x (its bias to BIAS), then a projection.
 */
import type { LoadedModel } from '../model/loaded.ts'
import type { ReadStart } from './sweep.ts'

/** Rows through the final norm, with the scale of the stream they are parts of. */
export class FinalNorm {
  private readonly model: LoadedModel
  private readonly scale: number
  constructor(model: LoadedModel, x: Float32Array) {
    const { kind, epsilon } = model.config.norm
    const centre = kind === 'layer' ? mean(x) : 0
    let square = 0
    for (const value of x) square += (value - centre) ** 2
    this.model = model
    this.scale = 1 / Math.sqrt(square / x.length + epsilon)
  }

  /** [D] */
  apply(row: Float32Array, withBias: boolean): Float64Array {
    const { finalGain, finalBias, config } = this.model
    const centre = config.norm.kind === 'layer' ? mean(row) : 0
    const normed = new Float64Array(row.length)
    for (let d = 0; d < row.length; d++) {
      const gain = finalGain[d]! + config.norm.gainOffset
      normed[d] = (row[d]! - centre) * this.scale * gain + (withBias && finalBias !== null ? finalBias[d]! : 0)
    }
    return normed
  }
}

/** Row `m` of a start, [D]. */
export const startRow = ({ rows, components }: ReadStart, m: number): Float32Array => {
  const D = rows.length / components.length
  return rows.subarray(m * D, (m + 1) * D)
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0
  for (let d = 0; d < a.length; d++) total += a[d]! * b[d]!
  return total
}

const mean = (row: Float32Array) => row.reduce((total, value) => total + value, 0) / row.length
