/**
 * The interface of a kind of partition: all that the engine has to know about it. Each kind is one file beside this one,
 * and `kinds.ts` lists them. Shapes: N positions, R basis vectors, D residual width.
 */
import type { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { FeatureSet } from '../../features/feature-set.ts'
import type { Site } from '../../features/site.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import type { LoadedModel } from '../../model/loaded.ts'
import type { TokenView } from '../../tokenizer/tokenizer.ts'
import type { LayerPrograms } from '../programs.ts'
import type { ChatSpan } from '../../tokenizer/chat.ts'
import type { NamedGroups } from './groups-named.ts'
import type { Split, SplitContext } from './split.ts'

/** A partition in a question's words: defaults are still open, and words are not yet resolved to numbers. */
export interface PartitionQuestion {
  by: string
  /** Where the split is made; each kind has its default. */
  layer?: number | 'all' | null
  /** For `group`; by default words. */
  groups?: 'words' | 'sentences' | 'roles' | NamedGroups | null
  /** For `neuron`: those to split out; all when absent. */
  neurons?: readonly number[] | null
  /** For `module`; by default attention. */
  module?: 'attention' | 'mlp' | null
  /** For `subspace`: vectors [R, D] that span it. */
  basis?: readonly (readonly number[])[] | null
  /** For `feature`: the set whose features are the components. */
  sae?: FeatureSource | null
  /** For `feature`: how many of the strongest are split out, or which. */
  features?: number | readonly number[] | null
  /** For `feature`, beside features that are named: how many of their places are split out, or of them where each is one component. */
  budget?: number | null
  /** For `feature`: one component for each position at which a feature fires, or one for all positions. */
  per?: 'position' | 'feature' | null
}

/** A feature set as a question names it: all that has to be known about it before its weights are loaded. */
export interface FeatureSource {
  /** The hash of the set. */
  hash: string
  /** What people call it: 2-res, 6-res-jb. */
  name: string
  /** What it reads, and what a transcoder writes. */
  site: Site
  writes: Site | null
  /** F */
  features: number
}

/** Options that belong to one kind alone. On another kind they would silently have no effect. */
export type PartitionOption = 'groups' | 'neurons' | 'module' | 'basis' | 'sae' | 'features' | 'budget' | 'per'

/** The parts of a question's prompt that partitions look at. */
export interface QuestionPrompt {
  tokens: readonly TokenView[]
  /** The text that the tokens' offsets index; null without a tokenizer. */
  text: string | null
  /** Of a chat: the span of each message and whose it is. */
  messages?: readonly ChatSpan[]
}

export interface ResolvedPartition<P> {
  partition: P
  /** The label of each group of a group partition, in the order of the groups; null for other kinds. */
  groupLabels: string[] | null
}

export interface PartitionKindOf<P extends { by: string }> {
  /** The part of a request that holds this partition. It accepts complete partitions only. */
  readonly schema: z.ZodType<P>
  /** What the components are, in a few words: for help texts. */
  readonly description: string
  readonly options: readonly PartitionOption[]
  /** From words to numbers, with every default decided. Refuses (BAD_INPUT) words that have no valid meaning. */
  resolve(question: PartitionQuestion, prompt: QuestionPrompt, model: ModelIdentity): ResolvedPartition<P>
  /** Refuses (BAD_INPUT) a partition that the model does not have. N positions. */
  check(partition: P, model: ModelIdentity, N: number): void
  /** Where the (first) split begins: nothing can be read before it. */
  begins(partition: P): { at: Split['at']; layer: number }
  /** One split, or one a layer for partitions of all layers. Cheap, because cost estimates call it, too. */
  splits(partition: P, context: SplitContext): Split[]
  /** The field that holds vectors [R, D], which tables and queues store separately under their hash; null for none. */
  readonly vectorField: (keyof P & string) | null
  /**
   * The splits of a kind whose components depend on what the model does with the sequence. `splits` then gives only an upper
   * bound for their cost. Absent for kinds whose components are known from the request.
   */
  discover?(partition: P, context: DiscoverContext): Promise<Split[]>
}

/** What `discover` finds components with: the model, at one sequence. */
export interface DiscoverContext extends SplitContext {
  /** [N] */
  tokenIds: readonly number[]
  model: LoadedModel
  programs: LayerPrograms
  sets: FeatureSets
  signal?: AbortSignal | undefined
  /** Vectors [N, W] of the plain pass at some sites. */
  read(sites: readonly Site[]): Promise<Float32Array[]>
  /** Rows x [T, D] at a set's site → activations [T, F]. */
  encode(set: FeatureSet, x: Float32Array): Promise<Float32Array>
}

/** Opened feature sets by their hash. Refuses (NOT_FOUND) a set that is not available here. */
export interface FeatureSets {
  find(hash: string): Promise<FeatureSet>
}

/** Refuses (BAD_INPUT) a layer that the model does not have. */
export function requireLayer(layer: number, model: ModelIdentity): number {
  if (Number.isInteger(layer) && layer >= 0 && layer < model.layers) return layer
  throw new UserError('BAD_INPUT', `Layer ${layer} was asked for; ${model.name} has the layers 0 to ${model.layers - 1}.`)
}

export function requireLayerOrAll(layer: number | 'all', model: ModelIdentity): number | 'all' {
  return layer === 'all' ? layer : requireLayer(layer, model)
}

/** Refuses (BAD_INPUT) `all`, for kinds that split at one layer only. */
export function oneLayer(layer: number | 'all', by: string): number {
  if (layer !== 'all') return layer
  throw new UserError('BAD_INPUT', `A split by ${by} is made at one layer; give its number instead of all.`)
}

/** Refuses (BAD_INPUT) a missing layer, for kinds whose layer has no default. */
export function givenLayer(layer: number | 'all' | null | undefined, by: string, what: string): number | 'all' {
  if (layer != null) return layer
  throw new UserError('BAD_INPUT', `A split by ${by} needs ${what}; none was given.`)
}

/** The layers that a partition splits: the given one, or for `all` every layer after whose split something is read. */
export const layersOf = (layer: number | 'all', at: Split['at'], { config, isRead }: SplitContext): number[] =>
  layer === 'all' ? [...Array(config.L).keys()].filter((each) => isRead(at, each)) : [layer]

/** Refuses (BAD_INPUT) a user's vector of the residual stream that cannot be used. */
export function requireVector(vector: readonly number[], model: ModelIdentity, what: string): void {
  if (vector.length !== model.residualWidth)
    throw new UserError(
      'BAD_INPUT',
      `${what} has ${vector.length} numbers; the residual stream of ${model.name} has ${model.residualWidth}.`,
    )
  const at = vector.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw new UserError('BAD_INPUT', `${what} has ${vector[at]} at index ${at}; every number must be finite.`)
}
