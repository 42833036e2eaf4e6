/** Gemma 2: norms on both sides of each sublayer, soft caps on scores and logits, a window in every other layer. */
import { z } from 'zod'
import { family } from './family.ts'
import { activation, cap, layerTypes, multiplier, size, typedWindows, windows } from './fields.ts'
import { gemmaBiases, gemmaBiasField, gemmaLike } from './gemma.ts'
import { llamaLikeFields, rmsNormEps, sandwichNaming } from './llama-like.ts'

export const gemma2 = family({
  title: 'Gemma 2',
  modelTypes: ['gemma2'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 2304, intermediate_size: 9216, num_hidden_layers: 26, num_attention_heads: 8, num_key_value_heads: 4,
      vocab_size: 256_000, max_position_embeddings: 8192, tie_word_embeddings: true,
    }),
    ...rmsNormEps(1e-6),
    ...gemmaBiasField,
    // Files also have `hidden_act`, which is ignored.
    hidden_activation: z.string().nullish(),
    query_pre_attn_scalar: multiplier.default(256),
    attn_logit_softcapping: cap.default(50),
    final_logit_softcapping: cap.default(30),
    sliding_window: size.nullable().default(4096),
    layer_types: layerTypes,
  },
  config: (raw) => {
    const L = raw.num_hidden_layers
    return {
      ...gemmaLike('gemma2', { ...raw, hidden_act: 'silu' }, raw.rms_norm_eps),
      activation: activation(raw.hidden_activation ?? 'gelu_pytorch_tanh'),
      biases: gemmaBiases(raw),
      postNorms: true,
      attentionScale: 1 / Math.sqrt(raw.query_pre_attn_scalar),
      attentionSoftCap: raw.attn_logit_softcapping,
      finalSoftCap: raw.final_logit_softcapping,
      slidingWindow: raw.layer_types != null
        ? typedWindows(raw.layer_types, L, raw.sliding_window)
        : windows(L, raw.sliding_window, (layer) => layer % 2 === 0),
    }
  },
  naming: () => sandwichNaming,
})
