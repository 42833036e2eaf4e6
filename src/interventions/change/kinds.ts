/**
 * The list of changes: everything that an intervention can do, by name. A kind is one file beside this one and one line
 * in each of the two tables here; if a line is missing, the program does not compile.
 */
import { z } from 'zod'
import type { FeatureSets } from '../../depass/partition/kind.ts'
import type { Site } from '../../features/site.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import { featureChangeKind, type FeatureChange } from './feature.ts'
import { headKind, type HeadChange } from './head.ts'
import type { Alteration, ChangeContext, ChangeKindOf, Taken } from './kind.ts'
import { moduleKind, type ModuleChange } from './module.ts'
import { neuronKind, type NeuronChange } from './neuron.ts'
import { positionKind, type PositionChange } from './position.ts'
import { steerKind, type SteerChange } from './steer.ts'

interface Changes {
  position: PositionChange
  head: HeadChange
  neuron: NeuronChange
  module: ModuleChange
  feature: FeatureChange
  steer: SteerChange
}
export type ChangeKind = keyof Changes
export type Change = Changes[ChangeKind]

const changeKindTable: { readonly [K in ChangeKind]: ChangeKindOf<Changes[K]> } = {
  position: positionKind,
  head: headKind,
  neuron: neuronKind,
  module: moduleKind,
  feature: featureChangeKind,
  steer: steerKind,
}

/** The enum of GraphQL is tested against this list. */
export const changeKinds = Object.keys(changeKindTable) as ChangeKind[]

export const changeSchema: z.ZodType<Change> = z.union(
  changeKinds.map((kind) => changeKindTable[kind].schema as z.ZodType<Change>),
)

// In a table of functions over a union, only `kind` says that a change belongs to its own kind.
const kindOf = <C extends Change>({ kind }: C) => changeKindTable[kind] as unknown as ChangeKindOf<C>

/** Refuses (BAD_INPUT) a change that does not fit the model. */
export const checkChange = (change: Change, model: ModelIdentity, position: number): void =>
  kindOf(change).check(change, model, position)

export const sitesNeeded = (change: Change, sets: FeatureSets): Promise<readonly Site[]> => kindOf(change).needs(change, sets)

export const alterationOf = (change: Change, context: ChangeContext): Promise<Alteration> =>
  kindOf(change).alter(change, context)

/** null if no attribution covers what the change takes out. */
export const takenBy = (change: Change): Taken | null => kindOf(change).takes(change)

export const changeVectorField = ({ kind }: Pick<Change, 'kind'>): string | null => changeKindTable[kind].vectorField

export const isChangeKind = (name: unknown): name is ChangeKind => changeKinds.some((kind) => kind === name)
