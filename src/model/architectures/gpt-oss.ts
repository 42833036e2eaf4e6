/**
 * gpt-oss: a mixture of experts with biases everywhere, a sink in each head's softmax, a window in every other layer, and
 * clamped gates and ups. Published in MXFP4, which is read directly.
 */
import { family } from './family.ts'
import { flag, layerTypes, size, typedWindows } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'
import { expertFields, mixture } from './mixture.ts'
import type { RawScaling } from '../rope/variant.ts'

/** The rotation that the class assumes if a file says nothing. */
const publishedRope: RawScaling = {
  rope_type: 'yarn', factor: 32, beta_fast: 32, beta_slow: 1, truncate: false, original_max_position_embeddings: 4096,
}

const GATE_UP = 'mlp.experts.gate_up_proj'
const DOWN = 'mlp.experts.down_proj'

export const gptOss = family({
  title: 'gpt-oss',
  modelTypes: ['gpt_oss'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 2880, intermediate_size: 2880, num_hidden_layers: 36, num_attention_heads: 64, num_key_value_heads: 8,
      vocab_size: 201_088, max_position_embeddings: 131_072,
    }),
    ...rmsNormEps(1e-5),
    ...expertFields,
    attention_bias: flag(true),
    sliding_window: size.nullable().default(128),
    layer_types: layerTypes,
  },
  implied: {
    swiglu_limit: (value) => value === 7,
    norm_topk_prob: (value) => value === true,
  },
  config: (raw) => {
    const L = raw.num_hidden_layers
    const types = raw.layer_types ??
      Array.from({ length: L }, (_, layer) => (layer % 2 === 0 ? 'sliding_attention' : 'full_attention'))
    const rope_parameters = raw.rope_scaling ?? raw.rope_parameters ?? publishedRope
    // The class computes the same whatever `hidden_act` says.
    const plain = { ...raw, rope_scaling: null, rope_parameters, hidden_act: 'silu' }
    return mixture(
      {
        ...llamaLike('gpt_oss', plain, { epsilon: raw.rms_norm_eps, headWidth: 64, theta: 150_000 }),
        activation: 'clamped_swiglu',
        biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: true, norm: false },
        sinks: true,
        slidingWindow: typedWindows(types, L, raw.sliding_window),
      },
      raw,
      { defaults: { count: 128, chosen: 4 }, width: raw.intermediate_size, normalised: true, routerBias: true },
    )
  },
  naming: () => ({
    ...llamaNaming,
    sinks: 'self_attn.sinks',
    experts: {
      router: 'mlp.router',
      forms: [
        { store: 'stacked', gateUp: GATE_UP, down: DOWN, orientation: 'in,out', interleaved: true },
        { store: 'mxfp4', gateUp: GATE_UP, down: DOWN, interleaved: true },
      ],
    },
  }),
})
