/**
 * Where each architecture keeps its weights: one short description per naming scheme, from which the list of every
 * tensor a configuration needs (name and shape) follows. Names as in the transformers classes, without their prefix.
 */
import type { Architecture } from './config-architectures.ts'
import type { ModelConfig } from './config.ts'

/** 'out,in': y = x Wᵀ (torch Linear, and rows of an embedding); 'in,out': y = x W (GPT-2's Conv1D). */
export type Orientation = 'out,in' | 'in,out'

/** How queries, keys and values share one tensor of 3·H·headWidth outputs (K = H). */
export type FusedLayout =
  /** All queries, all keys, all values. */
  | 'thirds'
  /** Per head its query, key and value: [H, 3, headWidth]. */
  | 'perHead'

/** Names of modules: `.weight` and `.bias` follow. `{i}` in `layer` is the layer's number. */
interface Naming {
  /** Optional in files: the name of the decoder inside the language model's class. */
  prefix: string
  layer: string
  orientation: Orientation
  embedding: string
  positionEmbedding?: string
  finalNorm: string
  /** Outside of the prefix. */
  head: string
  attnNorm: string
  qkv: { q: string; k: string; v: string } | { fused: string; layout: FusedLayout }
  output: string
  qNorm?: string
  kNorm?: string
  postAttnNorm?: string
  mlpNorm: string
  gate?: string
  up: string
  down: string
  postMlpNorm?: string
}

const llama: Naming = {
  prefix: 'model.',
  layer: 'layers.{i}.',
  orientation: 'out,in',
  embedding: 'embed_tokens',
  finalNorm: 'norm',
  head: 'lm_head',
  attnNorm: 'input_layernorm',
  qkv: { q: 'self_attn.q_proj', k: 'self_attn.k_proj', v: 'self_attn.v_proj' },
  output: 'self_attn.o_proj',
  mlpNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
}

export const namings: Record<Architecture, Naming> = {
  llama,
  mistral: llama,
  qwen2: llama,
  qwen3: { ...llama, qNorm: 'self_attn.q_norm', kNorm: 'self_attn.k_norm' },
  gemma2: {
    ...llama,
    postAttnNorm: 'post_attention_layernorm',
    mlpNorm: 'pre_feedforward_layernorm',
    postMlpNorm: 'post_feedforward_layernorm',
  },
  gpt2: {
    prefix: 'transformer.',
    layer: 'h.{i}.',
    orientation: 'in,out',
    embedding: 'wte',
    positionEmbedding: 'wpe',
    finalNorm: 'ln_f',
    head: 'lm_head',
    attnNorm: 'ln_1',
    qkv: { fused: 'attn.c_attn', layout: 'thirds' },
    output: 'attn.c_proj',
    mlpNorm: 'ln_2',
    up: 'mlp.c_fc',
    down: 'mlp.c_proj',
  },
  gpt_neox: {
    prefix: 'gpt_neox.',
    layer: 'layers.{i}.',
    orientation: 'out,in',
    embedding: 'embed_in',
    finalNorm: 'final_layer_norm',
    head: 'embed_out',
    attnNorm: 'input_layernorm',
    qkv: { fused: 'attention.query_key_value', layout: 'perHead' },
    output: 'attention.dense',
    mlpNorm: 'post_attention_layernorm',
    up: 'mlp.dense_h_to_4h',
    down: 'mlp.dense_4h_to_h',
  },
}

/** Tensor names of one linear map or norm; bias null where the model has none. */
export interface ModuleNames {
  weight: string
  bias: string | null
}

interface LayerNames {
  attnNorm: ModuleNames
  qkv: { q: ModuleNames; k: ModuleNames; v: ModuleNames } | { fused: ModuleNames; layout: FusedLayout }
  output: ModuleNames
  qNorm: ModuleNames | null
  kNorm: ModuleNames | null
  postAttnNorm: ModuleNames | null
  mlpNorm: ModuleNames
  gate: ModuleNames | null
  up: ModuleNames
  down: ModuleNames
  postMlpNorm: ModuleNames | null
}

