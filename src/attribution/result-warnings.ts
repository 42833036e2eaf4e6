/** What about a result its asker may not have meant, as sentences; what can be told before it is computed, `resolve.ts` tells. */
import { warnOfBudget } from '../depass/partition/feature.ts'
import type { AttributionResult } from './result.ts'

/**
 * Completeness errors above this are no rounding: in float32 they are about 1e-6, and the largest that was seen on any engine
 * is 6e-5 (docs/decisions.md).
 */
export const MOST_ROUNDING = 1e-3

export function resultWarnings(result: Pick<AttributionResult, 'partition' | 'contributions' | 'mode' | 'completenessError'>): string[] {
  const { partition, contributions } = result
  const features = contributions.filter(({ component }) => component.kind === 'feature').length
  const budget = partition.by === 'feature' ? warnOfBudget(partition, features) : null
  return [...warnOfGap(result), ...(budget === null ? [] : [budget])]
}

/** Says so if the parts do not add up to the target. */
export function warnOfGap({ mode, completenessError }: { mode: string; completenessError: number }): string[] {
  if (completenessError <= MOST_ROUNDING) return []
  const why = mode === 'reference'
    ? 'the mode reference leaves out what the authors’ code leaves out; the mode corrected adds up'
    : 'that is more than rounding, so these numbers are not to be trusted'
  return [`The parts do not add up to the target: they miss ${Number((100 * completenessError).toPrecision(2))} % of it (of the largest part, if that is larger); ${why}.`]
}
