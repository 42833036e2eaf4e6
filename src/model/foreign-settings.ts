/**
 * Settings that change the computation and that a family does not read. Each is known to some class of transformers 5.18,
 * or to all of them. If a file has such a setting, the model would be computed differently from what the file says. So the
 * setting is refused by name, unless its value has no effect. All other unknown keys are harmless and ignored.
 */
import { UserError } from '../errors.ts'
import type { Family, RawConfig } from './architectures/family.ts'

/** Does this value have no effect? */
type IsNeutral = (value: unknown, text: RawConfig) => boolean

const off: IsNeutral = (value) => value === false || value == null
const none: IsNeutral = (value) => value == null
const one: IsNeutral = (value) => value === 1 || value == null
const empty: IsNeutral = (value) =>
  value == null || value === 0 || (typeof value === 'object' && Object.keys(value).length === 0)
const atMostOne: IsNeutral = (value) => value == null || (typeof value === 'number' && value <= 1)
const is = (...values: readonly unknown[]): IsNeutral => (value) => value == null || values.includes(value)

/** A window that no sequence reaches, or that is switched off, has no effect. */
const noWindow: IsNeutral = (value, { use_sliding_window: isOn, max_position_embeddings: longest }) =>
  value == null || isOn === false || (typeof value === 'number' && typeof longest === 'number' && value >= longest)

/** For settings that only a mixture of experts can follow: they have no effect in a model without one. */
const ofExperts = (test: IsNeutral): IsNeutral => (value, text) => test(value, text) ||
  [text.num_experts, text.num_local_experts, text.n_routed_experts].every((count) => atMostOne(count, text))

/** Settings that every decoder of transformers follows, in whichever part of the file they are. */
const commonSettings: Readonly<Record<string, IsNeutral>> = {
  is_causal: is(true),
  use_bidirectional_attention: off,
  per_layer_config: empty,
  add_cross_attention: off,
  is_encoder_decoder: off,
  pruned_heads: empty,
}

/** Settings that some decoders follow. */
const foreignSettings: Readonly<Record<string, IsNeutral>> = {
  // Who looks where.
  sliding_window: noWindow,
  use_sliding_window: off,
  sliding_window_pattern: none,
  sliding_window_size: none,
  attention_window_size: none,
  attention_chunk_size: none,
  window_size: none,
  local_attention: none,
  layer_types: (types) => types == null || (Array.isArray(types) && types.every((type) => type === 'full_attention')),
  layers_block_type: none,
  block_types: none,
  attn_layer_indices: none,
  prefix_lm: off,

  // Positions.
  alibi: off,
  position_embedding_type: is('rope', 'rotary', 'absolute', 'learned'),
  no_rope_layers: none,
  no_rope_layer_interval: empty,
  rope_interleave: off,
  rope_interleaved: off,
  rotary_dim: none,
  rotary_pct: one,
  rotary_emb_base: none,
  rope_local_base_freq: none,
  layer_rope_theta: none,
  use_mrope: off,
  learned_pos_emb: off,

  // Scores.
  attn_logit_softcapping: none,
  query_pre_attn_scalar: none,
  attention_multiplier: one,
  key_multiplier: one,
  attn_temperature_tuning: off,
  qk_layernorm: off,
  use_qk_norm: off,
  clip_qkv: none,
  multi_query: off,
  scale_attn_by_inverse_layer_idx: off,
  attention_value_scale: one,

  // Embeddings, sublayers, logits.
  embedding_multiplier: one,
  embedding_scale: one,
  scale_emb: one,
  scale_embedding: off,
  scale_depth: none,
  dim_model_base: none,
  mup_enabled: off,
  residual_multiplier: one,
  attention_in_multiplier: one,
  attention_out_multiplier: one,
  mlp_multipliers: empty,
  logit_scale: one,
  logits_scaling: one,
  lm_head_multiplier: one,
  final_logit_softcapping: none,
  logits_soft_cap: none,
  output_logit_soft_cap: none,
  parallel_attn: off,
  use_parallel_residual: off,
  apply_residual_connection_post_layernorm: off,
  do_layer_norm_before: is(true),
  use_post_norm: off,
  norm_type: none,
  word_embed_proj_dim: (value, { hidden_size: D }) => value == null || value === D,

  // Biases.
  attention_bias: off,
  attention_out_bias: off,
  mlp_bias: off,
  use_bias: off,
  bias: is(false, 'none'),
  qkv_bias: off,
  use_qkv_bias: off,
  norm_bias: off,
  lm_head_bias: off,

  // The MLP.
  hidden_activation: (value, { hidden_act: act }) => value == null || value === act,
  activation: (value, { hidden_act: act }) => value == null || value === act || (value === 'swiglu' && (act ?? 'silu') === 'silu'),
  swiglu_limit: none,
  swiglu_alpha: none,
  activation_sparsity_pattern: none,
  num_experts: atMostOne,
  num_local_experts: atMostOne,
  n_routed_experts: atMostOne,
  moe_num_experts: atMostOne,
  n_shared_experts: ofExperts(empty),
  num_shared_experts: ofExperts(empty),
  moe_num_shared_experts: ofExperts(empty),
  shared_expert_intermediate_size: ofExperts(empty),
  shared_intermediate_size: ofExperts(empty),
  norm_topk_prob: ofExperts(none),
  routed_scaling_factor: ofExperts(one),
  scoring_func: ofExperts(is('softmax')),
  topk_method: ofExperts(is('greedy')),
  n_group: ofExperts(one),
  topk_group: ofExperts(one),
  use_expert_bias: ofExperts(off),
  moe_router_logit_softcapping: ofExperts(none),
  first_k_dense_replace: ofExperts(empty),
  num_kv_shared_layers: empty,
  hidden_size_per_layer_input: empty,
}

/**
 * Refuses (UNSUPPORTED) the first such setting. `raw` is the whole file, and `text` is its part about the language model.
 */
export function refuseForeignSettings(raw: RawConfig, text: RawConfig, family: Family, where: string): void {
  if (raw !== text) refuse(raw, commonSettings, family, where)
  refuse(text, commonSettings, family, where)
  refuse(text, foreignSettings, family, where)
}

function refuse(
  part: RawConfig, settings: Readonly<Record<string, IsNeutral>>, { keys, implied, title }: Family, where: string,
): void {
  for (const [key, isNeutral] of Object.entries(settings)) {
    if (!Object.hasOwn(part, key) || keys.includes(key)) continue
    const value = part[key]
    if (isNeutral(value, part) || implied[key]?.(value, part)) continue
    throw new UserError('UNSUPPORTED', `${where} sets ${key} to ${shown(value)}, which a ${title} model is not computed with ` +
      'here; remove it if the model was not trained so, or use another model.')
  }
}

function shown(value: unknown): string {
  const json = JSON.stringify(value)
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
