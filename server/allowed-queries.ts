/**
 * The allow-list: if a folder of .graphql files is given, no other documents run. Documents are compared by their
 * content, without blanks and comments. Clients may also send only the sha256 of a file's text (Apollo's persisted
 * queries).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { type GraphQLSchema, parse, stripIgnoredCharacters, validate } from 'graphql'
import { z } from 'zod'
import { sha256 } from '../src/hash.ts'
import { UserError } from '../src/errors.ts'
import { refuse } from './refuse.ts'

export interface AllowedQueries {
  has(source: string): boolean
  /** By the sha256 (hex) of the file's text, with or without the blanks around it. */
  byHash: ReadonlyMap<string, string>
}

export function readAllowedQueries(folder: string, schema: GraphQLSchema): AllowedQueries {
  const meanings = new Set<string>()
  const byHash = new Map<string, string>()
  for (const name of filesIn(folder)) {
    const source = readFileSync(join(folder, name), 'utf8')
    check(source, join(folder, name), schema)
    meanings.add(stripIgnoredCharacters(source))
    for (const text of [source, source.trim()]) byHash.set(sha256(text), text)
  }
  if (meanings.size === 0) {
    throw new UserError(
      'BAD_INPUT',
      `The folder of allowed queries, ${folder}, has no .graphql files; nothing could be asked.`,
    )
  }
  return { has: (source) => meanings.has(meaningOf(source)), byHash }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.graphql')).sort()
  } catch (cause) {
    const message = `The folder of allowed queries, ${folder}, cannot be read; correct the setting.`
    throw new UserError('NOT_FOUND', message, { cause })
  }
}

/** Done at the start of the server, so that a faulty file is noticed before anyone asks. */
function check(source: string, file: string, schema: GraphQLSchema): void {
  try {
    const [problem] = validate(schema, parse(source))
    if (problem) throw problem
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UserError('BAD_INPUT', `The allowed query ${file} does not fit the schema: ${reason}`, { cause })
  }
}

/** Empty for text that cannot be parsed, which is no allowed query. */
function meaningOf(source: string): string {
  try {
    return stripIgnoredCharacters(source)
  } catch {
    return ''
  }
}

export const NOT_ALLOWED = 'This server runs only the queries it was started with, and this is none of them.'

/** REST routes send queries of their own, which are not on the list. */
export const refuseRest: RequestHandler = (request, response) => {
  refuse(
    response, 403, 'FORBIDDEN',
    `This server runs only the queries it was started with, so ${request.baseUrl}${request.path} is closed; ask one of them at /graphql.`,
  )
}

/** Runs before Apollo parses the document, whether it came in a body or in an address. */
export const onlyAllowed =
  (allowed: AllowedQueries): RequestHandler =>
  (request, response, next) => {
    const sources = [queryIn(request.body), queryIn(request.query)].filter((source) => source !== null)
    if (sources.every((source) => allowed.has(source))) return next()
    refuse(response, 403, 'FORBIDDEN', NOT_ALLOWED)
  }

const carrierSchema = z.object({ query: z.string() })
const queryIn = (carrier: unknown): string | null => carrierSchema.safeParse(carrier).data?.query ?? null

/** Apollo's store of persisted queries: it holds the allowed ones and takes none from clients. */
export const allowedStore = ({ byHash }: AllowedQueries) => ({
  get: async (key: string) => byHash.get(key.replace(/^apq:/, '')),
  set: async () => undefined,
  delete: async () => false,
})
