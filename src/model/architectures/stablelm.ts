/**
 * StableLM: Llama with LayerNorm, rotary positions on a part of each head, and optionally one norm shared by both
 * sublayers.
 */
import { family } from './family.ts'
import { epsilon, flag } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming } from './llama-like.ts'

export const stablelm = family({
  title: 'StableLM',
  modelTypes: ['stablelm'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 2560, intermediate_size: 6912, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 32,
      vocab_size: 50_304, max_position_embeddings: 4096,
    }),
    layer_norm_eps: epsilon.default(1e-5),
    use_qkv_bias: flag(false),
    /** Each head's queries and keys are centred and scaled, with gains of their own. */
    qk_layernorm: flag(false),
    use_parallel_residual: flag(false),
  },
  config: (raw) => ({
    ...llamaLike('stablelm', { ...raw, head_dim: null }, {
      epsilon: raw.layer_norm_eps, rotaryFraction: 0.25, partial: true,
    }),
    norm: { kind: 'layer', epsilon: raw.layer_norm_eps, gainOffset: 0, hasGain: true },
    biases: { qkv: raw.use_qkv_bias, output: false, mlp: false, norm: true },
    qkNorm: raw.qk_layernorm ? { kind: 'layer', over: 'head', gainPerHead: true } : null,
    parallelResidual: raw.use_parallel_residual,
    sharedNorm: raw.use_parallel_residual,
  }),
  naming: () => ({
    ...llamaNaming,
    qNorm: 'self_attn.q_layernorm.norms.{h}',
    kNorm: 'self_attn.k_layernorm.norms.{h}',
  }),
})
