/** Turns a client's subscription into what GraphQL runs, with the same checks as a request. */
import { type DocumentNode, type ExecutionArgs, getOperationAST, GraphQLError, parse, validate } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'
import type { Context } from '../../schema/context.ts'
import type { Caller } from '../access/caller.ts'
import { NOT_ALLOWED } from '../allowed-queries.ts'
import type { HttpOptions } from '../http-options.ts'
import { whyTooNested } from '../nesting.ts'
import { checkOperation } from '../operation-checks.ts'

type Options = Pick<HttpOptions, 'schema' | 'access' | 'allowedQueries' | 'limits'>

const refusal = (code: string, message: string) => new GraphQLError(message, { extensions: { code } })

function read(query: string, maxTokens: number): DocumentNode {
  const nested = whyTooNested(query)
  if (nested !== null) throw refusal('TOO_LARGE', nested)
  try {
    return parse(query, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw refusal('GRAPHQL_PARSE_FAILED', error.message)
  }
}

/** If the operation is refused, throws the GraphQL error or returns the errors. */
export async function prepare(
  { schema, access, allowedQueries, limits }: Options,
  caller: Caller,
  { query, operationName, variables }: SubscribePayload,
  contextValue: Context,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  if (allowedQueries && !allowedQueries.has(query)) throw refusal('FORBIDDEN', NOT_ALLOWED)
  const document = read(query, limits.documentTokens)
  const problems = validate(schema, document)
  if (problems.length > 0) {
    const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' }
    return problems.map(({ message, nodes }) => new GraphQLError(message, { nodes, extensions }))
  }
  const operation = getOperationAST(document, operationName)
  if (!operation) {
    throw refusal('BAD_INPUT', 'The document has no operation of that name, or several and no name was given.')
  }
  if (operation.operation !== 'subscription') {
    const message = `This is a ${operation.operation}; over WebSocket only subscriptions are taken. Send it by POST.`
    throw refusal('BAD_INPUT', message)
  }
  await checkOperation(access, limits, caller, { schema, document, operation, variables: variables ?? {} })
  return { schema, document, operationName, variableValues: variables, contextValue }
}
