/** YaRN (https://arxiv.org/abs/2309.00071): fast pairs are kept, slow ones divided, and attention is sharpened. */
import { plainFrequencies, type RopeVariant } from './variant.ts'

export interface YarnScaling {
  type: 'yarn'
  factor: number
  betaFast: number
  betaSlow: number
  /** The number in the file; null if it follows from the factor and the two `mscale`. */
  attentionFactor: number | null
  mscale: number | null
  mscaleAllDim: number | null
  originalMaxPositions: number
  truncate: boolean
}

export const yarn: RopeVariant<YarnScaling> = {
  parse: (raw, { maxPositions, originalMaxPositions }) => ({
    type: 'yarn',
    factor: raw.factor ?? maxPositions / originalMaxPositions,
    betaFast: raw.beta_fast ?? 32,
    betaSlow: raw.beta_slow ?? 1,
    attentionFactor: raw.attention_factor ?? null,
    mscale: raw.mscale ?? null,
    mscaleAllDim: raw.mscale_all_dim ?? null,
    originalMaxPositions,
    truncate: raw.truncate ?? true,
  }),
  frequencies: ({ theta, rotaryWidth }, scaling) => ({
    inverse: yarnFrequencies(theta, rotaryWidth, scaling),
    attentionFactor: yarnAttentionFactor(scaling),
  }),
  dependsOnLength: false,
  // Files that switch YaRN on often keep the trained length in max_position_embeddings.
  reach: ({ factor, originalMaxPositions }) => factor * originalMaxPositions,
}

function yarnFrequencies(theta: number, rotaryWidth: number, scaling: YarnScaling): Float64Array {
  /** The (fractional) pair that completes `turns` turns within the original length. */
  const pairOf = (turns: number) =>
    (rotaryWidth * Math.log(scaling.originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta))
  const [first, last] = [pairOf(scaling.betaFast), pairOf(scaling.betaSlow)]
  const low = Math.max(scaling.truncate ? Math.floor(first) : first, 0)
  const high = Math.min(scaling.truncate ? Math.ceil(last) : last, rotaryWidth - 1)
  const span = low === high ? 0.001 : high - low
  return plainFrequencies(theta, rotaryWidth).map((frequency, j) => {
    const interpolate = Math.min(Math.max((j - low) / span, 0), 1)
    return (interpolate * frequency) / scaling.factor + (1 - interpolate) * frequency
  })
}

/** The paper's attention temperature (section 3.4), or the ratio of two such numbers as DeepSeek writes it. */
export function yarnAttentionFactor({ attentionFactor, factor, mscale, mscaleAllDim }: YarnScaling): number {
  const scale = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1)
  if (attentionFactor !== null) return attentionFactor
  return mscale && mscaleAllDim ? scale(mscale) / scale(mscaleAllDim) : scale(1)
}
