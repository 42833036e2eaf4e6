/**
 * What each architecture's config.json says, read into the normalised description. Defaults are those of the
 * transformers configuration classes, since a file leaves out what its class knows.
 */
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { longestSequence, parseRope, ropeFields } from './config-rope.ts'
import type { Activation, ModelConfig } from './config.ts'

export type Architecture = 'llama' | 'mistral' | 'qwen2' | 'qwen3' | 'gemma2' | 'gpt2' | 'gpt_neox'

/** Far above any model there is; keeps absurd sizes from reaching an allocation. */
const size = z.number().int().positive().max(100_000_000)
const layerCount = size.max(10_000)
const epsilon = z.number().positive().max(1)
const cap = z.number().positive().nullish()
const flag = (otherwise: boolean) => z.boolean().nullish().transform((value) => value ?? otherwise)

/** Fields that Llama and those after it share. */
const llamaLikeSchema = z.object({
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  vocab_size: size,
  max_position_embeddings: size,
  rms_norm_eps: epsilon.default(1e-6),
  hidden_act: z.string().default('silu'),
  hidden_activation: z.string().nullish(),
  attention_bias: flag(false),
  mlp_bias: flag(false),
  tie_word_embeddings: z.boolean().nullish(),
  sliding_window: size.nullish(),
  use_sliding_window: flag(false),
  max_window_layers: z.number().int().nonnegative().default(28),
  layer_types: z.array(z.string()).nullish(),
  query_pre_attn_scalar: z.number().positive().default(256),
  attn_logit_softcapping: cap,
  final_logit_softcapping: cap,
  ...ropeFields,
})
type LlamaLike = z.infer<typeof llamaLikeSchema>

/** Llama itself; the others say where they differ. */
function llamaLike(architecture: Architecture, raw: LlamaLike, defaultHeadWidth?: number): ModelConfig {
  const D = raw.hidden_size
  const H = raw.num_attention_heads
  const headWidth = raw.head_dim ?? defaultHeadWidth ?? evenHeadWidth(D, H)
  const maxPositions = raw.max_position_embeddings
  const rope = parseRope(raw, { headWidth, maxPositions, theta: 10_000, rotaryFraction: 1 })
  return {
    architecture,
    D,
    H,
    K: raw.num_key_value_heads ?? H,
    headWidth,
    I: raw.intermediate_size,
    L: raw.num_hidden_layers,
    V: raw.vocab_size,
    maxPositions: longestSequence(rope, maxPositions),
    norm: { kind: 'rms', epsilon: raw.rms_norm_eps, gainOffset: 0 },
    activation: activation(raw.hidden_act),
    gatedMlp: true,
    rope,
    learnedPositions: false,
    parallelResidual: false,
    qkNorm: false,
    postNorms: false,
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: false, norm: false },
    attentionScale: headWidth ** -0.5,
    attentionSoftCap: null,
    finalSoftCap: null,
    embeddingScale: 1,
    slidingWindow: Array<null>(raw.num_hidden_layers).fill(null),
    tiedHead: raw.tie_word_embeddings ?? false,
  }
}

function llama(json: unknown): ModelConfig {
  const raw = llamaLikeSchema.parse(json)
  const config = llamaLike('llama', raw)
  return { ...config, biases: { ...config.biases, mlp: raw.mlp_bias } }
}

function mistral(json: unknown): ModelConfig {
  const raw = llamaLikeSchema.parse(json)
  const config = llamaLike('mistral', raw)
  return {
    ...config,
    biases: { qkv: false, output: false, mlp: false, norm: false },
    slidingWindow: windows(raw, windowWidth(raw), () => true),
  }
}

function qwen2(json: unknown): ModelConfig {
  const raw = llamaLikeSchema.parse(json)
  return {
    ...llamaLike('qwen2', raw),
    biases: { qkv: true, output: false, mlp: false, norm: false },
    slidingWindow: qwenWindows(raw),
  }
}

function qwen3(json: unknown): ModelConfig {
  const raw = llamaLikeSchema.parse(json)
  return { ...llamaLike('qwen3', raw, 128), qkNorm: true, slidingWindow: qwenWindows(raw) }
}

const qwenWindows = (raw: LlamaLike) =>
  windows(raw, raw.use_sliding_window ? windowWidth(raw) : null, (layer) => layer >= raw.max_window_layers)

function gemma2(json: unknown): ModelConfig {
  const raw = llamaLikeSchema.parse(json)
  const config = llamaLike('gemma2', raw, 256)
  return {
    ...config,
    norm: { ...config.norm, gainOffset: 1 },
    // `hidden_act` of the first releases says "gelu", which was never what they compute.
    activation: activation(raw.hidden_activation ?? 'gelu_pytorch_tanh'),
    postNorms: true,
    attentionScale: raw.query_pre_attn_scalar ** -0.5,
    attentionSoftCap: raw.attn_logit_softcapping === undefined ? 50 : raw.attn_logit_softcapping,
    finalSoftCap: raw.final_logit_softcapping === undefined ? 30 : raw.final_logit_softcapping,
    embeddingScale: Math.sqrt(config.D),
    slidingWindow: windows(raw, windowWidth(raw), (layer) => layer % 2 === 0),
    tiedHead: raw.tie_word_embeddings ?? true,
  }
}

