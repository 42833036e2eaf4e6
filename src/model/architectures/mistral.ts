/** Mistral 7B and those after it: Llama with fewer key heads, and a sliding window on every layer or on none. */
import { family } from './family.ts'
import { size, windows } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'

export const mistral = family({
  title: 'Mistral',
  modelTypes: ['mistral'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8,
      vocab_size: 32_000, max_position_embeddings: 131_072,
    }),
    ...rmsNormEps(1e-6),
    sliding_window: size.nullable().default(4096),
  },
  implied: {
    // The class only looks at the window, so a list that agrees with it changes nothing.
    layer_types: (types, { sliding_window: window }) =>
      Array.isArray(types) && types.every((type) => type === (window === null ? 'full_attention' : 'sliding_attention')),
  },
  config: (raw) => ({
    ...llamaLike('mistral', raw, { epsilon: raw.rms_norm_eps }),
    slidingWindow: windows(raw.num_hidden_layers, raw.sliding_window, () => true),
  }),
  naming: () => llamaNaming,
})
