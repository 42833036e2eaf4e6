/** Refuses an operation that is too deep or too expensive, before any of it runs, with its cost and the limit. */
import { complexityFromQuery } from '@pothos/plugin-complexity'
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql'
import type { ServerLimits } from './limits.ts'

type CostLimits = Pick<ServerLimits, 'depth' | 'cost'>

interface Cost {
  depth: number
  cost: number
}

/** Apollo would answer 500 to what is thrown before the execution. */
const http = { status: 400 }

/** `complexityFromQuery` judges the first operation of a document; only the one that will run must count. */
function onlyOperation(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] }
}

function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Cost {
  const { depth, complexity } = complexityFromQuery(onlyOperation(document, operation), { schema, variables })
  return { depth, cost: Math.ceil(complexity) }
}

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
        'Ask for smaller pages (`first`) or for less at once.',
      { extensions },
    )
  }
  return null
}

/** Variables are read for the first time here; what is wrong with them is the client's doing. */
function judge(...question: Parameters<typeof costOf>): Cost {
  try {
    return costOf(...question)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new GraphQLError(error.message, { nodes: error.nodes, extensions: { code: 'BAD_INPUT', http } })
  }
}

/** What the operation costs; throws where that is over a limit. */
export function checkCost(limits: CostLimits, ...question: Parameters<typeof costOf>): number {
  const found = judge(...question)
  const refused = refusal(found, limits)
  if (refused) throw refused
  return found.cost
}
