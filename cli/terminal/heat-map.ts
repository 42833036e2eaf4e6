/** The prompt itself, every token (or group of tokens) on the colour of its share. */
import type { Contribution } from '../../src/attribution/result.ts'
import type { AttributionDocument } from '../../src/attribution/json.ts'
import { shareOf, type Scale } from './bars.ts'
import { tint } from './colour.ts'
import { visible } from './visible.ts'

export function heatMap({ tokens, partition, contributions }: AttributionDocument, scale: Scale): string {
  const scores = scoreByPosition(partition, contributions)
  return tokens
    .map(({ index, id, text }) => {
      const painted = tint(visible(text) || `#${id} `, shareOf(scores.get(index) ?? 0, scale))
      return text.includes('\n') ? `${painted}\n` : painted
    })
    .join('')
}

function scoreByPosition(
  partition: AttributionDocument['partition'],
  contributions: readonly Contribution[],
): ReadonlyMap<number, number> {
  const scores = new Map<number, number>()
  for (const { component, score } of contributions) {
    if (component.kind === 'token') scores.set(component.index, score)
    else if (component.kind === 'group' && partition.by === 'group')
      for (const position of partition.groups[component.index] ?? []) scores.set(position, score)
  }
  return scores
}
