/**
 * config.json as one normalised description: plain data that says how architectures differ, so that the code of a layer
 * is written once. Letters: D residual width, H heads, K key/value heads, I neurons, L layers, V vocabulary, E experts.
 */
import type { RopeConfig } from './rope/rope.ts'

/** The families that can be computed (`architectures/`). */
export const architectureNames = [
  'llama', 'mistral', 'mixtral', 'qwen2', 'qwen3', 'qwen3_moe', 'gemma', 'gemma2', 'gemma3', 'phi3', 'olmo', 'olmo2',
  'granite', 'smollm3', 'stablelm', 'cohere', 'cohere2', 'falcon', 'gpt_oss', 'gpt2', 'gpt_neox',
] as const
export type Architecture = (typeof architectureNames)[number]

export type Activation =
  | 'silu'
  /** The exact one (erf). */
  | 'gelu'
  /** Its approximation by tanh. */
  | 'gelu_tanh'
  | 'relu'
  /**
   * gpt-oss: the gate is clamped at 7 and goes through x · sigmoid(1.702 x); up is clamped at ±7, and 1 is added to it.
   */
  | 'clamped_swiglu'

/** How the norms of the residual stream work. */
export interface NormConfig {
  kind: 'rms' | 'layer'
  epsilon: number
  /** Gains are stored as (gain − gainOffset): Gemma multiplies by 1 + w. */
  gainOffset: 0 | 1
  /** false: the norm has no gain at all. */
  hasGain: boolean
}

/** Norms on queries and keys, before they rotate. */
export interface QkNorm {
  kind: 'rms' | 'layer'
  /** Over the headWidth numbers of each head, or over those of all heads at once. */
  over: 'head' | 'all'
  /** Each head has its own gains, [heads, headWidth]; otherwise all heads share [headWidth]. */
  gainPerHead: boolean
}

/** A mixture of experts: a router gives each position to some of E MLPs, whose outputs are added with weights. */
export interface Experts {
  /** E */
  count: number
  /** How many experts a position is given to. */
  chosen: number
  /** Neurons of one expert. Neuron k of expert e is number e · I + k of the layer. */
  I: number
  /** [L]: which layers are mixtures; the others have a plain MLP of `denseI` neurons. */
  layers: readonly boolean[]
  denseI: number
  /** The weights of the chosen experts are made to sum to 1. */
  normalised: boolean
  routerBias: boolean
}

export interface ModelConfig {
  architecture: Architecture
  D: number
  H: number
  K: number
  /** Numbers per head; H · headWidth may differ from D. */
  headWidth: number
  /** Neurons of a layer; in a mixture, of all its experts together. If layers differ, those of the widest. */
  I: number
  L: number
  V: number
  /** `max_position_embeddings`. */
  trainedPositions: number
  /** The longest sequence that can be computed: longer than trained if the rotation is stretched. */
  maxPositions: number
  norm: NormConfig
  /** Whether sublayers read the stream through a norm. */
  preNorms: boolean
  /** Whether the sublayers' outputs are normed before they are added. */
  postNorms: boolean
  activation: Activation
  /** down(act(gate(x)) · up(x)) if true, otherwise down(act(up(x))). */
  gatedMlp: boolean
  /** null if every MLP is a plain one. */
  experts: Experts | null
  /** [L]; null in a layer without rotary positions. */
  rope: readonly (RopeConfig | null)[]
  /** Whether positions are embeddings that are added to the tokens'. */
  learnedPositions: boolean
  /** x + attention(norm(x)) + mlp(norm'(x)), both from the layer's input. */
  parallelResidual: boolean
  /** In a parallel residual: both sublayers read the stream through one norm. */
  sharedNorm: boolean
  qkNorm: QkNorm | null
  /** Each head's softmax has one more logit that belongs to no position, so the weights sum to less than 1. */
  sinks: boolean
  biases: { qkv: boolean; output: boolean; mlp: boolean; norm: boolean }
  /** Multiplies query · key. */
  attentionScale: number
  /** s becomes cap · tanh(s / cap), after the scale and before the mask; null for none. */
  attentionSoftCap: number | null
  /** The same for logits. */
  finalSoftCap: number | null
  /** Multiplies the token embeddings (not the head that shares their weights). */
  embeddingScale: number
  /** Multiplies what each sublayer adds. */
  residualScale: number
  /** Multiplies the logits. */
  logitScale: number
  /** [L]: position i sees position j if i − j < the window; null sees all. */
  slidingWindow: readonly (number | null)[]
  /**
   * Whether the head is the embedding. If a folder has both and they differ, this is false, whatever config.json says.
   */
  tiedHead: boolean
}

/** Defaults for what most decoders do not have; a family overrides what it has. */
export const plainDecoder = (L: number) => ({
  preNorms: true,
  postNorms: false,
  experts: null,
  learnedPositions: false,
  parallelResidual: false,
  sharedNorm: false,
  qkNorm: null,
  sinks: false,
  attentionSoftCap: null,
  finalSoftCap: null,
  embeddingScale: 1,
  residualScale: 1,
  logitScale: 1,
  slidingWindow: Array<null>(L).fill(null),
} satisfies Partial<ModelConfig>)

export const isMixture = ({ experts }: ModelConfig, layer: number): boolean => experts?.layers[layer] ?? false

/** Neurons of one layer; in a mixture, those of all its experts. */
export const neuronsOf = ({ I, experts }: ModelConfig, layer: number): number => {
  if (experts === null) return I
  return experts.layers[layer] ? experts.count * experts.I : experts.denseI
}

/** Neurons of one layer that a position uses. */
export const activeNeurons = ({ I, experts }: ModelConfig, layer: number): number => {
  if (experts === null) return I
  return experts.layers[layer] ? experts.chosen * experts.I : experts.denseI
}

/** Neurons of the widest MLP that is computed in one piece. */
export const widestMlp = ({ I, experts }: ModelConfig): number => {
  if (experts === null) return I
  return experts.layers.every(Boolean) ? experts.I : Math.max(experts.I, experts.denseI)
}
