/**
 * The checks before any part of an operation runs: it is allowed, under the cost limit, and within the caller's budget
 * of this minute.
 */
import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { Access } from './access/access.ts'
import type { Caller } from './access/caller.ts'
import { checkCost } from './cost-limit.ts'
import type { ServerLimits } from './limits.ts'

export interface Called {
  caller: Caller
}

interface Operation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Record<string, unknown>
}

/** Throws the GraphQL error that refuses it. */
export async function checkOperation(
  access: Access,
  limits: ServerLimits,
  caller: Caller,
  asked: Operation,
): Promise<void> {
  const { schema, document, operation, variables } = asked
  access.authorize(caller, schema, document, operation)
  await access.charge(caller, checkCost(limits, schema, document, operation, variables))
}

export const operationChecks = (access: Access, limits: ServerLimits): ApolloServerPlugin<Called> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request, contextValue: { caller } }) {
        // There is no operation of the requested name; the execution reports that.
        if (!operation) return
        const variables = request.variables ?? {}
        await checkOperation(access, limits, caller, { schema, document, operation, variables })
      },
    }
  },
})
