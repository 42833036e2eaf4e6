/** OLMo 1: Llama with norms that centre and have no weights. */
import { family } from './family.ts'
import { flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming } from './llama-like.ts'

export const olmo = family({
  title: 'OLMo 1',
  modelTypes: ['olmo'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 50_304,
      max_position_embeddings: 2048,
    }),
    attention_bias: flag(false),
  },
  config: (raw) => ({
    ...llamaLike('olmo', raw, { epsilon: 1e-5 }),
    norm: { kind: 'layer', epsilon: 1e-5, gainOffset: 0, hasGain: false },
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
  }),
  naming: () => llamaNaming,
})
