/** Command R7B and Command A: three layers with a window and rotary positions, then one with neither. */
import { cohereFields, cohereLike } from './cohere.ts'
import { family } from './family.ts'
import { layerTypes, size, slidingLayers, typedWindows } from './fields.ts'
import { llamaNaming } from './llama-like.ts'

export const cohere2 = family({
  title: 'Command R7B and Command A',
  modelTypes: ['cohere2'],
  fields: {
    ...cohereFields,
    sliding_window: size.nullable().default(4096),
    sliding_window_pattern: size.default(4),
    layer_types: layerTypes,
  },
  // The name that published files use for rotary pairs of neighbouring numbers.
  implied: { position_embedding_type: (value) => value === 'rope_gptj' },
  config: (raw) => {
    const L = raw.num_hidden_layers
    const types = raw.layer_types ?? Array.from({ length: L }, (_, layer) =>
      (layer + 1) % raw.sliding_window_pattern === 0 ? 'full_attention' : 'sliding_attention')
    const config = cohereLike('cohere2', { ...raw, head_dim: null }, 10_000)
    const slides = slidingLayers(types, L)
    return {
      ...config,
      rope: config.rope.map((rope, layer) => (slides[layer] ? rope : null)),
      slidingWindow: typedWindows(types, L, raw.sliding_window),
    }
  },
  naming: () => llamaNaming,
})
