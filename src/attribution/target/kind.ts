/**
 * The interface of a target: a number that is linear in the components of the residual stream, and so can be attributed.
 * Each kind is one file beside this one, and `kinds.ts` lists them. Shapes: D residual width, L layers, V vocabulary.
 */
import type { z } from 'zod'
import type { ModelIdentity } from '../../model/identity.ts'
import type { FeatureSets, FeatureSource } from '../../depass/partition/kind.ts'
import type { FeatureSet } from '../../features/feature-set.ts'
import type { LoadedModel } from '../../model/loaded.ts'
import type { Site } from '../../features/site.ts'
import type { Tokenizer } from '../../tokenizer/tokenizer.ts'
import type { Distribution } from '../distribution.ts'
import type { ResolvedPrompt } from '../resolve-prompt.ts'

/** A target in a question's words. */
export interface TargetQuestion {
  /**
   * `next` (the model's own next token), `#123` (a token id), or text that is one token where it follows the prompt. A
   * leading blank is taken as written. Without one, a blank is added if the tokenizer expects it.
   */
  target?: string | null
  /** With it, the target is a difference of two logits: target minus this. */
  minus?: string | null
  /** Instead of a token. */
  direction?: DirectionQuestion | null
  /** Instead of a token: a feature of a set, where the set reads. */
  feature?: { set: FeatureSource; index: number } | null
  /** Instead of a token: all tokens of this text where it follows the prompt, or ids as `#1,#2`. */
  answer?: string | null
}

export interface DirectionQuestion {
  /** [D] */
  vector: readonly number[]
  /** The layer whose input is read; by default L, the stream before the final norm. */
  layer?: number | null
}

/** The sequence of a request, and where its target is read. */
export interface TargetSequence {
  /** [N] */
  tokenIds: readonly number[]
  position: number
}

/** What the words of a target are resolved with. */
export interface TargetContext {
  prompt: ResolvedPrompt
  position: number
  model: ModelIdentity
  tokenizer: Tokenizer | null
}

/** What a target is computed from, once the sweep is done. */
export interface ReadContext {
  model: LoadedModel
  /** [W]: the vector at the site that is read. */
  x: Float32Array
  /** The model's own prediction there; null where the stream is read before the last layer. */
  distribution: Distribution | null
  /** The text of a token id. */
  tokenText(id: number): string
  sets: FeatureSets
  /** Rows [T, D] at a set's site → activations [T, F]. */
  encode(set: FeatureSet, x: Float32Array): Promise<Float32Array>
}

/** Facts about a target on one sequence. */
export interface TargetFacts {
  /** The token; for an answer, its first token; null for a direction */
  tokenId: number | null
  text: string | null
  minusTokenId: number | null
  minusText: string | null
  /** The layer whose input is read; null for logits. */
  layer: number | null
  /** softmax probability of `tokenId` at the position; null for a direction */
  probability: number | null
  /**
   * For a feature: the hash of its set, the site that the set reads, its number, how strongly it fires, and whether it
   * fires.
   */
  feature?: { set: string; site: Site; index: number; activation: number; fires: boolean }
}

/** The facts of a target to which none of them applies. */
export const NO_FACTS: TargetFacts = {
  tokenId: null, text: null, minusTokenId: null, minusText: null, layer: null, probability: null,
}

/** A target of one sequence: its facts, and the linear map from a row of the decomposition to its unit. */
export interface Projection {
  facts: TargetFacts
  /** The part that belongs to no component: the biases of a feature set, listed as SAE_BIAS. Absent means 0. */
  constant?: number
  /** `withBias` is true for x itself and for BIAS, which receive the final norm's bias. */
  project(row: Float32Array, withBias: boolean): number
}

/** One token of a sum of logits, and the position where it is read. */
export interface TargetToken {
  tokenId: number
  position: number
}

interface TargetKindBase<T extends { type: string }> {
  /** The part of a request that holds this target. */
  readonly schema: z.ZodType<T>
  /** The field that holds a vector [D] or a matrix, which tables and queues store separately; null for none. */
  readonly vectorField: (keyof T & string) | null
  /** From words to numbers; null if the words mean another kind. Refuses (BAD_INPUT) words that have no valid meaning. */
  resolve(question: TargetQuestion, context: TargetContext): T | null | Promise<T | null>
  /** Refuses (BAD_INPUT) a target that does not fit the model, or the sequence. */
  check(target: T, model: ModelIdentity, sequence: TargetSequence): void
  /** Where the stream is read; the input of layer L is the stream before the final norm. */
  site(target: T, L: number): Site
}

/** A target that is read at one position. */
export interface SingleTargetKind<T extends { type: string }> extends TargetKindBase<T> {
  read(target: T, context: ReadContext): Promise<Projection>
}

/** A target that is a sum of logits, each read at its own position; the last is read at the request's position. */
export interface SummedTargetKind<T extends { type: string }> extends TargetKindBase<T> {
  /** In ascending order of positions. */
  tokens(target: T, position: number): readonly TargetToken[]
}

export type TargetKindOf<T extends { type: string }> = SingleTargetKind<T> | SummedTargetKind<T>
