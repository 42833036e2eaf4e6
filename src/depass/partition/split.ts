/**
 * A split: one way of dividing the residual stream of one sequence into components, resolved down to rows. It says where
 * it begins, what its components are, and what each of them is at the beginning. From there on, all splits are carried
 * through the layers alike. So a new kind of partition needs only to say what its splits are.
 *
 * Shapes: N positions, M components, D residual width, H heads, I neurons.
 */
import type { ModelConfig } from '../../model/config.ts'
import type { Mode } from '../rule.ts'
import type { SplitComponent } from './component.ts'

export interface Replacement {
  readonly split: Split
  /** Whether its components go on as the first components of the new split, and its BIAS goes on in the new BIAS. */
  readonly carriesOn: boolean
}

interface SplitBase {
  readonly layer: number
  /** [M], without BIAS; every split also has BIAS if the model has biases. */
  readonly components: readonly SplitComponent[]
  /** The first component takes no share of an MLP after position 0. */
  readonly excludeFirst?: boolean
  /**
   * If set, components stay at their positions and end with the layer in which they begin; the number is the most that one
   * position has. With a parallel residual, too, the MLP of that layer reads them as they were filled in.
   */
  readonly local?: number
  /** The split that this one replaces. The replaced split ends with the layer in which this one begins. */
  readonly replaces?: Replacement
  /** Whether a component has a row when the split begins; at other positions it begins as zero. */
  exists(component: number, position: number): boolean
  /** The most components, besides the first, that can begin at one position; absent if all can. */
  readonly mostAtOnce?: number
}

/** Divides the input of a layer (layer 0: the embedding). BIAS begins as zero: the stream holds the earlier biases. */
export interface InputSplit extends SplitBase {
  readonly at: 'input'
  /** How many (component, position) pairs exist when it begins. */
  readonly startRows: number
  /** Writes the row [D] of a component that exists, from x [D] at the position. */
  fill(component: number, position: number, x: Float32Array, row: Float32Array): void
}

/** Divides the stream after the attention of a layer (eq. 20). */
export interface AttentionSplit extends SplitBase {
  readonly at: 'attention'
  /** Writes a component. If the model has biases, `component` M is BIAS. */
  fill(component: number, outcome: AttentionOutcome, row: Float32Array): void
}

/** The vectors of attention at one position after it has run. */
export interface AttentionOutcome {
  position: number
  /** [D]: the stream that entered, and the stream that leaves. */
  entering: Float32Array
  leaving: Float32Array
  /** [D]: what head h adds, its value bias included. */
  head(h: number): Float32Array
  /** [D], what the output projection's bias adds; null where it has none. */
  outputBias: Float32Array | null
  /** [D]: a component of the replaced split as it entered attention; its BIAS is the last one. */
  carried(component: number): Float32Array
}

/** Divides the stream after the MLP of a layer. */
export interface MlpSplit extends SplitBase {
  readonly at: 'mlp'
  /** Whether BIAS begins with a row of its own (written as component M); otherwise it begins as zero. */
  readonly fillsBias: boolean
  /**
   * The neuron that a component stands for, or null for other components. Given only in a mixture of experts, where a
   * neuron's component begins only at positions that use the neuron's expert.
   */
  neuronOf?(component: number): number | null
  /** Writes every component of one position. */
  fill(outcome: MlpOutcome, write: (component: number, row: Float32Array) => void): void
}

/** The vectors of an MLP at one position after it has run. */
export interface MlpOutcome {
  position: number
  /** [D]: the stream before and after. */
  middle: Float32Array
  output: Float32Array
  /** [I]; in a mixture of experts, multiplied by the weights of the experts. */
  activations: Float32Array
  /** [D], of the down projection: what a neuron writes; null if its expert is not chosen. */
  downRow(neuron: number): Float32Array | null
  /**
   * [D]: what the bias of the down projection adds, or the weighted sum of the chosen experts' biases; null without
   * biases.
   */
  downBias: Float32Array | null
  /** [D]: a component of the replaced split before the MLP; its BIAS is the last one. */
  carried(component: number): Float32Array
  /** Multiplies the output of the down projection, elementwise [D]; null if no norm follows the MLP. */
  postScale: Float64Array | null
}

export type Split = InputSplit | AttentionSplit | MlpSplit

/** For splits whose components are all there from the first position on. */
export const everywhere = (): boolean => true

/** What a partition needs to be turned into splits. */
export interface SplitContext {
  config: ModelConfig
  mode: Mode
  /** N: the positions up to the one that is read. Attention is causal, so later positions have no effect. */
  N: number
  /** Whether something is read after a split that begins at this point. */
  isRead(at: Split['at'], layer: number): boolean
  excludeFirst: boolean
}

export const modelHasBiases = ({ biases }: ModelConfig): boolean =>
  biases.qkv || biases.output || biases.mlp || biases.norm

/** Does a split of this model in this mode have BIAS? REFERENCE drops it, as the authors' code does. */
export const splitHasBias = (config: ModelConfig, mode: Mode): boolean => modelHasBiases(config) && mode === 'corrected'

/** The most components that a split can have at once, without BIAS: those that can begin within N positions. */
export const mostComponents = ({ components, mostAtOnce, local }: Split, N: number): number =>
  local !== undefined ? local : mostAtOnce === undefined ? components.length : 1 + Math.min(components.length - 1, N * mostAtOnce)

/** The most rows that a split can have, without BIAS: a component reaches the positions from its first one on. */
export function reachedRows(split: Split, N: number): number {
  if (split.local !== undefined) return split.components.length
  if (split.mostAtOnce === undefined) return split.components.reduce((sum, { first }) => sum + N - first, 0)
  let rows = 0
  for (let positions = 1; positions <= N; positions++) rows += mostComponents(split, positions)
  return rows
}
