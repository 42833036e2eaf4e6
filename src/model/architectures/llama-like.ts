/**
 * The common part of Llama and most models since: RMSNorm before each sublayer, rotary positions on whole heads, a gated
 * MLP, and one naming scheme. Families built on it only say where they differ.
 */
import { z } from 'zod'
import { plainDecoder, type Architecture, type ModelConfig } from '../config.ts'
import { longestSequence, parseRope, ropeFields, type RopeConfig } from '../rope/rope.ts'
import { activation, epsilon, evenHeadWidth, everyLayer, layerCount, size } from './fields.ts'
import type { Naming } from './naming.ts'

/** What the transformers class assumes if the file says nothing. */
interface ClassDefaults {
  hidden_size: number
  intermediate_size: number
  num_hidden_layers: number
  num_attention_heads: number
  /** If absent, the number of heads, which is also what null means. */
  num_key_value_heads?: number
  vocab_size: number
  max_position_embeddings: number
  tie_word_embeddings?: boolean
  hidden_act?: string
}

/** Fields of the decoder itself. The norm's epsilon and a family's own settings are added by the family. */
export const llamaLikeFields = (defaults: ClassDefaults) => ({
  hidden_size: size.default(defaults.hidden_size),
  intermediate_size: size.default(defaults.intermediate_size),
  num_hidden_layers: layerCount.default(defaults.num_hidden_layers),
  num_attention_heads: size.default(defaults.num_attention_heads),
  num_key_value_heads: size.nullable().default(defaults.num_key_value_heads ?? null),
  head_dim: size.nullish(),
  vocab_size: size.default(defaults.vocab_size),
  max_position_embeddings: size.default(defaults.max_position_embeddings),
  hidden_act: z.string().default(defaults.hidden_act ?? 'silu'),
  tie_word_embeddings: z.boolean().nullish().transform((value) => value ?? defaults.tie_word_embeddings ?? false),
  ...ropeFields,
})
export type LlamaLike = z.infer<z.ZodObject<ReturnType<typeof llamaLikeFields>>>

/** The name of the norm's epsilon in most families. */
export const rmsNormEps = (otherwise: number) => ({ rms_norm_eps: epsilon.default(otherwise) })

interface LlamaLikeOptions {
  epsilon: number
  /** Width of a head if the file gives none; by default D / H. */
  headWidth?: number
  theta?: number
  rotaryFraction?: number
  /** Whether the class can rotate only a part of each head. */
  partial?: boolean
  /** Rotary pairs are neighbouring numbers. */
  interleaved?: boolean
}

export function llamaLike(architecture: Architecture, raw: LlamaLike, options: LlamaLikeOptions): ModelConfig {
  const { hidden_size: D, num_attention_heads: H, num_hidden_layers: L, max_position_embeddings: trainedPositions } = raw
  const headWidth = headWidthOf(raw, options.headWidth)
  const rope = ropeOf(raw, headWidth, options)
  return {
    ...plainDecoder(L),
    architecture,
    D,
    H,
    K: raw.num_key_value_heads ?? H,
    headWidth,
    I: raw.intermediate_size,
    L,
    V: raw.vocab_size,
    trainedPositions,
    maxPositions: longestSequence(rope, trainedPositions),
    norm: { kind: 'rms', epsilon: options.epsilon, gainOffset: 0, hasGain: true },
    activation: activation(raw.hidden_act),
    gatedMlp: true,
    rope: everyLayer(L, rope),
    biases: { qkv: false, output: false, mlp: false, norm: false },
    // Not `headWidth ** -0.5`: this number goes into a model's hash, and JavaScript engines differ in powers.
    attentionScale: 1 / Math.sqrt(headWidth),
    tiedHead: raw.tie_word_embeddings,
  }
}

export const headWidthOf = (raw: LlamaLike, otherwise?: number): number =>
  raw.head_dim ?? otherwise ?? evenHeadWidth(raw.hidden_size, raw.num_attention_heads)

type RopeOptions = Omit<LlamaLikeOptions, 'epsilon' | 'headWidth'>

const ropeOf = (raw: LlamaLike, headWidth: number, options: RopeOptions): RopeConfig => parseRope(raw, {
  headWidth,
  maxPositions: raw.max_position_embeddings,
  theta: options.theta ?? 10_000,
  rotaryFraction: options.rotaryFraction ?? 1,
  partial: options.partial,
  interleaved: options.interleaved,
})

/** Gate, up and down as separate modules. */
export const gatedMlp = { gate: 'mlp.gate_proj', up: 'mlp.up_proj', down: 'mlp.down_proj' }

export const llamaNaming: Naming = {
  prefixes: ['model.'],
  layer: 'layers.{i}.',
  orientation: 'out,in',
  embedding: 'embed_tokens',
  finalNorm: 'norm',
  head: 'lm_head',
  attnNorm: 'input_layernorm',
  qkv: [{ q: 'self_attn.q_proj', k: 'self_attn.k_proj', v: 'self_attn.v_proj' }],
  output: 'self_attn.o_proj',
  mlpNorm: 'post_attention_layernorm',
  mlp: [gatedMlp],
}

/** Norms on both sides of each sublayer, as Gemma 2 and 3 name them. */
export const sandwichNaming: Naming = {
  ...llamaNaming,
  postAttnNorm: 'post_attention_layernorm',
  mlpNorm: 'pre_feedforward_layernorm',
  postMlpNorm: 'post_feedforward_layernorm',
}

/** Norms of queries and keys. */
export const qkNormNaming = { qNorm: 'self_attn.q_norm', kNorm: 'self_attn.k_norm' }