interface GlobalNames {
  embedding: string
  positionEmbedding: string | null
  finalNorm: ModuleNames
  head: string
}

export function globalNames(config: ModelConfig): GlobalNames {
  const naming = namings[config.architecture]
  const embedding = `${naming.embedding}.weight`
  return {
    embedding,
    positionEmbedding: naming.positionEmbedding === undefined ? null : `${naming.positionEmbedding}.weight`,
    finalNorm: moduleNames(naming.finalNorm, config.biases.norm),
    head: config.tiedHead ? embedding : `${naming.head}.weight`,
  }
}

export function layerNames(config: ModelConfig, layer: number): LayerNames {
  const naming = namings[config.architecture]
  const { biases } = config
  const at = (module: string, bias: boolean) => moduleNames(naming.layer.replace('{i}', String(layer)) + module, bias)
  const optional = (module: string | undefined, bias: boolean) => (module === undefined ? null : at(module, bias))
  const { qkv } = naming
  return {
    attnNorm: at(naming.attnNorm, biases.norm),
    qkv: 'fused' in qkv
      ? { fused: at(qkv.fused, biases.qkv), layout: qkv.layout }
      : { q: at(qkv.q, biases.qkv), k: at(qkv.k, biases.qkv), v: at(qkv.v, biases.qkv) },
    output: at(naming.output, biases.output),
    qNorm: optional(naming.qNorm, false),
    kNorm: optional(naming.kNorm, false),
    postAttnNorm: optional(naming.postAttnNorm, biases.norm),
    mlpNorm: at(naming.mlpNorm, biases.norm),
    gate: optional(naming.gate, biases.mlp),
    up: at(naming.up, biases.mlp),
    down: at(naming.down, biases.mlp),
    postMlpNorm: optional(naming.postMlpNorm, biases.norm),
  }
}

const moduleNames = (module: string, bias: boolean): ModuleNames =>
  ({ weight: `${module}.weight`, bias: bias ? `${module}.bias` : null })

/** Every tensor the computation uses, name → shape. */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { D, H, K, headWidth, I, L, V } = config
  const expected = new Map<string, readonly number[]>()
  const norm = (names: ModuleNames | null, width: number) => {
    if (!names) return
    expected.set(names.weight, [width])
    if (names.bias) expected.set(names.bias, [width])
  }
  const { orientation } = namings[config.architecture]
  const linear = (names: ModuleNames | null, outputs: number, inputs: number) => {
    if (!names) return
    expected.set(names.weight, orientation === 'out,in' ? [outputs, inputs] : [inputs, outputs])
    if (names.bias) expected.set(names.bias, [outputs])
  }

  const global = globalNames(config)
  expected.set(global.embedding, [V, D])
  expected.set(global.head, [V, D])
  if (global.positionEmbedding) expected.set(global.positionEmbedding, [config.maxPositions, D])
  norm(global.finalNorm, D)
  for (let layer = 0; layer < L; layer++) {
    const names = layerNames(config, layer)
    norm(names.attnNorm, D)
    if ('fused' in names.qkv) linear(names.qkv.fused, 3 * H * headWidth, D)
    else {
      linear(names.qkv.q, H * headWidth, D)
      linear(names.qkv.k, K * headWidth, D)
      linear(names.qkv.v, K * headWidth, D)
    }
    linear(names.output, D, H * headWidth)
    norm(names.qNorm, headWidth)
    norm(names.kNorm, headWidth)
    norm(names.postAttnNorm, D)
    norm(names.mlpNorm, D)
    linear(names.gate, I, D)
    linear(names.up, I, D)
    linear(names.down, D, I)
    norm(names.postMlpNorm, D)
  }
  return expected
}