const gpt2Schema = z.object({
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  n_positions: size,
  n_inner: size.nullish(),
  vocab_size: size,
  layer_norm_epsilon: epsilon.default(1e-5),
  activation_function: z.string().default('gelu_new'),
  scale_attn_weights: flag(true),
  scale_attn_by_inverse_layer_idx: flag(false),
  add_cross_attention: flag(false),
  tie_word_embeddings: flag(true),
})

function gpt2(json: unknown): ModelConfig {
  const raw = gpt2Schema.parse(json)
  if (raw.scale_attn_by_inverse_layer_idx || raw.add_cross_attention) {
    const what = raw.add_cross_attention ? 'add_cross_attention' : 'scale_attn_by_inverse_layer_idx'
    throw new UserError('UNSUPPORTED', `config.json sets ${what}, which is not computed here; use a plain GPT-2.`)
  }
  const headWidth = evenHeadWidth(raw.n_embd, raw.n_head)
  return {
    architecture: 'gpt2',
    D: raw.n_embd,
    H: raw.n_head,
    K: raw.n_head,
    headWidth,
    I: raw.n_inner ?? 4 * raw.n_embd,
    L: raw.n_layer,
    V: raw.vocab_size,
    maxPositions: raw.n_positions,
    norm: { kind: 'layer', epsilon: raw.layer_norm_epsilon, gainOffset: 0 },
    activation: activation(raw.activation_function),
    gatedMlp: false,
    rope: null,
    learnedPositions: true,
    parallelResidual: false,
    qkNorm: false,
    postNorms: false,
    biases: { qkv: true, output: true, mlp: true, norm: true },
    attentionScale: raw.scale_attn_weights ? headWidth ** -0.5 : 1,
    attentionSoftCap: null,
    finalSoftCap: null,
    embeddingScale: 1,
    slidingWindow: Array<null>(raw.n_layer).fill(null),
    tiedHead: raw.tie_word_embeddings,
  }
}

const gptNeoxSchema = z.object({
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  vocab_size: size,
  max_position_embeddings: size,
  layer_norm_eps: epsilon.default(1e-5),
  hidden_act: z.string().default('gelu'),
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
  use_parallel_residual: flag(true),
  attention_bias: flag(true),
  tie_word_embeddings: flag(false),
  ...ropeFields,
})

function gptNeox(json: unknown): ModelConfig {
  const raw = gptNeoxSchema.parse(json)
  const headWidth = evenHeadWidth(raw.hidden_size, raw.num_attention_heads)
  const maxPositions = raw.max_position_embeddings
  const { rotary_emb_base: theta, rotary_pct: rotaryFraction } = raw
  const rope = parseRope(raw, { headWidth, maxPositions, theta, rotaryFraction })
  return {
    architecture: 'gpt_neox',
    D: raw.hidden_size,
    H: raw.num_attention_heads,
    K: raw.num_attention_heads,
    headWidth,
    I: raw.intermediate_size,
    L: raw.num_hidden_layers,
    V: raw.vocab_size,
    maxPositions: longestSequence(rope, maxPositions),
    norm: { kind: 'layer', epsilon: raw.layer_norm_eps, gainOffset: 0 },
    activation: activation(raw.hidden_act),
    gatedMlp: false,
    rope,
    learnedPositions: false,
    parallelResidual: raw.use_parallel_residual,
    qkNorm: false,
    postNorms: false,
    biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: true, norm: true },
    attentionScale: headWidth ** -0.5,
    attentionSoftCap: null,
    finalSoftCap: null,
    embeddingScale: 1,
    slidingWindow: Array<null>(raw.num_hidden_layers).fill(null),
    tiedHead: raw.tie_word_embeddings,
  }
}

export const architectures: Record<Architecture, (json: unknown) => ModelConfig> = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gemma2,
  gpt2,
  gpt_neox: gptNeox,
}

const activations: Record<string, Activation> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  relu: 'relu',
}

function activation(name: string): Activation {
  const known = Object.hasOwn(activations, name) ? activations[name] : undefined
  if (!known) {
    const names = Object.keys(activations).join(', ')
    throw new UserError('UNSUPPORTED', `config.json asks for the activation "${name}"; supported are ${names}.`)
  }
  return known
}

function evenHeadWidth(D: number, H: number): number {
  if (D % H === 0) return D / H
  throw new UserError('BAD_MODEL', `config.json divides a width of ${D} among ${H} heads, which does not come out even; ` +
    'correct it or add head_dim.')
}

/** An absent window means the default of every class that has one, a null one means none. */
const windowWidth = (raw: LlamaLike): number | null => (raw.sliding_window === undefined ? 4096 : raw.sliding_window)

/** [L]: `layer_types` where the file lists them, else the architecture's own pattern. */
function windows(raw: LlamaLike, window: number | null, slides: (layer: number) => boolean): (number | null)[] {
  const L = raw.num_hidden_layers
  const types = raw.layer_types
  if (!types) return Array.from({ length: L }, (_, layer) => (slides(layer) ? window : null))
  if (types.length !== L) {
    throw new UserError('BAD_MODEL', `config.json lists ${types.length} layer_types for ${L} layers; they must agree.`)
  }
  return types.map((type) => {
    if (type === 'full_attention') return null
    if (type === 'sliding_attention' && window !== null) return window
    if (type === 'sliding_attention') {
      throw new UserError('BAD_MODEL', 'config.json has sliding_attention layers but no sliding_window; add it.')
    }
    throw new UserError('UNSUPPORTED', `config.json has a layer of type "${type}"; supported are full_attention and ` +
      'sliding_attention.')
  })
}
