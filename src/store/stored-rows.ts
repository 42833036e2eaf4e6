/**
 * Which contributions become rows: all of them, except that of many neurons only the largest do. The scores of the
 * others are summed in the tail, so that sums still add up, and a vector of float32 holds all scores. A result of
 * 4,096 neurons then takes 16 kB and 256 rows, instead of 4,096 rows and 370 kB with their index.
 */
import type { AttributionResult, Contribution } from '../attribution/result.ts'
import { UserError } from '../errors.ts'

/** How many neurons of one result become rows. */
export const NEURON_ROWS = 256

export interface StoredRows {
  rows: { ordinal: number; contribution: Contribution }[]
  /** Sum of the scores without a row. */
  tailMass: number
  /** Every score in component order; null if each has a row. */
  scores: number[] | null
}

export function storedRows({ contributions }: AttributionResult): StoredRows {
  const all = contributions.map((contribution, ordinal) => ({ ordinal, contribution }))
  const neurons = all.filter(({ contribution }) => contribution.component.kind === 'neuron')
  if (neurons.length <= NEURON_ROWS) return { rows: all, tailMass: 0, scores: null }
  const largest = neurons
    .sort((a, b) => Math.abs(b.contribution.score) - Math.abs(a.contribution.score) || a.ordinal - b.ordinal)
    .slice(0, NEURON_ROWS)
  const kept = new Set(largest.map(({ ordinal }) => ordinal))
  const isKept = (each: (typeof all)[number]) => each.contribution.component.kind !== 'neuron' || kept.has(each.ordinal)
  const tailMass = all.reduce((sum, each) => (isKept(each) ? sum : sum + each.contribution.score), 0)
  return { rows: all.filter(isKept), tailMass, scores: contributions.map(({ score }) => score) }
}

/** NaN and infinity are no meaningful scores, and one of them would spoil every sum. */
export function refuseNonFinite(result: AttributionResult): void {
  const { target, completenessError, contributions, milliseconds } = result
  const check = (name: string, value: number | null) => {
    if (value === null || Number.isFinite(value)) return
    throw new UserError(
      'ENGINE_FAILED',
      `The computation gave ${value} for ${name}, expected a finite number; nothing of it was stored. ` +
        "Check the model's weights, or try another engine.",
    )
  }
  check('the target', target.value)
  check('the probability of the target', target.probability)
  check('the completeness error', completenessError)
  check('the time', milliseconds)
  for (const { component, score } of contributions) check(`the score of ${component.label || component.kind}`, score)
}
