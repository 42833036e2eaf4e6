/** Gemma 1, and what all Gemmas share: gains of 1 + w, scaled embeddings, heads of 256 numbers, the tanh form of gelu. */
import type { z } from 'zod'
import type { Architecture, ModelConfig } from '../config.ts'
import { family } from './family.ts'
import { flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps, type LlamaLike } from './llama-like.ts'

/** `epsilon` is the norm's. */
export function gemmaLike(architecture: Architecture, raw: LlamaLike, epsilon: number): ModelConfig {
  const config = llamaLike(architecture, raw, { epsilon, headWidth: 256 })
  return {
    ...config,
    norm: { ...config.norm, gainOffset: 1 },
    embeddingScale: Math.sqrt(config.D),
  }
}

/** Biases of queries, keys, values and the output projection. */
export const gemmaBiasField = { attention_bias: flag(false) }
export const gemmaBiases = ({ attention_bias: has }: z.infer<z.ZodObject<typeof gemmaBiasField>>) =>
  ({ qkv: has, output: has, mlp: false, norm: false })

export const gemma = family({
  title: 'Gemma 1',
  modelTypes: ['gemma'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 3072, intermediate_size: 24_576, num_hidden_layers: 28, num_attention_heads: 16, num_key_value_heads: 16,
      vocab_size: 256_000, max_position_embeddings: 8192, tie_word_embeddings: true, hidden_act: 'gelu_pytorch_tanh',
    }),
    ...rmsNormEps(1e-6),
    ...gemmaBiasField,
  },
  // The first releases have both names, with the same meaning.
  implied: { hidden_activation: (value) => value == null || value === 'gelu_pytorch_tanh' },
  config: (raw) => {
    // The first releases say "gelu", but they were always computed with the tanh form.
    const hidden_act = raw.hidden_act === 'gelu' ? 'gelu_pytorch_tanh' : raw.hidden_act
    return { ...gemmaLike('gemma', { ...raw, hidden_act }, raw.rms_norm_eps), biases: gemmaBiases(raw) }
  },
  naming: () => llamaNaming,
})
