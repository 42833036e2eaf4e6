/** What about a result its asker may not have meant, as sentences; what can be told before it is computed, `resolve.ts` tells. */
import { warnOfBudget } from '../depass/partition/feature.ts'
import type { AttributionResult } from './result.ts'

export function resultWarnings({ partition, contributions }: Pick<AttributionResult, 'partition' | 'contributions'>): string[] {
  if (partition.by !== 'feature') return []
  const warning = warnOfBudget(partition, contributions.filter(({ component }) => component.kind === 'feature').length)
  return warning === null ? [] : [warning]
}
