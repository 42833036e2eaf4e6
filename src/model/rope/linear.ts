/** Linear RoPE scaling (position interpolation, https://arxiv.org/abs/2306.15595): all positions divided by a factor. */
import { needField, plainFrequencies, type RopeVariant } from './variant.ts'

export interface LinearScaling {
  type: 'linear'
  factor: number
}

export const linear: RopeVariant<LinearScaling> = {
  parse: (raw) => ({ type: 'linear', factor: needField(raw, 'factor') }),
  frequencies: ({ theta, rotaryWidth }, { factor }) =>
    ({ inverse: plainFrequencies(theta, rotaryWidth).map((f) => f / factor), attentionFactor: 1 }),
  dependsOnLength: false,
  // Files with this scaling keep the trained length in max_position_embeddings.
  reach: ({ factor }, maxPositions) => factor * maxPositions,
}
