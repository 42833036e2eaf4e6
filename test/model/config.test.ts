import { describe, expect, it } from 'vitest'
import type { ModelConfig } from '../../src/model/config.ts'
import { parseConfig } from '../../src/model/read-config.ts'

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
      architecture: 'llama', D: 4096, H: 32, K: 32, headWidth: 128, I: 11008, L: 32, V: 32000, trainedPositions: 4096,
      maxPositions: 4096,
      norm: { kind: 'rms', epsilon: 1e-5, gainOffset: 0, hasGain: true },
      preNorms: true,
      postNorms: false,
      activation: 'silu',
      gatedMlp: true,
      experts: null,
      rope: Array(32).fill({ theta: 10000, rotaryWidth: 128, interleaved: false, scaling: { type: 'default' } }),
      learnedPositions: false,
      parallelResidual: false,
      sharedNorm: false,
      qkNorm: null,
      sinks: false,
      biases: { qkv: false, output: false, mlp: false, norm: false },
      attentionScale: 1 / Math.sqrt(128),
      attentionSoftCap: null,
      finalSoftCap: null,
      embeddingScale: 1,
      residualScale: 1,
      logitScale: 1,
      slidingWindow: Array(32).fill(null),
      tiedHead: false,
    } satisfies ModelConfig)
  })

  it('Llama 3.2: its own head width, the scaling of its rotation, tied head', () => {
    expect(parse(llama32)).toMatchObject({ K: 8, headWidth: 64, attentionScale: 0.125, tiedHead: true })
    expect(parse(llama32).rope[15]).toMatchObject({
      theta: 500000,
      scaling: { type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 },
    })
  })

  it('a rotation that is stretched reaches as far as its factor says, from the length that it was trained on', () => {
    const reach = (rope_scaling: object | null) => parse({ ...llama2, rope_scaling }).maxPositions
    expect(reach(null)).toBe(4096)
    expect(reach({ type: 'linear', factor: 4 })).toBe(16384)
    expect(reach({ type: 'dynamic', factor: 2 })).toBe(8192)
    expect(reach({ type: 'yarn', factor: 4 })).toBe(16384)
    expect(reach({ type: 'yarn', factor: 8, original_max_position_embeddings: 1024 })).toBe(8192)
    expect(reach({ type: 'yarn', factor: 2, original_max_position_embeddings: 1024 })).toBe(4096)
    expect(reach({ type: 'linear', factor: 0.5 })).toBe(4096)
    expect(parse(llama32).maxPositions).toBe(32 * 8192)
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
      slidingWindow: [null, null, null, null],
    })
    expect(parse({ ...qwen2, use_sliding_window: true }).slidingWindow).toEqual([null, null, 32768, 32768])
  })

  it('Qwen 3: normed queries and keys, no biases, its own head width', () => {
    expect(parse(qwen3)).toMatchObject({
      qkNorm: { kind: 'rms', over: 'head', gainPerHead: false }, headWidth: 128, attentionScale: 1 / Math.sqrt(128), biases: { qkv: false },
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
      gatedMlp: false, rope: [null, null], learnedPositions: true, attentionScale: 0.125, tiedHead: true,
      biases: { qkv: true, output: true, mlp: true, norm: true },
    })
    expect(parse({ ...gpt2, n_inner: 100 }).I).toBe(100)
    expect(parse({ ...gpt2, scale_attn_weights: false }).attentionScale).toBe(1)
  })

  it('Pythia: parallel residual, a quarter of each head rotates, exact gelu', () => {
    expect(parse(pythia)).toMatchObject({
      headWidth: 64, K: 8, parallelResidual: true, activation: 'gelu', gatedMlp: false, tiedHead: false,
      biases: { qkv: true, output: true, mlp: true, norm: true },
    })
    expect(parse({ ...pythia, use_parallel_residual: false, attention_bias: false }))
      .toMatchObject({ parallelResidual: false, biases: { qkv: false, output: false, mlp: true } })
    expect(parse({ ...pythia, rotary_pct: undefined, rope_parameters: { partial_rotary_factor: 0.5, rope_theta: 7 } }).rope[0])
      .toMatchObject({ rotaryWidth: 32, theta: 7 })
    expect(parse(pythia).rope[1]).toMatchObject({ rotaryWidth: 16, theta: 10000 })
  })

  it('GPT-2 by the names that other families have, and without its length', () => {
    const { n_embd: _embd, n_layer: _layer, n_head: _head, n_positions: _positions, ...rest } = gpt2
    const renamed = { ...rest, hidden_size: 768, num_hidden_layers: 2, num_attention_heads: 12 }
    expect(parse(renamed)).toEqual(parse(gpt2))
    expect(parse({ ...renamed, max_position_embeddings: 64 })).toMatchObject({ maxPositions: 64, learnedPositions: true })
  })

  it('what a file leaves out is what the transformers class says', () => {
    expect(parse({ model_type: 'llama' })).toMatchObject({ D: 4096, K: 32, I: 11008, V: 32000, trainedPositions: 2048 })
    expect(parse({ model_type: 'mistral' })).toMatchObject({ H: 32, K: 8, I: 14336, trainedPositions: 131072 })
    expect(parse({ model_type: 'mistral', num_key_value_heads: null }).K).toBe(32)
    expect(parse({ model_type: 'gemma3', text_config: { hidden_size: 2560, num_hidden_layers: 34 } })).toMatchObject({
      D: 2560, L: 34, H: 8, K: 4, headWidth: 256, I: 9216, V: 262208, tiedHead: true,
    })
  })

  it('Gemma 3: a rotation for layers with a window and another, scaled one for those without', () => {
    const gemma3 = {
      model_type: 'gemma3_text', num_hidden_layers: 7, rope_theta: 1e6, rope_local_base_freq: 1e4, sliding_window: 512,
      rope_scaling: { rope_type: 'linear', factor: 8 },
    }
    const { rope, slidingWindow, qkNorm, attentionSoftCap } = parse(gemma3)
    expect(slidingWindow).toEqual([512, 512, 512, 512, 512, null, 512])
    expect(rope[5]).toMatchObject({ theta: 1e6, scaling: { type: 'linear', factor: 8 } })
    expect(rope[6]).toMatchObject({ theta: 1e4, scaling: { type: 'default' } })
    expect([qkNorm?.over, attentionSoftCap]).toEqual(['head', null])
    const nested = {
      ...gemma3, rope_scaling: undefined, rope_theta: undefined, rope_local_base_freq: undefined,
      rope_parameters: {
        full_attention: { rope_type: 'linear', factor: 8, rope_theta: 1e6 }, sliding_attention: { rope_type: 'default', rope_theta: 1e4 },
      },
    }
    expect(parse(nested)).toEqual(parse(gemma3))
  })

  it('Phi-3: the older names of LongRoPE, lists of its own factors, a part of each head', () => {
    const phi = {
      model_type: 'phi3', hidden_size: 256, num_attention_heads: 4, max_position_embeddings: 131072, partial_rotary_factor: 0.125,
      rope_scaling: { type: 'su', short_factor: [1, 1.1, 1.2, 1.3], long_factor: [1, 2, 4, 8] },
    }
    expect(parse(phi).rope[0]).toEqual({
      theta: 10000, rotaryWidth: 8, interleaved: false,
      scaling: {
        type: 'longrope', shortFactors: [1, 1.1, 1.2, 1.3], longFactors: [1, 2, 4, 8], factor: 32, attentionFactor: null,
        originalMaxPositions: 4096,
      },
    })
  })

  it('Mixtral and Qwen 3 with experts: how many there are, how many are chosen, and the layers that have none', () => {
    const mixtral = parse({ model_type: 'mixtral', num_hidden_layers: 2, intermediate_size: 100, num_local_experts: 6 })
    expect(mixtral).toMatchObject({ I: 600, experts: { count: 6, chosen: 2, I: 100, layers: [true, true], normalised: true } })
    const qwen = parse({
      model_type: 'qwen3_moe', num_hidden_layers: 4, intermediate_size: 5000, moe_intermediate_size: 100, num_experts: 6, num_experts_per_tok: 4,
      decoder_sparse_step: 2, mlp_only_layers: [3],
    })
    expect(qwen.experts).toEqual({
      count: 6, chosen: 4, I: 100, layers: [false, true, false, false], denseI: 5000, normalised: false,
      routerBias: false,
    })
    expect(qwen.I).toBe(5000)
  })

  it('gpt-oss: sinks, biases, a window in every other layer, the rotation of its class', () => {
    const { sinks, biases, slidingWindow, rope, activation, experts, attentionScale } =
      parse({ model_type: 'gpt_oss', num_hidden_layers: 3, swiglu_limit: 7, quantization_config: { quant_method: 'mxfp4' } })
    expect({ sinks, biases, slidingWindow, activation, attentionScale }).toEqual({
      sinks: true, biases: { qkv: true, output: true, mlp: true, norm: false }, slidingWindow: [128, null, 128],
      activation: 'clamped_swiglu', attentionScale: 0.125,
    })
    expect(experts).toMatchObject({ count: 128, chosen: 4, I: 2880, routerBias: true, normalised: true })
    expect(rope[0]).toMatchObject({ theta: 150000, scaling: { type: 'yarn', factor: 32, truncate: false, originalMaxPositions: 4096 } })
  })

  it('OLMo 2, Granite, SmolLM3, StableLM, Command R, Falcon: what sets them apart', () => {
    expect(parse({ model_type: 'olmo2' })).toMatchObject({ preNorms: false, postNorms: true, qkNorm: { over: 'all' } })
    expect(parse({ model_type: 'olmo' }).norm).toEqual({ kind: 'layer', epsilon: 1e-5, gainOffset: 0, hasGain: false })
    expect(parse({ model_type: 'granite', residual_multiplier: 0.22, logits_scaling: 8, embedding_multiplier: 12, attention_multiplier: 0.015625 }))
      .toMatchObject({ residualScale: 0.22, logitScale: 0.125, embeddingScale: 12, attentionScale: 0.015625 })
    expect(parse({ model_type: 'smollm3', num_hidden_layers: 5 }).rope.map((rope) => rope === null)).toEqual([false, false, false, true, false])
    expect(parse({ model_type: 'stablelm', use_parallel_residual: true })).toMatchObject({ parallelResidual: true, sharedNorm: true })
    expect(parse({ model_type: 'stablelm' }).rope[0]).toMatchObject({ rotaryWidth: 20 })
    expect(parse({ model_type: 'cohere' })).toMatchObject({ logitScale: 0.0625, norm: { kind: 'layer' }, biases: { norm: false } })
    expect(parse({ model_type: 'cohere' }).rope[0]).toMatchObject({ interleaved: true, theta: 500000 })
    expect(parse({ model_type: 'cohere2', num_hidden_layers: 4 }).rope.map((rope) => rope === null)).toEqual([false, false, false, true])
    expect(parse({ model_type: 'falcon' })).toMatchObject({ K: 1, parallelResidual: true, sharedNorm: true, I: 4 * 4544, tiedHead: true })
    expect(parse({ model_type: 'falcon', new_decoder_architecture: true, num_kv_heads: 71 })).toMatchObject({ K: 71, sharedNorm: false })
  })

  it('layer_types, where a file lists them, outrank the pattern', () => {
    const layer_types = ['full_attention', 'full_attention', 'sliding_attention', 'full_attention']
    expect(parse({ ...gemma2, layer_types }).slidingWindow).toEqual([null, null, 4096, null])
  })
})

