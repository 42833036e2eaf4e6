/** Llama 1 to 3.3 and the many models in its form (Yi, DeepSeek distills, TinyLlama, SmolLM 1 and 2 …). */
import { family } from './family.ts'
import { flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'

export const llama = family({
  title: 'Llama 1 to 3.3',
  modelTypes: ['llama'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 32_000,
      max_position_embeddings: 2048,
    }),
    ...rmsNormEps(1e-6),
    /** Biases of queries, keys, values and the output projection. */
    attention_bias: flag(false),
    mlp_bias: flag(false),
  },
  config: (raw) => ({
    ...llamaLike('llama', raw, { epsilon: raw.rms_norm_eps }),
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: raw.mlp_bias, norm: false },
  }),
  naming: () => llamaNaming,
})
