/**
 * Every architecture in plain float64, written from the classes of Hugging Face's transformers and not from the product:
 * what the product's layers are compared with. Sizes: N positions, D, H heads, K key/value heads.
 */
import type { Tensor } from '../random-model.ts'
import { erf } from '../tensor/plain.ts'
import { ropeOf } from './rope.ts'

export type Vector = number[]
/** Rows. */
export type Matrix = Vector[]

export interface Norm {
  kind: 'rms' | 'layer'
  epsilon: number
  gain: Vector
  bias: Vector | null
}

/** y = W x + b; weight [out][in] */
export interface Linear {
  weight: Matrix
  bias: Vector | null
}

export interface Layer {
  attnNorm: Norm
  q: Linear
  k: Linear
  v: Linear
  output: Linear
  headNorms: { q: Norm; k: Norm } | null
  postAttnNorm: Norm | null
  mlpNorm: Norm
  gate: Linear | null
  up: Linear
  down: Linear
  postMlpNorm: Norm | null
  /** i sees j where i − j < window. */
  window: number
}

export interface PlainModel {
  H: number
  K: number
  width: number
  embed(tokenIds: readonly number[]): Matrix
  layers: Layer[]
  finalNorm: Norm
  /** [V][D] */
  head: Matrix
  rotary: { width: number; frequencies: number[]; factor: number } | null
  attentionScale: number
  attentionCap: number
  logitCap: number
  activate(x: number): number
  parallel: boolean
}

type PlainTensors = ReadonlyMap<string, Tensor>
type Config = Readonly<Record<string, unknown>>

const activations: Record<string, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_new: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}

export function plainModel(config: Config, tensors: PlainTensors): PlainModel {
  if (config.model_type === 'gpt2') return gpt2(config, tensors)
  return config.model_type === 'gpt_neox' ? gptNeox(config, tensors) : llamaLike(config, tensors)
}

