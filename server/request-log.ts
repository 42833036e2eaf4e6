/** One log line per operation, and the full story of errors that clients only see as INTERNAL_SERVER_ERROR. */
import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { causesOf, formatError, INTERNAL } from './format-error.ts'
import type { ServerLogger } from './logger.ts'

export interface Identified {
  requestId: string
}

/** Errors whose details only the log has. */
const isForTheLog = (error: GraphQLFormattedError) =>
  isInternal(error) || error.extensions?.['code'] === 'DATABASE_UNAVAILABLE'

const isInternal = (error: GraphQLFormattedError) => error.extensions?.['code'] === INTERNAL

export const requestLog = (logger: ServerLogger): ApolloServerPlugin<Identified> => ({
  async requestDidStart({ contextValue: { requestId } }) {
    const startedAt = performance.now()
    return {
      async didEncounterErrors({ errors }) {
        for (const error of errors) {
          if (!isForTheLog(formatError({ message: error.message, extensions: error.extensions }, error))) continue
          logger.error({ requestId, path: error.path, causes: [...causesOf(error)].map(storyOf) }, 'resolver failed')
        }
      },
      async willSendResponse({ response: { body }, operationName }) {
        logger.debug({ requestId, operationName, ms: Math.round(performance.now() - startedAt) }, 'operation')
        if (body.kind !== 'single') return
        const { errors } = body.singleResult
        body.singleResult.errors = errors?.map((error) =>
          isInternal(error) ? { ...error, extensions: { ...error.extensions, requestId } } : error,
        )
      },
    }
  },
})

const storyOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
