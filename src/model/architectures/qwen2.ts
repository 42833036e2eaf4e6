/** Qwen 1.5, 2 and 2.5: Llama with biases on queries, keys and values, and an optional window in the upper layers. */
import { z } from 'zod'
import { family } from './family.ts'
import { flag, layerTypes, size, typedWindows, windows } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'

/** Qwen's window settings. The window has a default size and is switched off by default. */
export const qwenWindowFields = {
  sliding_window: size.nullable().default(4096),
  use_sliding_window: flag(false),
  max_window_layers: z.number().int().nonnegative().default(28),
  layer_types: layerTypes,
}
type QwenWindows = z.infer<z.ZodObject<typeof qwenWindowFields>>

/** [L] */
export function qwenWindows(raw: QwenWindows, L: number): readonly (number | null)[] {
  const window = raw.use_sliding_window ? raw.sliding_window : null
  if (raw.layer_types != null) return typedWindows(raw.layer_types, L, window)
  return windows(L, window, (layer) => layer >= raw.max_window_layers)
}

export const qwen2 = family({
  title: 'Qwen 1.5, 2 and 2.5',
  modelTypes: ['qwen2'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 22_016, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 32,
      vocab_size: 151_936, max_position_embeddings: 32_768,
    }),
    ...rmsNormEps(1e-6),
    ...qwenWindowFields,
  },
  // Qwen 2 always has these biases, whatever a file says.
  implied: { attention_bias: () => true },
  config: (raw) => ({
    ...llamaLike('qwen2', raw, { epsilon: raw.rms_norm_eps }),
    biases: { qkv: true, output: false, mlp: false, norm: false },
    slidingWindow: qwenWindows(raw, raw.num_hidden_layers),
  }),
  naming: () => llamaNaming,
})
