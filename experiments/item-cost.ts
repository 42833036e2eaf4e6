/** The cost of an item before it is computed. Workers plan their time by it. */
import type { ModelConfig } from '../src/model/config.ts'
import type { Asked, ExperimentOf, ExperimentRecord } from './experiment.ts'

/** About right for texts in European languages. */
const CHARACTERS_PER_TOKEN = 4

/** Floating point operations of an item, to about a factor of two. */
export function itemFlops<O>(
  experiment: ExperimentOf<O>, records: readonly ExperimentRecord[], asked: Asked<O>, config: ModelConfig,
): number {
  const { D, H, K, I, L, headWidth, gatedMlp } = config
  const perToken = 2 * L * (D * headWidth * (2 * H + 2 * K) + D * I * (gatedMlp ? 3 : 2))
  const tokens = records.reduce((sum, { text }) => {
    const N = 1 + Math.ceil(text.length / CHARACTERS_PER_TOKEN)
    return sum + experiment.tokensPerRecord(asked, { N, L, H, I })
  }, 0)
  return perToken * tokens
}
