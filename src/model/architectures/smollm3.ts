/** SmolLM3: Llama with some layers that have no rotary positions (NoPE, https://arxiv.org/abs/2501.18795). */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { family } from './family.ts'
import { flag, layerTypes, size, typedWindows, windows } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'

export const smollm3 = family({
  title: 'SmolLM3',
  modelTypes: ['smollm3'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 2048, intermediate_size: 11_008, num_hidden_layers: 36, num_attention_heads: 16, num_key_value_heads: 4,
      vocab_size: 128_256, max_position_embeddings: 32_768, tie_word_embeddings: true,
    }),
    ...rmsNormEps(1e-6),
    attention_bias: flag(false),
    mlp_bias: flag(false),
    /** 1 for layers that do rotate, despite the name. */
    no_rope_layers: z.array(z.union([z.literal(0), z.literal(1), z.boolean()])).max(10_000).nullish(),
    no_rope_layer_interval: size.default(4),
    use_sliding_window: flag(false),
    sliding_window: size.nullable().default(null),
    layer_types: layerTypes,
  },
  config: (raw) => {
    const L = raw.num_hidden_layers
    const config = llamaLike('smollm3', raw, { epsilon: raw.rms_norm_eps, theta: 2_000_000 })
    const rotates = raw.no_rope_layers?.map(Boolean) ??
      Array.from({ length: L }, (_, layer) => (layer + 1) % raw.no_rope_layer_interval !== 0)
    if (rotates.length !== L) {
      throw new UserError('BAD_MODEL', `config.json lists ${rotates.length} no_rope_layers for ${L} layers; they must agree.`)
    }
    const window = raw.use_sliding_window ? raw.sliding_window : null
    return {
      ...config,
      biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: raw.mlp_bias, norm: false },
      rope: config.rope.map((rope, layer) => (rotates[layer] ? rope : null)),
      slidingWindow: raw.layer_types != null
        ? typedWindows(raw.layer_types, L, window)
        : windows(L, window, (layer) => !rotates[layer]),
    }
  },
  naming: () => llamaNaming,
})
