/**
 * What a client learns of an error: its message and `extensions.code`. Of a defect of ours it learns only that it
 * happened, and the request id under which the log has the rest.
 */
import { ApolloServerErrorCode } from '@apollo/server/errors'
import { PothosValidationError } from '@pothos/core'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { z } from 'zod'
import { forClients } from '../schema/words.ts'
import { isUserError } from '../src/errors.ts'
import { isDatabaseOutage, isRejectedValue, isStatementTimeout } from '../src/postgres/outage.ts'

const HASH_MISMATCH = 'provided sha does not match query'

export const INTERNAL = ApolloServerErrorCode.INTERNAL_SERVER_ERROR

/** An error and its causes: GraphQL wraps what a resolver threw, and libraries wrap what a driver threw. */
export function* causesOf(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>()
  for (let each = error; each !== undefined && each !== null && !seen.has(each); each = causeOf(each)) {
    seen.add(each)
    yield each
  }
}

/** Prisma keeps what the driver said in the error's `meta`. */
const prismaError = z.object({ meta: z.object({ driverAdapterError: z.object({ cause: z.unknown() }) }) })

function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError && error.originalError) return error.originalError
  if (error instanceof Error && error.cause !== undefined) return error.cause
  return prismaError.safeParse(error).data?.meta.driverAdapterError.cause
}

export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const { locations, path } = formatted
  const answer = (code: string, message: string, extensions: Record<string, unknown> = {}) => ({
    message,
    locations,
    path,
    extensions: { ...extensions, code },
  })
  for (const error of causesOf(thrown)) {
    // The log says at which address the database should have been; clients need not know it.
    if (isDatabaseOutage(error)) {
      return answer('DATABASE_UNAVAILABLE', 'The database did not answer. Try again, or ask whoever runs this server.')
    }
    if (isStatementTimeout(error)) {
      return answer('TIMEOUT', 'The database took too long over this part of the query. Ask for less at once.')
    }
    // Arguments are checked earlier (schema/argument-check.ts); this catches a value that the check does not know.
    if (isRejectedValue(error)) return answer('BAD_INPUT', 'A value of this query is none that the database can hold.')
    if (isUserError(error)) return answer(error.code, forClients(error.message))
    if (error instanceof PothosValidationError) return answer('BAD_INPUT', error.message)
  }
  // Apollo gives this one no code of its own.
  if (formatted.message === HASH_MISMATCH) return answer('BAD_INPUT', 'The hash of the persisted query is not that of the query.')
  const code = formatted.extensions?.['code']
  if (code === undefined || code === INTERNAL) {
    return answer(INTERNAL, 'Something went wrong on the server. Its log has the details under this request id.')
  }
  // Apollo's own word for arguments that do not fit; everyone else here says BAD_INPUT.
  return code === ApolloServerErrorCode.BAD_USER_INPUT
    ? answer('BAD_INPUT', formatted.message)
    : answer(String(code), formatted.message, formatted.extensions)
}
