/** Dynamic NTK-aware RoPE scaling: the base grows with the sequence length once that exceeds the trained length. */
import { UserError } from '../../errors.ts'
import { needField, plainFrequencies, type RopeVariant } from './variant.ts'

export interface DynamicScaling {
  type: 'dynamic'
  factor: number
  originalMaxPositions: number
}

export const dynamic: RopeVariant<DynamicScaling> = {
  parse(raw, { rotaryWidth, maxPositions }) {
    if (rotaryWidth === 2) {
      throw new UserError('BAD_MODEL', 'config.json asks for the RoPE scaling "dynamic" of heads that turn 2 numbers; its ' +
        'formula needs at least 4.')
    }
    // Here the trained length is always max_position_embeddings, whatever else the file says.
    return { type: 'dynamic', factor: needField(raw, 'factor'), originalMaxPositions: maxPositions }
  },
  frequencies({ theta, rotaryWidth }, { factor, originalMaxPositions }, N) {
    const length = Math.max(N, originalMaxPositions)
    const growth = (factor * length) / originalMaxPositions - (factor - 1)
    const stretched = theta * growth ** (rotaryWidth / (rotaryWidth - 2))
    return { inverse: plainFrequencies(stretched, rotaryWidth), attentionFactor: 1 }
  },
  dependsOnLength: true,
  // Files with this scaling keep the trained length in max_position_embeddings.
  reach: ({ factor }, maxPositions) => factor * maxPositions,
}
