/** Granite 3 (dense): Llama with multipliers on embeddings, sublayers, scores and logits. */
import { family } from './family.ts'
import { flag, multiplier } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'

export const granite = family({
  title: 'Granite 3',
  modelTypes: ['granite'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 32_000,
      max_position_embeddings: 2048,
    }),
    ...rmsNormEps(1e-6),
    attention_bias: flag(false),
    mlp_bias: flag(false),
    embedding_multiplier: multiplier.default(1),
    residual_multiplier: multiplier.default(1),
    /** Replaces 1/√headWidth. */
    attention_multiplier: multiplier.default(1),
    /** Logits are divided by it. */
    logits_scaling: multiplier.default(1),
  },
  config: (raw) => ({
    ...llamaLike('granite', raw, { epsilon: raw.rms_norm_eps }),
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: raw.mlp_bias, norm: false },
    embeddingScale: raw.embedding_multiplier,
    residualScale: raw.residual_multiplier,
    attentionScale: raw.attention_multiplier,
    logitScale: 1 / raw.logits_scaling,
  }),
  naming: () => llamaNaming,
})
