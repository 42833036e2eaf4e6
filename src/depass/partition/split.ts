/**
 * A split: one way of dividing the residual stream of one sequence into components, resolved down to rows. It says where
 * it begins, what its components are, and what each of them is at the beginning. From there on all splits are carried
 * through the layers alike, so a new kind of partition needs nothing but splits of its own.
 *
 * Shapes: N positions, M components, D residual width, H heads, I neurons.
 */
import type { ModelConfig } from '../../model/config.ts'
import type { Mode } from '../rule.ts'
import type { SplitComponent } from './component.ts'

export interface Replacement {
  readonly split: Split
  /** Whether its components go on as the first ones of the new split, and its BIAS in the new one's. */
  readonly carriesOn: boolean
}

interface SplitBase {
  readonly layer: number
  /** [M], without BIAS, which every split has where the model has biases. */
  readonly components: readonly SplitComponent[]
  /** The first component takes no share of an MLP after position 0. */
  readonly excludeFirst?: boolean
  /**
   * Components stay at their positions, at most so many at one, and end with the layer in which they begin. In a parallel
   * residual, too, its MLP reads them as they were filled in.
   */
  readonly local?: number
  /** What this split stands in the place of from here on: that one ends with the layer in which this one begins. */
  readonly replaces?: Replacement
  /** Whether a component is there when the split begins; at other positions it begins as zero. */
  exists(component: number, position: number): boolean
  /** How many of the components, the first apart, can begin at one position at most; absent where all do. */
  readonly mostAtOnce?: number
}

/** It divides the input of a layer (layer 0: the embedding). BIAS begins as zero: the stream holds the earlier biases. */
export interface InputSplit extends SplitBase {
  readonly at: 'input'
  /** How many (component, position) pairs exist when it begins. */
  readonly startRows: number
  /** Writes a component that exists: from x [D] at the position to row [D]. */
  fill(component: number, position: number, x: Float32Array, row: Float32Array): void
}

/** It divides the stream after the attention of a layer (eq. 20). */
export interface AttentionSplit extends SplitBase {
  readonly at: 'attention'
  /** Writes a component; `component` M is BIAS, where the model has biases. */
  fill(component: number, outcome: AttentionOutcome, row: Float32Array): void
}

/** What is known of attention at one position once it has run. */
export interface AttentionOutcome {
  position: number
  /** [D]: the stream that entered, and the stream that leaves. */
  entering: Float32Array
  leaving: Float32Array
  /** [D]: what head h adds, its value bias included. */
  head(h: number): Float32Array
  /** [D], what the output projection's bias adds; null where it has none. */
  outputBias: Float32Array | null
  /** [D]: a component of the split that is replaced, its BIAS last, as it entered. */
  carried(component: number): Float32Array
}

/** It divides the stream after the MLP of a layer. */
export interface MlpSplit extends SplitBase {
  readonly at: 'mlp'
  /** Whether BIAS begins with a row of its own (written as component M); else it begins as zero. */
  readonly fillsBias: boolean
  /**
   * The neuron that a component is, or null for one that is none. Given in a mixture of experts, where such a component
   * begins only at positions that use the neuron's expert.
   */
  neuronOf?(component: number): number | null
  /** Writes every component of one position. */
  fill(outcome: MlpOutcome, write: (component: number, row: Float32Array) => void): void
}

/** What is known of an MLP at one position once it has run. */
export interface MlpOutcome {
  position: number
  /** [D]: the stream before and after. */
  middle: Float32Array
  output: Float32Array
  /** [I]; in a mixture of experts times the weights of the experts. */
  activations: Float32Array
  /** [D], of the down projection: what a neuron writes. null for one whose expert is not chosen. */
  downRow(neuron: number): Float32Array | null
  /** [D], what the down projection's bias adds, or the chosen experts' with their weights; null where it has none. */
  downBias: Float32Array | null
  /** [D]: a component of the split that is replaced, its BIAS last, before the MLP. */
  carried(component: number): Float32Array
  /** Multiplies the down projection's output, elementwise [D]; null without a norm behind the MLP. */
  postScale: Float64Array | null
}

export type Split = InputSplit | AttentionSplit | MlpSplit

/** For splits whose components are all there from the first position on. */
export const everywhere = (): boolean => true

/** What a partition is turned into splits with. */
export interface SplitContext {
  config: ModelConfig
  mode: Mode
  /** N: the positions up to the one that is read. Attention is causal, so what follows has no part. */
  N: number
  /** Whether something is read after a split that begins at this place. */
  isRead(at: Split['at'], layer: number): boolean
  excludeFirst: boolean
}

export const modelHasBiases = ({ biases }: ModelConfig): boolean =>
  biases.qkv || biases.output || biases.mlp || biases.norm

/** Does a split of this model in this mode have BIAS? REFERENCE drops it, as the authors' code does. */
export const splitHasBias = (config: ModelConfig, mode: Mode): boolean => modelHasBiases(config) && mode === 'corrected'

/** Components of a split at its widest, without BIAS, after N positions: those that can begin there. */
export const mostComponents = ({ components, mostAtOnce, local }: Split, N: number): number =>
  local !== undefined ? local : mostAtOnce === undefined ? components.length : 1 + Math.min(components.length - 1, N * mostAtOnce)

/** Rows of a split at its widest, without BIAS: a component reaches the positions from its first one on. */
export function reachedRows(split: Split, N: number): number {
  if (split.local !== undefined) return split.components.length
  if (split.mostAtOnce === undefined) return split.components.reduce((sum, { first }) => sum + N - first, 0)
  let rows = 0
  for (let positions = 1; positions <= N; positions++) rows += mostComponents(split, positions)
  return rows
}
