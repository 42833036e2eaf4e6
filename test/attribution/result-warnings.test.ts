/** What is said of a result that does not add up. */
import { expect, it } from 'vitest'
import { warnOfGap } from '../../src/attribution/result-warnings.ts'

it('is silent about rounding', () => {
  expect(warnOfGap({ mode: 'corrected', completenessError: 6e-5 })).toEqual([])
})

it('says by how much the parts miss the target, and why', () => {
  expect(warnOfGap({ mode: 'reference', completenessError: 0.1234 })).toEqual([
    'The parts do not add up to the target: they miss 12 % of it (of the largest part, if that is larger); the mode reference leaves out what the authors’ code leaves out; the mode corrected adds up.',
  ])
  expect(warnOfGap({ mode: 'corrected', completenessError: 1.17 })).toEqual([
    'The parts do not add up to the target: they miss 120 % of it (of the largest part, if that is larger); that is more than rounding, so these numbers are not to be trusted.',
  ])
})
