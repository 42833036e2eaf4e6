/**
 * The interface of a change that an intervention can make to a pass. Each kind of change is one file beside this one, and
 * `kinds.ts` lists them. Shapes: N positions, W the width of a site's vectors, F features.
 */
import { z } from 'zod'
import type { Component } from '../../attribution/result.ts'
import type { Edit, EditSite } from '../../depass/edits.ts'
import type { FeatureSets } from '../../depass/partition/kind.ts'
import type { Partition } from '../../depass/partition/kinds.ts'
import { UserError } from '../../errors.ts'
import type { FeatureSet } from '../../features/feature-set.ts'
import type { Site } from '../../features/site.ts'
import type { ModelIdentity } from '../../model/identity.ts'

const index = z.number().int().nonnegative()
export const indexSchema = index
export const indicesSchema = z.array(index).min(1)

/** What replaces the part that is taken out: zeros, or its mean over a dataset, named by its content hash. */
export const replacementSchema = z.union([
  z.literal('zero'),
  z.strictObject({ mean: z.string().regex(/^[0-9a-f]{64}$/) }),
])
export type Replacement = z.infer<typeof replacementSchema>

/** Fields of every change that replaces a part of the model: the replacement, and the positions (absent: all). */
export const replacing = { to: replacementSchema, positions: indicesSchema.optional() }

/** What is averaged: the vectors of a site, the activations of a layer's neurons, or those of a set's features. */
export type MeanPlace = { site: EditSite } | { set: string }

/** What a change is made from after the unchanged pass. */
export interface ChangeContext {
  /** dh: numbers per head. */
  headWidth: number
  sets: FeatureSets
  /** Rows x [T, D] at a set's site → activations [T, F]. */
  encode(set: FeatureSet, x: Float32Array): Promise<Float32Array>
  /** Vectors [N, W] of the unchanged pass at one of the sites that the change needs. */
  clean(site: Site): Float32Array
  /**
   * [W], [I] or [F]: the mean over a dataset, by its content hash. Refuses (NOT_FOUND) a dataset that is not available
   * here.
   */
  mean(dataset: string, place: MeanPlace): Promise<Float32Array>
}

/** How the pass is changed. Positions are those of the given sequence. */
export interface Alteration {
  edits?: readonly Edit[]
  /** Positions that no other position attends to. */
  hidden?: readonly number[]
  /** Positions that are cut out of the sequence. */
  removed?: readonly number[]
}

/** The partition whose scores predict what a change takes out, and which of its components the change takes out. */
export interface Taken {
  partition: Partition
  includes(component: Pick<Component, 'kind' | 'index' | 'position'>): boolean
}

export interface ChangeKindOf<C extends { kind: string }> {
  /** The part of a request that holds this change. */
  readonly schema: z.ZodType<C>
  /** In a few words, for help texts. */
  readonly description: string
  /** The field that holds a vector [D], which tables and queues store separately under its hash; null for none. */
  readonly vectorField: (keyof C & string) | null
  /** Refuses (BAD_INPUT) a change that does not fit the model, or a sequence that is read at `position`. */
  check(change: C, model: ModelIdentity, position: number): void
  /** Sites of the unchanged pass that the change is made from. */
  needs(change: C, sets: FeatureSets): Promise<readonly Site[]>
  alter(change: C, context: ChangeContext): Promise<Alteration>
  /** null if no attribution covers what the change takes out. */
  takes(change: C): Taken | null
}

export const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

/** Refuses indices that the model does not have, or that are given twice. */
export function requireIndices(indices: readonly number[], count: number, what: string): void {
  const stray = indices.find((each) => each >= count)
  if (stray !== undefined) refuse(`${capital(what)} ${stray} was asked for; there are 0 to ${count - 1}.`)
  if (new Set(indices).size < indices.length) refuse(`A ${what} is named twice; name each once.`)
}

/** Refuses positions after the one that is read: attention is causal, so a change there would have no effect. */
export function requirePositions(positions: readonly number[] | undefined, position: number): void {
  const stray = positions?.find((each) => each > position)
  if (stray !== undefined)
    refuse(`Position ${stray} was asked for, and the target is read at position ${position}; what follows it has no part in it.`)
}

export function requireLayerOf(layer: number, model: ModelIdentity): void {
  if (layer >= model.layers) refuse(`Layer ${layer} was asked for; ${model.name} has the layers 0 to ${model.layers - 1}.`)
}

const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`

/** An edit at one site, at the given positions only. */
export function editAt(
  site: EditSite, positions: readonly number[] | undefined, apply: (vector: Float32Array, position: number) => void,
): Edit {
  const wanted = positions && new Set(positions)
  return {
    site,
    apply(vector, position) {
      if (wanted === undefined || wanted.has(position)) apply(vector, position)
    },
  }
}

/** The vector [W] that replaces what is taken out; null for zeros. */
export const replacementOf = async (
  to: Replacement, place: MeanPlace, { mean }: ChangeContext,
): Promise<Float32Array | null> => (to === 'zero' ? null : mean(to.mean, place))
