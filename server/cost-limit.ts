/** Refuses an operation that is too deep or too expensive, before any of it runs, with its cost and the limit. */
import { GraphQLError } from 'graphql'
import { isUserError } from '../src/errors.ts'
import type { ServerLimits } from './limits.ts'
import { type Cost, costOf } from './query-cost.ts'

type CostLimits = Pick<ServerLimits, 'depth' | 'cost'>

/** Without a status, Apollo would answer 500 to an error that is thrown before the execution. */
const http = { status: 400 }

function refusal(found: Cost, limits: CostLimits): GraphQLError | null {
  const extensions = { code: 'TOO_LARGE', ...found, limits: { depth: limits.depth, cost: limits.cost }, http }
  if (found.depth > limits.depth) {
    return new GraphQLError(
      `The query is nested ${found.depth} levels deep, and the limit is ${limits.depth}. ` +
        'Ask for the inner part in a query of its own, by id.',
      { extensions },
    )
  }
  if (found.cost > limits.cost) {
    return new GraphQLError(
      `The query would cost ${found.cost} (rows and computations), and the limit is ${limits.cost}. ` +
        'Ask for smaller pages (`first`), about a shorter text, or for less at once.',
      { extensions },
    )
  }
  return null
}

/** This is the first place that reads variables, so an error in them is the client's. */
function judge(...question: Parameters<typeof costOf>): Cost {
  try {
    return costOf(...question)
  } catch (error) {
    if (isUserError(error)) throw new GraphQLError(error.message, { extensions: { code: error.code, http } })
    if (!(error instanceof GraphQLError)) throw error
    throw new GraphQLError(error.message, { nodes: error.nodes, extensions: { code: 'BAD_INPUT', http } })
  }
}

/** The cost of the operation; throws if it is over a limit. */
export function checkCost(limits: CostLimits, ...question: Parameters<typeof costOf>): number {
  const found = judge(...question)
  const refused = refusal(found, limits)
  if (refused) throw refused
  return found.cost
}
