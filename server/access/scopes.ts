/**
 * The scope that an operation needs. A field names it in its extensions (`scope: 'compute'`). Without that, queries and
 * subscriptions need `read`. Mutations need `admin`, since they change what others see: a new mutation is closed until
 * someone opens it.
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

/**
 * Looks at the whole document. Operations in it that do not run may need more than the one that does; nothing is lost
 * by asking for their scopes, too.
 */
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
