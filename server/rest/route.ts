/**
 * Routes for scripts. Each takes a request as Neuronpedia's clients send it, asks GraphQL, and answers with
 * Neuronpedia's names. GraphQL's own code decides who may ask, what it may cost and what is logged.
 */
import type { z } from 'zod'

/** A query of GraphQL with the schema of its answer. */
export interface Query<Data> {
  text: string
  data: z.ZodType<Data>
}

/** Runs it as the caller. Throws a RestError where GraphQL refuses. */
export type Ask = <Data>(query: Query<Data>, variables: Record<string, unknown>) => Promise<Data>

export interface Route<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  method: 'get' | 'post'
  /** `{name}` stands for one part of the path. */
  path: string
  summary: string
  /** Read from the path, or from the body. */
  input: Input
  output: Output
  handle(input: z.output<Input>, ask: Ask): Promise<z.input<Output>>
}

/** Checks the types of one route against each other; the table of all routes loses them. */
export const route = <Input extends z.ZodType, Output extends z.ZodType>(made: Route<Input, Output>): Route<Input, Output> => made

/** An error of GraphQL, as it came. */
export class RestError extends Error {
  readonly code: string
  readonly status: number
  readonly extensions: Record<string, unknown>
  readonly headers: ReadonlyMap<string, string>

  constructor(message: string, code: string, { status, extensions = {}, headers = new Map() }: {
    status?: number | undefined; extensions?: Record<string, unknown>; headers?: ReadonlyMap<string, string>
  } = {}) {
    super(message)
    this.code = code
    this.status = status ?? statusOf(code)
    this.extensions = extensions
    this.headers = headers
  }
}

const STATUS: Readonly<Record<string, number>> = {
  BAD_INPUT: 400, UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, TOO_LARGE: 413, UNSUPPORTED: 422, RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500, ENGINE_FAILED: 500, DATABASE_UNAVAILABLE: 503, ENGINE_UNAVAILABLE: 503, TIMEOUT: 504,
}
const statusOf = (code: string): number => STATUS[code] ?? 400
