import { describe, expect, it } from 'vitest'
import { type ModelConfig, parseConfig } from '../../src/model/config.ts'

/** The configurations below are those of released models, cut to what is read. */
const llama2 = {
  model_type: 'llama', hidden_size: 4096, intermediate_size: 11008, num_hidden_layers: 32, num_attention_heads: 32,
  num_key_value_heads: 32, vocab_size: 32000, max_position_embeddings: 4096, rms_norm_eps: 1e-5, hidden_act: 'silu',
  rope_scaling: null, tie_word_embeddings: false,
}
const llama32 = {
  ...llama2, hidden_size: 2048, intermediate_size: 8192, num_hidden_layers: 16, num_key_value_heads: 8, head_dim: 64,
  vocab_size: 128256, max_position_embeddings: 131072, rope_theta: 500000, attention_bias: false, mlp_bias: false,
  tie_word_embeddings: true,
  rope_scaling: {
    factor: 32, high_freq_factor: 4, low_freq_factor: 1, original_max_position_embeddings: 8192, rope_type: 'llama3',
  },
}
const mistral = {
  ...llama2, model_type: 'mistral', intermediate_size: 14336, num_key_value_heads: 8, sliding_window: 4096,
  max_position_embeddings: 32768, num_hidden_layers: 3,
}
const qwen2 = {
  model_type: 'qwen2', hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 4, num_attention_heads: 14,
  num_key_value_heads: 2, vocab_size: 151936, max_position_embeddings: 32768, max_window_layers: 2, rms_norm_eps: 1e-6,
  rope_theta: 1000000, sliding_window: 32768, use_sliding_window: false, tie_word_embeddings: true, hidden_act: 'silu',
}
const qwen3 = { ...qwen2, model_type: 'qwen3', head_dim: 128, attention_bias: false, hidden_size: 1024, num_attention_heads: 16 }
const gemma2 = {
  model_type: 'gemma2', hidden_size: 2304, intermediate_size: 9216, num_hidden_layers: 4, num_attention_heads: 8,
  num_key_value_heads: 4, head_dim: 256, vocab_size: 256000, max_position_embeddings: 8192, rms_norm_eps: 1e-6,
  hidden_act: 'gelu_pytorch_tanh', hidden_activation: 'gelu_pytorch_tanh', attn_logit_softcapping: 50,
  final_logit_softcapping: 30, query_pre_attn_scalar: 224, sliding_window: 4096,
}
const gpt2 = {
  model_type: 'gpt2', n_embd: 768, n_layer: 2, n_head: 12, n_positions: 1024, vocab_size: 50257,
  layer_norm_epsilon: 1e-5, activation_function: 'gelu_new',
}
const pythia = {
  model_type: 'gpt_neox', hidden_size: 512, intermediate_size: 2048, num_hidden_layers: 2, num_attention_heads: 8,
  vocab_size: 50304, max_position_embeddings: 2048, layer_norm_eps: 1e-5, hidden_act: 'gelu', rotary_pct: 0.25,
  rotary_emb_base: 10000, use_parallel_residual: true, tie_word_embeddings: false,
}

const parse = (raw: object): ModelConfig => parseConfig(JSON.stringify(raw), 'config.json')

