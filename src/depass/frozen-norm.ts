/**
 * A norm with the scale of the stream frozen, on the host (eq. 10, 11): linear in the components, in float64. Rows of x and
 * rows of components are mapped alike, but only x and BIAS receive the norm's own bias.
 */
import type { ModelConfig } from '../model/config.ts'

export interface NormParts {
  /** [D]: the factor itself; null for 1. */
  gain: ArrayLike<number> | null
  /** [D]; null if the norm has no bias, or if the bias is left out. */
  bias: ArrayLike<number> | null
}

export type FrozenNorm = (row: Float32Array | Float64Array, withBias: boolean) => Float64Array

/** The norm at the position whose stream is x [D]. */
export function frozenNorm({ kind, epsilon }: ModelConfig['norm'], { gain, bias }: NormParts, x: Float32Array): FrozenNorm {
  const centres = kind === 'layer'
  const centre = centres ? mean(x) : 0
  let square = 0
  for (const value of x) square += (value - centre) ** 2
  const scale = 1 / Math.sqrt(square / x.length + epsilon)
  return (row, withBias) => {
    const own = centres ? mean(row) : 0
    const normed = new Float64Array(row.length)
    for (let d = 0; d < row.length; d++) {
      const scaled = (row[d]! - own) * scale
      normed[d] = (gain === null ? scaled : scaled * gain[d]!) + (withBias && bias !== null ? bias[d]! : 0)
    }
    return normed
  }
}

const mean = (row: Float32Array | Float64Array) => {
  let total = 0
  for (const value of row) total += value
  return total / row.length
}
