/** What of a run is looked at, as its address has it. */
import type { AttributionField } from '../../api/generated.ts'
import { oneOf, type readState, text } from '../../state/url.ts'

const ORDERS = ['PROBABILITY', 'VALUE', 'COMPLETENESS_ERROR', 'CREATED', 'EXPECTED_RANK', 'EXPECTED_PROBABILITY'] as const satisfies readonly AttributionField[]
export type RunOrder = (typeof ORDERS)[number]

export const runParts = {
  by: oneOf(ORDERS, 'PROBABILITY'),
  direction: oneOf(['DESC', 'ASC'], 'DESC'),
  /** Whether the model's first choice is the token that was expected. */
  show: oneOf(['all', 'right', 'wrong'], 'all'),
  find: text(),
  after: text(),
}

export type RunState = ReturnType<typeof readState<typeof runParts>>
