/**
 * OLMo 2: Llama with a norm after each sublayer instead of before it, and with queries and keys normed over all heads at
 * once.
 */
import { family } from './family.ts'
import { flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, qkNormNaming, rmsNormEps } from './llama-like.ts'

export const olmo2 = family({
  title: 'OLMo 2',
  modelTypes: ['olmo2'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 50_304,
      max_position_embeddings: 2048,
    }),
    ...rmsNormEps(1e-5),
    attention_bias: flag(false),
  },
  config: (raw) => ({
    ...llamaLike('olmo2', raw, { epsilon: raw.rms_norm_eps }),
    preNorms: false,
    postNorms: true,
    qkNorm: { kind: 'rms', over: 'all', gainPerHead: false },
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
  }),
  naming: () => ({
    ...llamaNaming,
    ...qkNormNaming,
    attnNorm: undefined,
    mlpNorm: undefined,
    postAttnNorm: 'post_attention_layernorm',
    postMlpNorm: 'post_feedforward_layernorm',
  }),
})
