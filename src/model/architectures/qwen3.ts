/** Qwen 3 without experts: each head's queries and keys are normed, and there are no biases by default. */
import { family } from './family.ts'
import { flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, qkNormNaming, rmsNormEps } from './llama-like.ts'
import { qwenWindowFields, qwenWindows } from './qwen2.ts'

export const qwen3 = family({
  title: 'Qwen 3',
  modelTypes: ['qwen3'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 22_016, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 32,
      vocab_size: 151_936, max_position_embeddings: 32_768,
    }),
    ...rmsNormEps(1e-6),
    ...qwenWindowFields,
    attention_bias: flag(false),
  },
  config: (raw) => ({
    ...llamaLike('qwen3', raw, { epsilon: raw.rms_norm_eps, headWidth: 128 }),
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
    qkNorm: { kind: 'rms', over: 'head', gainPerHead: false },
    slidingWindow: qwenWindows(raw, raw.num_hidden_layers),
  }),
  naming: () => ({ ...llamaNaming, ...qkNormNaming }),
})
