/**
 * From the vectors of a site to what they add to the residual stream. Vectors of the stream, and of what a sublayer adds,
 * stay as they are. z goes through the output projection. A sublayer's output before its post-norm goes through the frozen
 * norm.
 */
import type { Site } from '../../features/site.ts'
import { loadNorm } from '../../model/loaded.ts'
import { frozenNorm } from '../frozen-norm.ts'
import type { DiscoverContext } from './kind.ts'

/** A vector of the site [E] at a position → what it adds to the stream [D]. Linear. */
export type Lift = (vector: Float32Array, position: number) => Float64Array

interface LiftSource {
  /** Sites of the plain pass whose vectors the lift is frozen at. */
  needs: readonly Site[]
  /** `around`: their vectors [N, W], in that order. */
  lift(around: readonly Float32Array[]): Promise<Lift>
}

export function liftOf(site: Site, context: DiscoverContext): LiftSource {
  const { layer, name } = site
  const isAttention = name === 'z' || name === 'attn_out_raw'
  if (!isAttention && name !== 'mlp_out_raw') return { needs: [], lift: async () => (vector) => Float64Array.from(vector) }
  const { postNorms } = context.config
  const raw: Site = { layer, name: isAttention ? 'attn_out_raw' : 'mlp_out_raw' }
  return {
    needs: postNorms ? [raw] : [],
    async lift([frozen]) {
      const behind = frozen && (await normBehind(context, layer, isAttention ? 'postAttention' : 'postMlp', frozen))
      const projection = name === 'z' ? await context.programs.outputProjection(layer) : null
      return (vector, position) => {
        const projected = projection === null ? Float64Array.from(vector) : timesMatrix(vector, projection, context.config.D)
        return behind === undefined ? projected : behind(projected, position)
      }
    },
  }
}

/** `frozen` [N, D]: the sublayer's output before the norm, whose scale is frozen. */
async function normBehind(
  { model, config }: DiscoverContext, layer: number, which: 'postAttention' | 'postMlp', frozen: Float32Array,
): Promise<(row: Float64Array, position: number) => Float64Array> {
  const norm = await loadNorm(model, layer, which)
  if (norm === null) return (row) => row
  const { D } = config
  return (row, position) =>
    frozenNorm(config.norm, { gain: norm.gain, bias: null }, frozen.subarray(position * D, (position + 1) * D))(row, false)
}

/** vector [W] · matrix [W, D], in float64. */
function timesMatrix(vector: Float32Array, matrix: Float32Array, D: number): Float64Array {
  const total = new Float64Array(D)
  for (let k = 0; k < vector.length; k++) {
    const factor = vector[k]!
    if (factor === 0) continue
    for (let d = 0; d < D; d++) total[d]! += factor * matrix[k * D + d]!
  }
  return total
}
