/**
 * What an operation needs to be allowed. A field says it in its extensions (`scope: 'compute'`); where it says
 * nothing, queries and subscriptions read, and mutations, which change what others see, are for admins: a new one is
 * closed until someone opens it.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { z } from 'zod'
import { type ApiScope, apiScopes } from '../../src/store/index.ts'

const scopeSchema = z.enum(apiScopes)

/** Of the whole document: operations that do not run may ask for more than the one that does, which is no loss. */
export function neededScopes(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ApiScope[] {
  const needed = new Set<ApiScope>(['read'])
  const mutationType = schema.getMutationType()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => {
        const scope = scopeSchema.safeParse(types.getFieldDef()?.extensions['scope'])
        if (scope.success) needed.add(scope.data)
        else if (operation.operation === 'mutation' && types.getParentType() === mutationType) needed.add('admin')
      },
    }),
  )
  return apiScopes.filter((scope) => needed.has(scope))
}
