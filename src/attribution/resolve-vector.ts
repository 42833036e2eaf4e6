/** Vectors of the residual stream that people bring along: directions and the rows of a basis. */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'

export function requireVector(vector: readonly number[], model: ModelIdentity, what: string): void {
  if (vector.length !== model.residualWidth)
    throw new UserError(
      'BAD_INPUT',
      `${what} has ${vector.length} numbers; the residual stream of ${model.name} has ${model.residualWidth}.`,
    )
  const at = vector.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw new UserError('BAD_INPUT', `${what} has ${vector[at]} at index ${at}; every number must be finite.`)
}
