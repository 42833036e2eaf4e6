/** Settings that a family does not read: refused by name where they would change the numbers, else left aside. */
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/model/read-config.ts'

const parse = (raw: object) => parseConfig(JSON.stringify(raw), 'config.json')
const llama = { model_type: 'llama', hidden_size: 64, num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 128 }

describe('what would change the computation is refused by name', () => {
  it.each<[string, unknown, object?]>([
    ['is_causal', false],
    ['use_bidirectional_attention', true, { model_type: 'gemma3_text' }],
    ['per_layer_config', [{ sliding_window: 4 }]],
    ['add_cross_attention', true, { model_type: 'gpt2', n_embd: 64 }],
    ['is_causal', false, { model_type: 'gemma3', text_config: { hidden_size: 64 } }],
    ['sliding_window', 64],
    ['use_sliding_window', true],
    ['layer_types', ['sliding_attention']],
    ['attention_chunk_size', 64],
    ['alibi', true],
    ['no_rope_layers', [1, 0]],
    ['rope_interleave', true],
    ['rotary_pct', 0.25],
    ['attn_logit_softcapping', 50],
    ['final_logit_softcapping', 30],
    ['attn_logit_softcapping', 50, { model_type: 'gemma3_text' }],
    ['query_pre_attn_scalar', 256],
    ['attention_multiplier', 0.01],
    ['embedding_multiplier', 12],
    ['logits_scaling', 8],
    ['logit_scale', 0.0625],
    ['residual_multiplier', 0.2],
    ['qk_layernorm', true],
    ['use_qk_norm', true],
    ['clip_qkv', 8, { model_type: 'olmo' }],
    ['use_parallel_residual', true],
    ['attention_bias', true, { model_type: 'mistral' }],
    ['mlp_bias', true, { model_type: 'qwen2' }],
    ['lm_head_bias', true, { model_type: 'phi3' }],
    ['num_local_experts', 8],
    ['n_routed_experts', 64],
    ['shared_expert_intermediate_size', 512, { model_type: 'qwen3_moe', num_experts: 4 }],
    ['routed_scaling_factor', 2.5, { model_type: 'mixtral' , num_local_experts: 4 }],
    ['norm_topk_prob', false, { model_type: 'mixtral', num_local_experts: 4 }],
    ['swiglu_limit', 10, { model_type: 'gpt_oss' }],
    ['layer_types', ['full_attention', 'sliding_attention'], { model_type: 'mistral', num_hidden_layers: 2 }],
  ])('%s: %j', (key, value, base = {}) => {
    expect(() => parse({ ...llama, ...base, [key]: value })).toThrow(expect.objectContaining({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(new RegExp(`^config\\.json (sets ${key} to|has)`)),
    }))
  })
})

describe('what changes nothing is left aside', () => {
  it.each<[string, unknown, object?]>([
    ['is_causal', true],
    ['sliding_window', null],
    ['sliding_window', 4096],
    ['use_sliding_window', false],
    ['layer_types', Array(32).fill('full_attention')],
    ['attn_logit_softcapping', null],
    ['attention_bias', false, { model_type: 'phi3' }],
    ['attention_bias', true, { model_type: 'qwen2' }],
    ['logit_scale', 1],
    ['use_mrope', false],
    ['num_experts', 0],
    ['norm_topk_prob', true],
    ['swiglu_limit', 7, { model_type: 'gpt_oss' }],
    ['clip_qkv', null, { model_type: 'olmo' }],
    ['hidden_activation', null, { model_type: 'gemma' }],
    ['position_embedding_type', 'rope_gptj', { model_type: 'cohere2' }],
    ['layer_types', ['sliding_attention', 'sliding_attention'], { model_type: 'mistral', num_hidden_layers: 2 }],
    ['max_window_layers', 48, { model_type: 'qwen3_moe' }],
    ['apply_residual_connection_post_layernorm', false, { model_type: 'falcon' }],
    ['attention_dropout', 0.1],
    ['router_aux_loss_coef', 0.02, { model_type: 'mixtral' }],
    ['torch_dtype', 'bfloat16'],
    ['unsloth_version', '2026.1'],
    ['num_key_value_groups', 4],
  ])('%s: %j', (key, value, base = {}) => {
    const plain = { ...llama, ...base }
    expect(parse({ ...plain, [key]: value })).toEqual(parse(plain))
  })
})
