/** Phi-3, Phi-3.5 and Phi-4 (mini too): Llama with one map for queries, keys and values, one for gate and up, LongRoPE. */
import { family } from './family.ts'
import { size, windows } from './fields.ts'
import { gatedMlp, llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'
import type { RawScaling } from '../rope/variant.ts'

export const phi3 = family({
  title: 'Phi-3 and Phi-4',
  modelTypes: ['phi3'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 3072, intermediate_size: 8192, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 32_064,
      max_position_embeddings: 4096,
    }),
    ...rmsNormEps(1e-5),
    sliding_window: size.nullable().default(null),
  },
  // Files have both settings, but the class has neither biases nor a setting for them.
  config: (raw) => ({
    ...llamaLike('phi3', {
      ...raw,
      rope_scaling: renamed(raw.rope_scaling),
      rope_parameters: renamed(raw.rope_parameters),
      original_max_position_embeddings: raw.original_max_position_embeddings ?? 4096,
    }, { epsilon: raw.rms_norm_eps, partial: true }),
    slidingWindow: windows(raw.num_hidden_layers, raw.sliding_window, () => true),
  }),
  naming: () => ({
    ...llamaNaming,
    qkv: [{ fused: 'self_attn.qkv_proj', layout: 'inOrder' }, ...llamaNaming.qkv],
    mlp: [{ gateUp: 'mlp.gate_up_proj', down: 'mlp.down_proj' }, gatedMlp],
  }),
})

/** Earlier files call LongRoPE "su" or "yarn". */
function renamed(scaling: RawScaling | null | undefined): RawScaling | null | undefined {
  const type = scaling?.rope_type ?? scaling?.type
  return scaling != null && (type === 'su' || type === 'yarn') ? { ...scaling, rope_type: 'longrope' } : scaling
}