/** Llama, Mistral, Qwen2, Qwen3 and Gemma2: `modeling_llama.py` and what the others change. */
function llamaLike(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const isGemma = config.model_type === 'gemma2'
  const [H, K, D, width] = [n('num_attention_heads'), n('num_key_value_heads'), n('hidden_size'), headDim(config)]
  const norm = (name: string): Norm => ({
    kind: 'rms', epsilon: n('rms_norm_eps'), bias: null,
    gain: vector(tensors, `${name}.weight`).map((w) => (isGemma ? 1 + w : w)),
  })
  const base = typeof config.rope_theta === 'number' ? config.rope_theta : 10_000
  const cap = (name: string) => (isGemma ? n(name) : Infinity)
  return {
    H, K, width,
    embed: (ids) => ids.map((id) => row(tensors, 'model.embed_tokens.weight', id).map((x) => (isGemma ? x * Math.sqrt(D) : x))),
    layers: Array.from({ length: n('num_hidden_layers') }, (_, layer): Layer => {
      const at = `model.layers.${layer}`
      const linear = (name: string) => linearOf(tensors, `${at}.${name}`)
      return {
        attnNorm: norm(`${at}.input_layernorm`),
        q: linear('self_attn.q_proj'), k: linear('self_attn.k_proj'), v: linear('self_attn.v_proj'),
        output: linear('self_attn.o_proj'),
        headNorms: config.model_type === 'qwen3'
          ? { q: norm(`${at}.self_attn.q_norm`), k: norm(`${at}.self_attn.k_norm`) } : null,
        postAttnNorm: isGemma ? norm(`${at}.post_attention_layernorm`) : null,
        mlpNorm: norm(`${at}.${isGemma ? 'pre_feedforward_layernorm' : 'post_attention_layernorm'}`),
        gate: linear('mlp.gate_proj'), up: linear('mlp.up_proj'), down: linear('mlp.down_proj'),
        postMlpNorm: isGemma ? norm(`${at}.post_feedforward_layernorm`) : null,
        window: windowOf(config, layer),
      }
    }),
    finalNorm: norm('model.norm'),
    head: matrix(tensors, config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight'),
    rotary: { width, ...ropeOf(config, width, base) },
    attentionScale: (isGemma ? n('query_pre_attn_scalar') : width) ** -0.5,
    attentionCap: cap('attn_logit_softcapping'),
    logitCap: cap('final_logit_softcapping'),
    activate: activations[isGemma ? 'gelu_new' : 'silu']!,
    parallel: false,
  }
}

const headDim = (config: Config): number => {
  const n = numbers(config)
  return typeof config.head_dim === 'number' ? config.head_dim : n('hidden_size') / n('num_attention_heads')
}

function windowOf(config: Config, layer: number): number {
  const window = typeof config.sliding_window === 'number' ? config.sliding_window : Infinity
  switch (config.model_type) {
    case 'mistral':
      return window
    case 'gemma2':
      return layer % 2 === 0 ? window : Infinity
    case 'qwen2':
      return config.use_sliding_window && layer >= numbers(config)('max_window_layers') ? window : Infinity
    default:
      return Infinity
  }
}

/** `modeling_gpt2.py`: Conv1D keeps its weights [in, out]. */
function gpt2(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const [H, D] = [n('n_head'), n('n_embd')]
  const norm = layerNorm(tensors, n('layer_norm_epsilon'))
  // The published gpt2 is saved without the class's prefix.
  const prefix = tensors.has('wte.weight') ? '' : 'transformer.'
  const conv = (name: string): Linear =>
    ({ weight: transpose(matrix(tensors, `${name}.weight`)), bias: vector(tensors, `${name}.bias`) })
  return {
    H, K: H, width: D / H,
    embed: (ids) => ids.map((id, i) => sum(row(tensors, `${prefix}wte.weight`, id), row(tensors, `${prefix}wpe.weight`, i))),
    layers: Array.from({ length: n('n_layer') }, (_, layer): Layer => {
      const at = `${prefix}h.${layer}`
      const [q, k, v] = [0, 1, 2].map((third) => rowsOf(conv(`${at}.attn.c_attn`), third * D, D))
      return {
        attnNorm: norm(`${at}.ln_1`), q: q!, k: k!, v: v!, output: conv(`${at}.attn.c_proj`), headNorms: null,
        postAttnNorm: null, mlpNorm: norm(`${at}.ln_2`), gate: null, up: conv(`${at}.mlp.c_fc`),
        down: conv(`${at}.mlp.c_proj`), postMlpNorm: null, window: Infinity,
      }
    }),
    finalNorm: norm(`${prefix}ln_f`),
    head: matrix(tensors, `${prefix}wte.weight`),
    rotary: null, attentionScale: (D / H) ** -0.5, attentionCap: Infinity, logitCap: Infinity,
    activate: activations.gelu_new!, parallel: false,
  }
}

/** `modeling_gpt_neox.py`: one tensor holds query, key and value of head after head. */
function gptNeox(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const [H, D] = [n('num_attention_heads'), n('hidden_size')]
  const width = D / H
  const norm = layerNorm(tensors, n('layer_norm_eps'))
  const rotated = Math.floor(width * n('rotary_pct'))
  return {
    H, K: H, width,
    embed: (ids) => ids.map((id) => row(tensors, 'gpt_neox.embed_in.weight', id)),
    layers: Array.from({ length: n('num_hidden_layers') }, (_, layer): Layer => {
      const at = `gpt_neox.layers.${layer}`
      const fused = linearOf(tensors, `${at}.attention.query_key_value`)
      const part = (which: number): Linear => {
        const heads = Array.from({ length: H }, (_, h) => rowsOf(fused, h * 3 * width + which * width, width))
        return { weight: heads.flatMap((head) => head.weight), bias: heads.flatMap((head) => head.bias!) }
      }
      return {
        attnNorm: norm(`${at}.input_layernorm`), q: part(0), k: part(1), v: part(2),
        output: linearOf(tensors, `${at}.attention.dense`), headNorms: null, postAttnNorm: null,
        mlpNorm: norm(`${at}.post_attention_layernorm`), gate: null, up: linearOf(tensors, `${at}.mlp.dense_h_to_4h`),
        down: linearOf(tensors, `${at}.mlp.dense_4h_to_h`), postMlpNorm: null, window: Infinity,
      }
    }),
    finalNorm: norm('gpt_neox.final_layer_norm'),
    head: matrix(tensors, 'embed_out.weight'),
    rotary: { width: rotated, ...ropeOf(config, rotated, n('rotary_emb_base')) },
    attentionScale: width ** -0.5, attentionCap: Infinity, logitCap: Infinity,
    activate: activations.gelu!, parallel: config.use_parallel_residual === true,
  }
}

const layerNorm = (tensors: PlainTensors, epsilon: number) => (name: string): Norm =>
  ({ kind: 'layer', epsilon, gain: vector(tensors, `${name}.weight`), bias: vector(tensors, `${name}.bias`) })

const numbers = (config: Config) => (name: string): number => {
  const value = config[name]
  if (typeof value !== 'number') throw new Error(`the test's config has no number ${name}`)
  return value
}

function tensorOf(tensors: PlainTensors, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the test's model has no tensor ${name}`)
  return tensor
}
const vector = (tensors: PlainTensors, name: string): Vector => [...tensorOf(tensors, name).data]
function row(tensors: PlainTensors, name: string, index: number): Vector {
  const { shape, data } = tensorOf(tensors, name)
  return [...data.subarray(index * shape[1]!, (index + 1) * shape[1]!)]
}
const matrix = (tensors: PlainTensors, name: string): Matrix =>
  Array.from({ length: tensorOf(tensors, name).shape[0]! }, (_, i) => row(tensors, name, i))
const linearOf = (tensors: PlainTensors, name: string): Linear =>
  ({ weight: matrix(tensors, `${name}.weight`), bias: tensors.has(`${name}.bias`) ? vector(tensors, `${name}.bias`) : null })
const rowsOf = ({ weight, bias }: Linear, from: number, count: number): Linear =>
  ({ weight: weight.slice(from, from + count), bias: bias && bias.slice(from, from + count) })
const transpose = (m: Matrix): Matrix => m[0]!.map((_, column) => m.map((line) => line[column]!))

export const dot = (a: Vector, b: Vector): number => a.reduce((total, x, d) => total + x * b[d]!, 0)
export const sum = (a: Vector, b: Vector): Vector => a.map((x, d) => x + b[d]!)
