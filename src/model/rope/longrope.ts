/**
 * LongRoPE (https://arxiv.org/abs/2402.13753), as Phi-3 has it: each pair has its own factor, from one list for sequences
 * within the trained length and from another for longer ones.
 */
import { UserError } from '../../errors.ts'
import { needField, plainFrequencies, type RopeVariant } from './variant.ts'

export interface LongRopeScaling {
  type: 'longrope'
  /** [r/2] */
  shortFactors: readonly number[]
  longFactors: readonly number[]
  factor: number
  /** The number in the file; null if it follows from the factor and the trained length. */
  attentionFactor: number | null
  originalMaxPositions: number
}

export const longrope: RopeVariant<LongRopeScaling> = {
  parse(raw, { rotaryWidth, maxPositions, originalMaxPositions }) {
    const list = (name: 'short_factor' | 'long_factor') => {
      const values = needField(raw, name)
      if (values.length === rotaryWidth / 2) return values
      throw new UserError('BAD_MODEL', `config.json has ${values.length} numbers in ${name} for ${rotaryWidth / 2} pairs of ` +
        'rotating numbers; they must agree.')
    }
    return {
      type: 'longrope',
      shortFactors: list('short_factor'),
      longFactors: list('long_factor'),
      factor: raw.factor ?? maxPositions / originalMaxPositions,
      attentionFactor: raw.attention_factor ?? null,
      originalMaxPositions,
    }
  },
  frequencies({ theta, rotaryWidth }, scaling, N) {
    const factors = N > scaling.originalMaxPositions ? scaling.longFactors : scaling.shortFactors
    return {
      inverse: plainFrequencies(theta, rotaryWidth).map((f, j) => f / factors[j]!),
      attentionFactor: attentionFactorOf(scaling),
    }
  },
  dependsOnLength: true,
  reach: ({ factor, originalMaxPositions }) => factor * originalMaxPositions,
}

function attentionFactorOf({ attentionFactor, factor, originalMaxPositions }: LongRopeScaling): number {
  if (attentionFactor !== null) return attentionFactor
  return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions))
}
