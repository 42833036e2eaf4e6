/**
 * Cohere's Command R: attention and MLP in parallel after one LayerNorm without bias, rotary pairs of neighbouring
 * numbers, and scaled logits.
 */
import { z } from 'zod'
import { family } from './family.ts'
import { epsilon, flag, multiplier } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, qkNormNaming } from './llama-like.ts'
import type { ModelConfig } from '../config.ts'

export const cohereFields = {
  ...llamaLikeFields({
    hidden_size: 8192, intermediate_size: 22_528, num_hidden_layers: 40, num_attention_heads: 64, vocab_size: 256_000,
    max_position_embeddings: 8192, tie_word_embeddings: true,
  }),
  layer_norm_eps: epsilon.default(1e-5),
  logit_scale: multiplier.default(0.0625),
  attention_bias: flag(false),
}
export type Cohere = z.infer<z.ZodObject<typeof cohereFields>>

export const cohereLike = (architecture: 'cohere' | 'cohere2', raw: Cohere, theta: number): ModelConfig => ({
  ...llamaLike(architecture, raw, { epsilon: raw.layer_norm_eps, theta, interleaved: true }),
  norm: { kind: 'layer', epsilon: raw.layer_norm_eps, gainOffset: 0, hasGain: true },
  biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
  parallelResidual: true,
  sharedNorm: true,
  logitScale: raw.logit_scale,
})

export const cohere = family({
  title: 'Command R',
  modelTypes: ['cohere'],
  fields: { ...cohereFields, use_qk_norm: flag(false) },
  config: (raw) => ({
    ...cohereLike('cohere', raw, 500_000),
    qkNorm: raw.use_qk_norm ? { kind: 'layer', over: 'head', gainPerHead: true } : null,
  }),
  naming: () => ({ ...llamaNaming, ...qkNormNaming }),
})
