/** Requests → batches that are run together: what differs in nothing but its target shares a passage. */
import type { Passage } from '../depass/passage.ts'
import { formatSite } from '../features/site.ts'
import type { PreparedRequest } from './prepare.ts'
import { partsOf, siteOf } from './target/kinds.ts'

/** A request that has been planned, as every attributor plans it. */
export interface Planned extends PreparedRequest {
  readonly plan: NonNullable<PreparedRequest['plan']>
}

export interface Batch {
  passages: Passage[]
  /** The numbers of the requests that read each passage. */
  members: number[][]
}

/** One batch for each rule, mode and temperature. L layers. */
export function batchesOf(requests: readonly Planned[], L: number): Batch[] {
  const alike = groupBy([...requests.keys()], (index) => sweepKey(requests[index]!))
  return [...alike.values()].map((indices) => {
    const members = [...groupBy(indices, (index) => passageKey(requests[index]!, L)).values()]
    return { passages: members.map(([first]) => requests[first!]!.plan.passage), members }
  })
}

const sweepKey = ({ request: { rule, mode, temperature } }: Planned) => `${rule} ${mode} ${temperature}`

/** Equal for requests that can share a passage. */
function passageKey({ request }: Planned, L: number): string {
  const { tokenIds, position, partition, excludeFirst, target } = request
  // Of what follows the position only the length can have a part, in some rotations.
  return JSON.stringify([
    tokenIds.slice(0, position + 1), tokenIds.length, partition, excludeFirst, formatSite(siteOf(target, L)), partsOf(target, position).map((part) => part.position),
  ])
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
