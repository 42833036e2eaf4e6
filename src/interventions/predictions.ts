/**
 * What attributions predict for an intervention: the sum of the scores of what it takes out. Changes of different kinds
 * need attributions by different partitions. Their scores are listed side by side, and each is a prediction of its own.
 */
import type { AttributionResult, Component, Contribution } from '../attribution/result.ts'
import { beginningOf, type Partition } from '../depass/partition/kinds.ts'
import { orderOfBeginning, orderOfSite } from '../depass/passage.ts'
import { siteOf } from '../attribution/target/kinds.ts'
import { UserError } from '../errors.ts'
import { canonicalJson } from '../hash.ts'
import { takenBy, type Change } from './change/kinds.ts'
import type { InterventionRequest, Selection } from './request.ts'

/** The distinct partitions whose attributions an intervention needs. L layers. */
export function distinctPartitions(request: Pick<InterventionRequest, 'changes' | 'selection'>): Partition[] {
  const wanted = [
    ...(request.selection ? [request.selection.partition] : []),
    ...request.changes.flatMap((change) => takenBy(change)?.partition ?? []),
  ]
  return [...new Map(wanted.map((partition) => [canonicalJson(partition), partition])).values()]
}

/** Is the target read after the partition begins? Otherwise none of its components can affect the target. */
export function isReached({ target }: Pick<InterventionRequest, 'target'>, partition: Partition, L: number): boolean {
  const { at, layer } = beginningOf(partition)
  return orderOfSite(siteOf(target, L)) >= orderOfBeginning(at, layer)
}

/** Results, with the `canonicalJson` of their partition as key. */
export type Attributions = ReadonlyMap<string, AttributionResult>

/** The contributions of what the changes take out; null if no attribution covers one of the changes. */
export function contributionsTaken(
  changes: readonly Change[], attributions: Attributions, selected: readonly Contribution[],
): Contribution[] | null {
  const taken: Contribution[] = [...selected]
  for (const change of changes) {
    const which = takenBy(change)
    if (which === null) return null
    const result = attributions.get(canonicalJson(which.partition))
    // If the target is read before the change is made, there is no attribution and nothing is taken.
    for (const contribution of result?.contributions ?? []) if (which.includes(contribution.component)) taken.push(contribution)
  }
  return taken
}

export interface Selected {
  contributions: Contribution[]
  changes: Change[]
}

/** The components that a selection chooses, and the changes that take them out. */
export function select(selection: Selection, result: AttributionResult, request: InterventionRequest): Selected {
  const kept = keptPositions(request)
  const candidates = result.contributions.filter(({ component }) => canBeTaken(component, selection.partition, kept))
  if (candidates.length < selection.count)
    throw new UserError(
      'BAD_INPUT',
      `${selection.count} components were to be taken out, and ${candidates.length} can be: the first token where the ` +
        'tokenizer adds it, and the one that the target is read at, always stay.',
    )
  const sign = selection.order === 'top' ? 1 : -1
  const ranked = candidates.map((contribution, place) => ({ contribution, place }))
  ranked.sort((a, b) => sign * (b.contribution.score - a.contribution.score) || a.place - b.place)
  const chosen = ranked.slice(0, selection.count).sort((a, b) => a.place - b.place).map(({ contribution }) => contribution)
  return { contributions: chosen, changes: changesFor(selection, chosen.map(({ component }) => component)) }
}

/** Positions that cannot be taken out: the one where the target is read, and a first token that the tokenizer added. */
const keptPositions = ({ position, excludeFirst }: InterventionRequest) => new Set(excludeFirst ? [0, position] : [position])

function canBeTaken({ kind, index }: Component, partition: Partition, kept: ReadonlySet<number>): boolean {
  switch (partition.by) {
    case 'token':
      return kind === 'token' && !kept.has(index)
    case 'group':
      return kind === 'group' && !partition.groups[index]!.some((position) => kept.has(position))
    case 'module':
      return kind === partition.module
    default:
      return kind === partition.by
  }
}

function changesFor({ partition, how, to }: Selection, components: readonly Component[]): Change[] {
  const numbers = (some: readonly Component[]) => some.map(({ index }) => index).sort((a, b) => a - b)
  switch (partition.by) {
    case 'token':
      return [{ kind: 'position', positions: numbers(components), how }]
    case 'group': {
      const positions = components.flatMap(({ index }) => partition.groups[index]!).sort((a, b) => a - b)
      return [{ kind: 'position', positions, how }]
    }
    case 'head':
      return byLayer(components).map(([layer, some]) => ({ kind: 'head', layer, heads: numbers(some), to }))
    case 'neuron':
      return byLayer(components).map(([layer, some]) => ({ kind: 'neuron', layer, neurons: numbers(some), to }))
    case 'module':
      return byLayer(components).map(([layer]) => ({ kind: 'module', layer, module: partition.module, to }))
    case 'feature':
      return byPosition(components).map(([position, some]) => ({
        kind: 'feature', set: partition.set, site: partition.site, features: numbers(some), to,
        ...(position !== null && { positions: [position] }),
      }))
    default:
      throw new Error(`components of a split by ${partition.by} cannot be taken out`)
  }
}

const byLayer = (components: readonly Component[]) => grouped(components, ({ layer }) => layer ?? 0)
const byPosition = (components: readonly Component[]) => grouped(components, ({ position }) => position ?? null)

function grouped<K extends number | null>(components: readonly Component[], keyOf: (component: Component) => K): [K, Component[]][] {
  const groups = new Map<K, Component[]>()
  for (const component of components) groups.set(keyOf(component), [...(groups.get(keyOf(component)) ?? []), component])
  return [...groups].sort(([a], [b]) => (a ?? -1) - (b ?? -1))
}
