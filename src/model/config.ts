/**
 * config.json as one normalised description: plain data that says how an architecture differs, so that the layer's code
 * is written once. Letters: D residual width, H heads, K key/value heads, I neurons, L layers, V vocabulary, E experts.
 */
import type { RopeConfig } from './rope/rope.ts'

/** The families on the shelf (`architectures/`). */
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
  /** gpt-oss: the gate is cut at 7 and goes through x · sigmoid(1.702 x), up is cut at ±7 and 1 is added to it. */
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
  /** Over each head's headWidth numbers, or over those of all heads at once. */
  over: 'head' | 'all'
  /** Each head has gains of its own, [heads, headWidth]; else all heads share [headWidth]. */
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
  /** Neurons of a layer; in a mixture, of all its experts together. Where layers differ, of the widest. */
  I: number
  L: number
  V: number
  /** `max_position_embeddings`. */
  trainedPositions: number
  /** The longest sequence that is computed: more where the rotation is stretched. */
  maxPositions: number
  norm: NormConfig
  /** Sublayers read the stream through a norm. */
  preNorms: boolean
  /** The sublayers' outputs are normed before they are added. */
  postNorms: boolean
  activation: Activation
  /** down(act(gate(x)) · up(x)), else down(act(up(x))). */
  gatedMlp: boolean
  /** null where every MLP is a plain one. */
  experts: Experts | null
  /** [L]; null in a layer without rotary positions. */
  rope: readonly (RopeConfig | null)[]
  /** Positions are embeddings that are added. */
  learnedPositions: boolean
  /** x + attention(norm(x)) + mlp(norm'(x)), both from the layer's input. */
  parallelResidual: boolean
  /** In a parallel residual: both sublayers read the stream through one norm. */
  sharedNorm: boolean
  qkNorm: QkNorm | null
  /** Each head has one more logit in its softmax, which no position gets: the weights then sum to less than 1. */
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
  /** [L]: position i sees position j where i − j < the window; null sees all. */
  slidingWindow: readonly (number | null)[]
  /** The head is the embedding. In a folder that has both and they differ, it is not, whatever config.json says. */
  tiedHead: boolean
}

/** What most decoders do not have; a family says what it has. */
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

/** Neurons of one layer: of a mixture, those of all its experts. */
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