describe('what is read of each architecture', () => {
  it('Llama 2', () => {
    expect(parse(llama2)).toEqual({
      architecture: 'llama', D: 4096, H: 32, K: 32, headWidth: 128, I: 11008, L: 32, V: 32000, maxPositions: 4096,
      norm: { kind: 'rms', epsilon: 1e-5, gainOffset: 0 },
      activation: 'silu',
      gatedMlp: true,
      rope: { theta: 10000, rotaryWidth: 128, interleaved: false, scaling: { type: 'default' } },
      learnedPositions: false,
      parallelResidual: false,
      qkNorm: false,
      postNorms: false,
      biases: { qkv: false, output: false, mlp: false, norm: false },
      attentionScale: 1 / Math.sqrt(128),
      attentionSoftCap: null,
      finalSoftCap: null,
      embeddingScale: 1,
      slidingWindow: Array(32).fill(null),
      tiedHead: false,
    } satisfies ModelConfig)
  })

  it('Llama 3.2: its own head width, the scaling of its rotation, tied head', () => {
    expect(parse(llama32)).toMatchObject({
      K: 8, headWidth: 64, attentionScale: 0.125, tiedHead: true,
      rope: {
        theta: 500000,
        scaling: { type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 },
      },
    })
  })

  it('a rotation that is stretched reaches as far as its factor says', () => {
    const reach = (rope_scaling: object) => parse({ ...llama2, rope_scaling }).maxPositions
    expect(reach({ type: 'dynamic', factor: 2 })).toBe(8192)
    expect(reach({ type: 'yarn', factor: 4, original_max_position_embeddings: 4096 })).toBe(16384)
    expect(parse({ ...llama2, max_position_embeddings: 40960, rope_scaling: { type: 'yarn', original_max_position_embeddings: 4096 } })
      .maxPositions).toBe(40960)
    expect(parse(llama32).maxPositions).toBe(131072)
  })

  it('Llama with biases: attention_bias is queries to output, mlp_bias the MLP', () => {
    expect(parse({ ...llama2, attention_bias: true }).biases).toEqual({ qkv: true, output: true, mlp: false, norm: false })
    expect(parse({ ...llama2, mlp_bias: true }).biases).toEqual({ qkv: false, output: false, mlp: true, norm: false })
  })

  it('Mistral: a window over all layers, none when null, the default of its class when absent', () => {
    expect(parse(mistral).slidingWindow).toEqual([4096, 4096, 4096])
    expect(parse({ ...mistral, sliding_window: null }).slidingWindow).toEqual([null, null, null])
    expect(parse({ ...mistral, sliding_window: undefined }).slidingWindow).toEqual([4096, 4096, 4096])
    expect(parse(mistral)).toMatchObject({ K: 8, biases: { qkv: false } })
  })

  it('Qwen 2: biases of queries, keys and values; a window in the upper layers and only when it is switched on', () => {
    expect(parse(qwen2)).toMatchObject({
      headWidth: 64, tiedHead: true, biases: { qkv: true, output: false, mlp: false, norm: false },
      slidingWindow: [null, null, null, null], rope: { theta: 1e6 },
    })
    expect(parse({ ...qwen2, use_sliding_window: true }).slidingWindow).toEqual([null, null, 32768, 32768])
  })

  it('Qwen 3: normed queries and keys, no biases, its own head width', () => {
    expect(parse(qwen3)).toMatchObject({
      qkNorm: true, headWidth: 128, attentionScale: 1 / Math.sqrt(128), biases: { qkv: false },
    })
    expect(parse({ ...qwen3, head_dim: undefined }).headWidth).toBe(128)
  })

  it('Gemma 2: gains of 1 + w, post norms, soft caps, scaled embeddings, a window in every other layer', () => {
    expect(parse(gemma2)).toMatchObject({
      norm: { kind: 'rms', gainOffset: 1 }, activation: 'gelu_tanh', postNorms: true, attentionScale: 1 / Math.sqrt(224),
      attentionSoftCap: 50, finalSoftCap: 30, embeddingScale: 48, slidingWindow: [4096, null, 4096, null], tiedHead: true,
    })
    expect(parse({ ...gemma2, attn_logit_softcapping: null, final_logit_softcapping: null }))
      .toMatchObject({ attentionSoftCap: null, finalSoftCap: null })
  })

  it('Gemma 2 computes the approximate gelu even where its file says gelu', () => {
    expect(parse({ ...gemma2, hidden_act: 'gelu', hidden_activation: null }).activation).toBe('gelu_tanh')
  })

  it('GPT-2: learned positions, biases everywhere, four times as many neurons, tied head', () => {
    expect(parse(gpt2)).toMatchObject({
      D: 768, H: 12, K: 12, headWidth: 64, I: 3072, maxPositions: 1024, norm: { kind: 'layer' }, activation: 'gelu_tanh',
      gatedMlp: false, rope: null, learnedPositions: true, attentionScale: 0.125, tiedHead: true,
      biases: { qkv: true, output: true, mlp: true, norm: true },
    })
    expect(parse({ ...gpt2, n_inner: 100 }).I).toBe(100)
    expect(parse({ ...gpt2, scale_attn_weights: false }).attentionScale).toBe(1)
  })

  it('Pythia: parallel residual, a quarter of each head rotates, exact gelu', () => {
    expect(parse(pythia)).toMatchObject({
      headWidth: 64, K: 8, parallelResidual: true, activation: 'gelu', gatedMlp: false, tiedHead: false,
      rope: { rotaryWidth: 16, theta: 10000 }, biases: { qkv: true, output: true, mlp: true, norm: true },
    })
    expect(parse({ ...pythia, use_parallel_residual: false, attention_bias: false }))
      .toMatchObject({ parallelResidual: false, biases: { qkv: false, output: false, mlp: true } })
    expect(parse({ ...pythia, rotary_pct: undefined, rope_parameters: { partial_rotary_factor: 0.5, rope_theta: 7 } }).rope)
      .toMatchObject({ rotaryWidth: 32, theta: 7 })
  })

  it('layer_types, where a file lists them, outrank the pattern', () => {
    const layer_types = ['full_attention', 'full_attention', 'sliding_attention', 'full_attention']
    expect(parse({ ...gemma2, layer_types }).slidingWindow).toEqual([null, null, 4096, null])
  })
})

