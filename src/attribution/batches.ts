/** Requests → batches that are run together. Requests that differ only in their target share a passage. */
import type { Passage } from '../depass/passage.ts'
import { formatSite } from '../features/site.ts'
import type { PreparedRequest } from './prepare.ts'
import { partsOf, siteOf } from './target/kinds.ts'

/** A request with its plan, which every attributor has made. */
export interface Planned extends PreparedRequest {
  readonly plan: NonNullable<PreparedRequest['plan']>
}

export interface Batch {
  passages: Passage[]
  /** For each passage, the indices of the requests that read it. */
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

/** The same text for requests that can share a passage. */
function passageKey({ request }: Planned, L: number): string {
  const { tokenIds, position, partition, excludeFirst, target } = request
  // The tokens after the position matter only by their number, on which some rotations depend.
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
