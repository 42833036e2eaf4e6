/** The routes in Express: requests are read, GraphQL is asked as the caller, answers are checked on their way out. */
import type { ApolloServer } from '@apollo/server'
import { type Request, type Response, Router } from 'express'
import type { FormattedExecutionResult } from 'graphql'
import { z } from 'zod'
import type { Context } from '../../schema/context.ts'
import { describeIssues } from '../../src/errors.ts'
import type { Called } from '../operation-checks.ts'
import { INTERNAL } from '../format-error.ts'
import type { Identified } from '../request-log.ts'
import { activationRoute, searchAllRoute, topByTokenRoute } from './activations.ts'
import { explanationSearchRoute } from './explanations.ts'
import { featureRoute } from './feature.ts'
import { openApiOf } from './openapi.ts'
import { type Ask, RestError, type Route } from './route.ts'

export const routes: readonly Route[] = [featureRoute, activationRoute, searchAllRoute, topByTokenRoute, explanationSearchRoute].map(
  // Safe, because each route is called only with what its own schema has read.
  (each) => each as unknown as Route,
)

export type RestContext = Context & Identified & Called

/** `contextOf`: new for every query, as for every request to GraphQL. */
export function restRoutes(apollo: ApolloServer<RestContext>, contextOf: (response: Response) => RestContext): Router {
  const document = openApiOf(routes)
  const router = Router()
  router.get('/api/openapi.json', (_request, response) => void response.json(document))
  for (const each of routes) {
    router[each.method](each.path.replace(/\{(\w+)\}/g, ':$1'), async (request, response) => {
      try {
        const input = read(each, request)
        response.json(each.output.parse(await each.handle(input, askAs(apollo, contextOf(response)))))
      } catch (error) {
        if (!(error instanceof RestError)) throw error
        answerError(response, error)
      }
    })
  }
  return router
}

function read({ method, input }: Route, { params, body }: Request): unknown {
  const given: unknown = method === 'get' ? params : body
  if (given === undefined) throw new RestError('There is no body; send JSON with content-type: application/json.', 'BAD_INPUT')
  const parsed = input.safeParse(given)
  if (parsed.success) return parsed.data
  throw new RestError(describeIssues(parsed.error, given), 'BAD_INPUT')
}

const extensionsSchema = z.looseObject({ code: z.string().default(INTERNAL) })

function askAs(apollo: ApolloServer<RestContext>, contextValue: RestContext): Ask {
  return async ({ text, data }, variables) => {
    const { body, http } = await apollo.executeOperation({ query: text, variables }, { contextValue })
    if (body.kind !== 'single') throw new Error('GraphQL answered in parts')
    const result: FormattedExecutionResult = body.singleResult
    const [first] = result.errors ?? []
    if (first) {
      const { code, ...extensions } = extensionsSchema.parse(first.extensions ?? {})
      // Refusals bring their own status; errors of fields come with 200.
      const status = http.status !== undefined && http.status >= 400 ? http.status : undefined
      throw new RestError(first.message, code, { ...(code !== 'TOO_LARGE' && { status }), extensions, headers: http.headers })
    }
    return data.parse(result.data)
  }
}

function answerError(response: Response, { status, code, message, extensions, headers }: RestError): void {
  if (response.headersSent) return
  for (const name of ['retry-after', 'www-authenticate']) {
    const value = headers.get(name)
    if (value !== undefined) response.set(name, value)
  }
  response.status(status).json({ errors: [{ message, extensions: { ...extensions, code } }] })
}
