/**
 * The list of partitions: every way of splitting the residual stream, by name. A kind is one file beside this one and
 * one line in each of the two tables here; if a line is missing, the program does not compile.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import { featureKind, type FeaturePartition } from './feature.ts'
import { groupKind, type GroupPartition } from './group.ts'
import { headKind, type HeadPartition } from './head.ts'
import type { DiscoverContext, PartitionKindOf, PartitionQuestion, QuestionPrompt, ResolvedPartition } from './kind.ts'
import { moduleKind, type ModulePartition } from './module.ts'
import { neuronKind, type NeuronPartition } from './neuron.ts'
import type { Split, SplitContext } from './split.ts'
import { subspaceKind, type SubspacePartition } from './subspace.ts'
import { tokenKind, type TokenPartition } from './token.ts'

interface Partitions {
  token: TokenPartition
  group: GroupPartition
  head: HeadPartition
  neuron: NeuronPartition
  module: ModulePartition
  subspace: SubspacePartition
  feature: FeaturePartition
}
export type PartitionKind = keyof Partitions
export type Partition = Partitions[PartitionKind]

export const partitionKindTable: { readonly [K in PartitionKind]: PartitionKindOf<Partitions[K]> } = {
  token: tokenKind,
  group: groupKind,
  head: headKind,
  neuron: neuronKind,
  module: moduleKind,
  subspace: subspaceKind,
  feature: featureKind,
}

/** In the order in which people read them. The enums of GraphQL and SQL are tested against this list. */
export const partitionKinds = Object.keys(partitionKindTable) as PartitionKind[]

export const isPartitionKind = (name: unknown): name is PartitionKind => partitionKinds.some((kind) => kind === name)

/** How the residual stream is split into components (the paper's section 4): complete, no defaults left. */
export const partitionSchema: z.ZodType<Partition> = z.union(
  partitionKinds.map((kind) => partitionKindTable[kind].schema as z.ZodType<Partition>),
)

// In a table of functions over a union, only `by` says that a partition belongs to its own kind.
const kindOf = <P extends Partition>({ by }: P) => partitionKindTable[by] as unknown as PartitionKindOf<P>

/** From words to a partition with every default decided. Refuses (BAD_INPUT) words that have no valid meaning. */
export function resolvePartition(
  question: PartitionQuestion, prompt: QuestionPrompt, model: ModelIdentity,
): ResolvedPartition<Partition> {
  const { by } = question
  if (!isPartitionKind(by))
    throw new UserError('BAD_INPUT', `A split by ${by} was asked for; expected ${partitionKinds.join(', ')}.`)
  refuseForeignOptions(question, by)
  return partitionKindTable[by].resolve(question, prompt, model)
}

function refuseForeignOptions(question: PartitionQuestion, by: PartitionKind): void {
  for (const kind of partitionKinds) {
    if (kind === by) continue
    const foreign = partitionKindTable[kind].options.find((option) => question[option] != null)
    if (foreign !== undefined)
      throw new UserError('BAD_INPUT', `The option ${foreign} belongs to a split by ${kind}, but the split is by ${by}.`)
  }
}

/** Refuses (BAD_INPUT) a partition that the model does not have. N positions. */
export const checkPartition = (partition: Partition, model: ModelIdentity, N: number): void =>
  kindOf(partition).check(partition, model, N)

/** Where the (first) split begins: nothing can be read before it. */
export const beginningOf = (partition: Partition): { at: Split['at']; layer: number } => kindOf(partition).begins(partition)

export const splitsOf = (partition: Partition, context: SplitContext): Split[] =>
  kindOf(partition).splits(partition, context)

/** The splits of a kind whose components depend on what the model does; null for the others. */
export function discoverSplits(partition: Partition, context: DiscoverContext): Promise<Split[]> | null {
  const kind = kindOf(partition)
  return kind.discover?.(partition, context) ?? null
}

export const partitionVectorField = ({ by }: Pick<Partition, 'by'>): string | null => partitionKindTable[by].vectorField
