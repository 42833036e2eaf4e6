/**
 * Refuses documents that are nested more deeply than any real question, because GraphQL's recursive parser would
 * overflow its stack. The depth is counted on the text, before it is parsed.
 */
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { refuse } from './refuse.ts'

/** Far above the limit for fields (limits.ts), and far below what the parser's stack can hold. */
const DEEPEST = 200

/** Brackets, and the texts and comments in which brackets do not count. */
const TOKENS = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[[({]|[\])}]/g

/** How deep brackets are nested; texts and comments aside. */
export function nestingOf(source: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of source.matchAll(TOKENS)) {
    if (token.length > 1) continue
    if ('[({'.includes(token)) deepest = Math.max(deepest, ++depth)
    else if ('])}'.includes(token)) depth--
  }
  return deepest
}

/** One sentence, or null if the document may be parsed. */
export function whyTooNested(source: string): string | null {
  const depth = nestingOf(source)
  if (depth <= DEEPEST) return null
  return `The query is nested ${depth} brackets deep, and the limit is ${DEEPEST}. Put lists and objects into variables.`
}

const carrierSchema = z.object({ query: z.string() })

export const refuseNested: RequestHandler = (request, response, next) => {
  for (const carrier of [request.body, request.query]) {
    const query = carrierSchema.safeParse(carrier).data?.query
    const why = query === undefined ? null : whyTooNested(query)
    if (why !== null) return refuse(response, 400, 'TOO_LARGE', why, { limit: DEEPEST })
  }
  next()
}