describe('what is refused', () => {
  it.each<[string, object, string, RegExp]>([
    ['an unknown model_type', { model_type: 'mamba' }, 'UNSUPPORTED', new RegExp('"mamba"; supported are llama, mistral, mixtral, ' +
      'qwen2, qwen3, qwen3_moe, gemma, gemma2, gemma3_text, gemma3, phi3, olmo, olmo2, granite, smollm3, stablelm, cohere, cohere2, ' +
      'falcon, gpt_oss, gpt2, gpt_neox\\.')],
    ['a name that every object has', { model_type: 'constructor' }, 'UNSUPPORTED', /"constructor"/],
    ['no model_type', {}, 'UNSUPPORTED', /no model_type/],
    ['a size that is null', { ...llama2, hidden_size: null }, 'BAD_MODEL', /hidden_size/],
    ['a size of 0', { ...gpt2, n_layer: 0 }, 'BAD_MODEL', /n_layer/],
    ['a size beyond reason', { ...gpt2, vocab_size: 1e12 }, 'BAD_MODEL', /vocab_size/],
    ['a fraction', { ...llama2, num_hidden_layers: 1.5 }, 'BAD_MODEL', /num_hidden_layers/],
    ['heads that do not divide the width', { ...llama2, num_attention_heads: 33, num_key_value_heads: 33 }, 'BAD_MODEL',
      /width of 4096 among 33 heads/],
    ['key heads that do not divide the heads', { ...llama2, num_key_value_heads: 5 }, 'BAD_MODEL',
      /5 key\/value heads among 32/],
    ['an unknown activation', { ...llama2, hidden_act: 'xielu' }, 'UNSUPPORTED', /"xielu"; supported are silu/],
    ['weights quantized some way', { ...llama2, quantization_config: { bits: 4 } }, 'UNSUPPORTED', /the weights are quantized, which/],
    ['weights quantized by name', { ...llama2, quantization_config: { quant_method: 'gptq', bits: 4 } }, 'UNSUPPORTED',
      /quantized by gptq, which changes them; only the MXFP4 of gpt-oss is read/],
    ['MXFP4 of another family', { ...llama2, quantization_config: { quant_method: 'mxfp4' } }, 'UNSUPPORTED', /quantized by mxfp4/],
    ['bitsandbytes', { ...llama2, quantization_config: { load_in_4bit: true } }, 'UNSUPPORTED', /quantized by bitsandbytes/],
    ['more experts chosen than there are', { model_type: 'mixtral', num_local_experts: 2, num_experts_per_tok: 3 }, 'BAD_MODEL',
      /3 of 2 experts/],
    ['two numbers of experts', { model_type: 'mixtral', num_local_experts: 4, num_experts: 8 }, 'BAD_MODEL',
      /num_experts 8 and num_local_experts 4/],
    ['alibi', { model_type: 'falcon', alibi: true }, 'UNSUPPORTED', /alibi/],
    ['a soft cap that transformers leaves out', { model_type: 'gemma3', text_config: { final_logit_softcapping: 30 } }, 'UNSUPPORTED',
      /final_logit_softcapping/],
    ['parts of heads where whole ones turn', { ...llama2, partial_rotary_factor: 0.5 }, 'UNSUPPORTED', /partial_rotary_factor 0.5/],
    ['LongRoPE with lists of another length', {
      model_type: 'phi3', rope_scaling: { type: 'longrope', short_factor: [1], long_factor: [1] },
    }, 'BAD_MODEL', /1 numbers in short_factor for 48 pairs/],
    ['experts', { ...llama2, num_local_experts: 8 }, 'UNSUPPORTED', /sets num_local_experts to 8, which a Llama/],
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
