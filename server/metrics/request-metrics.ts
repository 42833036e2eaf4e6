/** Measures every operation. */
import type { ApolloServerPlugin } from '@apollo/server'
import { Kind, type OperationDefinitionNode } from 'graphql'
import type { Metrics } from './metrics.ts'

export const requestMetrics = (metrics: Metrics): ApolloServerPlugin => ({
  async requestDidStart() {
    const startedAt = performance.now()
    return {
      async willSendResponse({ operation, response: { body } }) {
        const errors = body.kind === 'single' ? body.singleResult.errors : body.initialResult.errors
        const code = errors?.length ? String(errors[0]?.extensions?.['code'] ?? 'UNKNOWN') : 'OK'
        metrics.request({ ...labelsOf(operation), code }, (performance.now() - startedAt) / 1000)
      },
    }
  },
})

/** Labels only for operations that fit the schema, so that there are no more labels than fields. */
export function labelsOf(operation: OperationDefinitionNode | null | undefined): { type: string; field: string } {
  if (!operation) return { type: 'none', field: 'none' }
  const first = operation.selectionSet.selections[0]
  return { type: operation.operation, field: first?.kind === Kind.FIELD ? first.name.value : 'fragment' }
}
