/** The refusal of a node that a graph does not have. */
import { UserError, type UserErrorCode } from '../errors.ts'

/** `known`: any of the graph's own nodes; what is given as an example must not be refused in its turn. */
export function unknownNode(code: UserErrorCode, name: string, known: string | undefined): UserError {
  const advice = known === undefined ? 'it has no nodes at all' : `give the id of one of its nodes, such as ${known}`
  return new UserError(code, `The graph has no node ${JSON.stringify(name)}; ${advice}.`)
}
