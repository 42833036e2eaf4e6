/** Dynamic NTK-aware RoPE scaling: the base grows with the sequence once that is longer than what was trained on. */
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
    // The trained length is max_position_embeddings here, whatever else the file says.
    return { type: 'dynamic', factor: needField(raw, 'factor'), originalMaxPositions: maxPositions }
  },
  frequencies({ theta, rotaryWidth }, { factor, originalMaxPositions }, N) {
    const length = Math.max(N, originalMaxPositions)
    const growth = (factor * length) / originalMaxPositions - (factor - 1)
    const stretched = theta * growth ** (rotaryWidth / (rotaryWidth - 2))
    return { inverse: plainFrequencies(stretched, rotaryWidth), attentionFactor: 1 }
  },
  dependsOnLength: true,
  // Files that stretch positions so leave the trained length in max_position_embeddings.
  reach: ({ factor }, maxPositions) => factor * maxPositions,
}
