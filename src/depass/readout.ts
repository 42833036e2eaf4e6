/**
 * From final rows to numbers (section 3.3): the final norm with the frozen scale of x, then a projection. Both are linear
 * in the components and computed in float64. BIAS receives the norm's bias.
 */
import type { LoadedModel } from '../model/loaded.ts'
import { frozenNorm, type FrozenNorm } from './frozen-norm.ts'
import type { ReadResult, ReadStart } from './reads.ts'

/** The norm before the unembedding, at the position whose stream is x [D]. */
export function finalNorm({ config, finalGain, finalBias }: LoadedModel, x: Float32Array): FrozenNorm {
  const { gainOffset } = config.norm
  const gain = gainOffset === 0 ? finalGain : Float64Array.from(finalGain, (g) => g + gainOffset)
  return frozenNorm(config.norm, { gain, bias: finalBias }, x)
}

/** The vector [W] of component m at the p-th position read. */
export const rowOfStart = ({ rows, components }: ReadStart, m: number, { width, x }: ReadResult, p = 0): Float32Array => {
  const P = x.length / width
  const at = (m * P + p) * width
  if (m >= components.length || p >= P) throw new RangeError(`component ${m} at ${p} of ${components.length} at ${P} positions`)
  return rows.subarray(at, at + width)
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0
  for (let d = 0; d < a.length; d++) total += a[d]! * b[d]!
  return total
}
