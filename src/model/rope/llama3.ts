/**
 * The RoPE scaling of Llama 3.1: low frequencies are divided by a factor, high ones are kept, with a ramp between.
 */
import { UserError } from '../../errors.ts'
import { needField, plainFrequencies, type RopeVariant } from './variant.ts'

export interface Llama3Scaling {
  type: 'llama3'
  factor: number
  lowFrequencyFactor: number
  highFrequencyFactor: number
  originalMaxPositions: number
}

export const llama3: RopeVariant<Llama3Scaling> = {
  parse(raw, { originalMaxPositions }) {
    const [low, high] = [needField(raw, 'low_freq_factor'), needField(raw, 'high_freq_factor')]
    if (low >= high) {
      throw new UserError('BAD_MODEL', `config.json has low_freq_factor ${low} and high_freq_factor ${high}; the ` +
        'first must be the smaller one.')
    }
    return {
      type: 'llama3', factor: needField(raw, 'factor'), lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions,
    }
  },
  frequencies: ({ theta, rotaryWidth }, scaling) =>
    ({ inverse: plainFrequencies(theta, rotaryWidth).map((f) => scaled(f, scaling)), attentionFactor: 1 }),
  dependsOnLength: false,
  reach: ({ factor, originalMaxPositions }) => factor * originalMaxPositions,
}

function scaled(frequency: number, scaling: Llama3Scaling): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling
  /** Full turns within the original length. */
  const turns = (originalMaxPositions * frequency) / (2 * Math.PI)
  if (turns < low) return frequency / factor
  if (turns > high) return frequency
  const keep = (turns - low) / (high - low)
  return ((1 - keep) * frequency) / factor + keep * frequency
}
