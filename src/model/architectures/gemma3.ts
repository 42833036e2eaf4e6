/**
 * Gemma 3, text: Gemma 2 without soft caps, with normed queries and keys. Five layers with a window and their own rotation
 * alternate with one layer that sees all positions. The folders of the larger sizes also hold a vision tower, which is
 * ignored.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { RopeConfig } from '../rope/rope.ts'
import { longestSequence, parseScaling } from '../rope/rope.ts'
import { scalingSchema } from '../rope/variant.ts'
import { family, type RawConfig } from './family.ts'
import { activation, cap, layerTypes, multiplier, size, slidingLayers, typedWindows } from './fields.ts'
import { gemmaBiases, gemmaBiasField, gemmaLike } from './gemma.ts'
import { headWidthOf, llamaLikeFields, qkNormNaming, rmsNormEps, sandwichNaming, type LlamaLike } from './llama-like.ts'

/** `rope_parameters` by type of layer, as transformers 5 writes them. */
const nestedRope = z.object({ full_attention: scalingSchema.nullish(), sliding_attention: scalingSchema.nullish() })

const fields = {
  ...llamaLikeFields({
    hidden_size: 2304, intermediate_size: 9216, num_hidden_layers: 26, num_attention_heads: 8, num_key_value_heads: 4,
    vocab_size: 262_208, max_position_embeddings: 131_072, tie_word_embeddings: true,
  }),
  ...rmsNormEps(1e-6),
  ...gemmaBiasField,
  rope_parameters: nestedRope.nullish(),
  rope_local_base_freq: multiplier.nullish(),
  hidden_activation: z.string().nullish(),
  query_pre_attn_scalar: multiplier.default(256),
  final_logit_softcapping: cap.default(null),
  sliding_window: size.nullable().default(4096),
  sliding_window_pattern: size.default(6),
  layer_types: layerTypes,
}

export const gemma3 = family({
  title: 'Gemma 3 (text)',
  modelTypes: ['gemma3_text', 'gemma3'],
  fields,
  text: textConfig,
  config: (raw) => {
    const L = raw.num_hidden_layers
    const types = raw.layer_types ?? Array.from({ length: L }, (_, layer) =>
      (layer + 1) % raw.sliding_window_pattern === 0 ? 'full_attention' : 'sliding_attention')
    const slides = slidingLayers(types, L)
    const plain = { ...raw, hidden_act: 'silu', rope_parameters: null, rope_scaling: null }
    const { full, sliding } = rotations(raw)
    return {
      ...gemmaLike('gemma3', plain, raw.rms_norm_eps),
      maxPositions: longestSequence(full, raw.max_position_embeddings),
      activation: activation(raw.hidden_activation ?? 'gelu_pytorch_tanh'),
      biases: gemmaBiases(raw),
      postNorms: true,
      qkNorm: { kind: 'rms', over: 'head', gainPerHead: false },
      attentionScale: 1 / Math.sqrt(raw.query_pre_attn_scalar),
      finalSoftCap: raw.final_logit_softcapping,
      rope: slides.map((slide) => (slide ? sliding : full)),
      slidingWindow: typedWindows(types, L, raw.sliding_window),
    }
  },
  naming: () => ({
    ...sandwichNaming,
    ...qkNormNaming,
    prefixes: ['model.', 'model.language_model.', 'language_model.model.', 'language_model.'],
    spellings: [['lm_head.', 'language_model.lm_head.']],
  }),
})

/** Scalings apply to the layers that see all positions; layers with a window keep their own base. */
function rotations(raw: z.infer<z.ZodObject<typeof fields>>): { full: RopeConfig; sliding: RopeConfig } {
  const nested = raw.rope_parameters
  const defaults = {
    headWidth: headWidthOf({ ...raw, rope_parameters: null } satisfies LlamaLike, 256),
    maxPositions: raw.max_position_embeddings,
    rotaryFraction: 1,
  }
  const theta = { ...raw, rope_scaling: null, rope_parameters: null }
  return {
    full: parseScaling({ ...nested?.full_attention, ...raw.rope_scaling }, theta, { ...defaults, theta: 1_000_000 }),
    sliding: parseScaling(nested?.sliding_attention ?? {}, { ...theta, rope_theta: null }, {
      ...defaults, theta: raw.rope_local_base_freq ?? 10_000,
    }),
  }
}

/**
 * The configuration of the language model. In a model with a vision tower, the whole model's flag decides whether the head
 * is the embedding.
 */
function textConfig(raw: RawConfig): RawConfig {
  if (raw.model_type !== 'gemma3') return raw
  const { text_config: text, tie_word_embeddings: tied = true } = raw
  const inner = typeof text === 'object' && text !== null ? (text as RawConfig) : {}
  if (inner.final_logit_softcapping != null) {
    throw new UserError('UNSUPPORTED', 'config.json sets final_logit_softcapping in the text_config of a Gemma 3 with a vision ' +
      'tower, which transformers does not follow; remove it if the model was not trained so.')
  }
  return { ...inner, tie_word_embeddings: tied }
}
