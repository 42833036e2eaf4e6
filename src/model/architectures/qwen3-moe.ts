/**
 * Qwen 3 with experts (30B-A3B, 235B-A22B): Qwen 3 with a mixture in every layer except those that the file names.
 */
import { z } from 'zod'
import { family } from './family.ts'
import { flag, size, windows } from './fields.ts'
import { gatedMlp, llamaLike, llamaLikeFields, llamaNaming, qkNormNaming, rmsNormEps } from './llama-like.ts'
import { expertFields, mixture, stackedExperts } from './mixture.ts'

export const qwen3Moe = family({
  title: 'Qwen 3 with experts',
  modelTypes: ['qwen3_moe'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 2048, intermediate_size: 6144, num_hidden_layers: 24, num_attention_heads: 32, num_key_value_heads: 4,
      vocab_size: 151_936, max_position_embeddings: 32_768,
    }),
    ...rmsNormEps(1e-6),
    ...expertFields,
    moe_intermediate_size: size.default(768),
    norm_topk_prob: flag(false),
    decoder_sparse_step: size.default(1),
    mlp_only_layers: z.array(z.number().int().nonnegative()).nullish(),
    attention_bias: flag(false),
    sliding_window: size.nullable().default(4096),
    use_sliding_window: flag(false),
  },
  // The class does not distinguish layers: the window is on all of them or on none.
  implied: {
    max_window_layers: (_value, { use_sliding_window: isOn }) => isOn !== true,
    layer_types: (types) => Array.isArray(types) && types.every((type) => type === 'full_attention'),
  },
  config: (raw) => mixture(
    {
      ...llamaLike('qwen3_moe', raw, { epsilon: raw.rms_norm_eps }),
      biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
      qkNorm: { kind: 'rms', over: 'head', gainPerHead: false },
      slidingWindow: windows(raw.num_hidden_layers, raw.use_sliding_window ? raw.sliding_window : null, () => true),
    },
    raw,
    {
      defaults: { count: 128, chosen: 8 }, width: raw.moe_intermediate_size,
      normalised: raw.norm_topk_prob,
      isMixture: (layer) =>
        !(raw.mlp_only_layers ?? []).includes(layer) && (layer + 1) % raw.decoder_sparse_step === 0,
    },
  ),
  naming: () => ({
    ...llamaNaming,
    ...qkNormNaming,
    experts: {
      router: 'mlp.gate',
      forms: [
        {
          store: 'each', gate: 'mlp.experts.{e}.gate_proj', up: 'mlp.experts.{e}.up_proj', down: 'mlp.experts.{e}.down_proj',
        },
        stackedExperts,
      ],
    },
    mlp: [gatedMlp],
  }),
})