describe('what is refused', () => {
  it.each<[string, object, string, RegExp]>([
    ['an unknown model_type', { model_type: 'mixtral' }, 'UNSUPPORTED',
      /"mixtral"; supported are llama, mistral, qwen2, qwen3, gemma2, gpt2, gpt_neox\./],
    ['a name that every object has', { model_type: 'constructor' }, 'UNSUPPORTED', /"constructor"/],
    ['no model_type', {}, 'UNSUPPORTED', /no model_type/],
    ['a missing size', { ...llama2, hidden_size: undefined }, 'BAD_MODEL', /hidden_size/],
    ['a size of 0', { ...gpt2, n_layer: 0 }, 'BAD_MODEL', /n_layer/],
    ['a size beyond reason', { ...gpt2, vocab_size: 1e12 }, 'BAD_MODEL', /vocab_size/],
    ['a fraction', { ...llama2, num_hidden_layers: 1.5 }, 'BAD_MODEL', /num_hidden_layers/],
    ['heads that do not divide the width', { ...llama2, num_attention_heads: 33, num_key_value_heads: 33 }, 'BAD_MODEL',
      /width of 4096 among 33 heads/],
    ['key heads that do not divide the heads', { ...llama2, num_key_value_heads: 5 }, 'BAD_MODEL',
      /5 key\/value heads among 32/],
    ['an unknown activation', { ...llama2, hidden_act: 'xielu' }, 'UNSUPPORTED', /"xielu"; supported are silu/],
    ['quantized weights', { ...llama2, quantization_config: { bits: 4 } }, 'UNSUPPORTED', /quantized/],
    ['experts', { ...llama2, num_local_experts: 8 }, 'UNSUPPORTED', /num_local_experts 8/],
    ['a scaling by layer', { ...gpt2, scale_attn_by_inverse_layer_idx: true }, 'UNSUPPORTED',
      /scale_attn_by_inverse_layer_idx/],
    ['cross attention', { ...gpt2, add_cross_attention: true }, 'UNSUPPORTED', /add_cross_attention/],
    ['another kind of layer', { ...qwen3, layer_types: Array(4).fill('linear_attention') }, 'UNSUPPORTED',
      /"linear_attention"/],
    ['too few layer_types', { ...qwen3, layer_types: ['full_attention'] }, 'BAD_MODEL', /1 layer_types for 4 layers/],
    ['sliding layers without a window', { ...qwen3, layer_types: Array(4).fill('sliding_attention') }, 'BAD_MODEL',
      /no sliding_window/],
  ])('%s', (_what, raw, code, message) => {
    expect(() => parse(raw)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  it.each([['text', 'not JSON'], ['[]', 'not a JSON object'], ['null', 'not a JSON object']])('%s', (text, message) => {
    expect(() => parseConfig(text, '/models/x/config.json')).toThrow(`/models/x/config.json is ${message}; download it again.`)
  })
})
