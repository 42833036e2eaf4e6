/**
 * `GET /export/contributions?run=3&format=parquet`: results of one run, features of one set or one table of graphs as a file.
 * It needs what reading needs, and is charged like a query that reads as many rows.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RequestHandler, type Response, type Router, Router as createRouter } from 'express'
import { z } from 'zod'
import { describeIssues } from '../src/errors.ts'
import type { OneFile } from '../src/export/export.ts'
import { checkBelonging, exportFormats, type ExportRequest, exportRequestSchema, exportWhats } from '../src/export/request.ts'
import { type Access, requireScope } from './access/access.ts'
import { admit, callerOf } from './access/admit.ts'
import { rateLimited } from './access/refusal.ts'
import { refuse } from './refuse.ts'
import { refuseRouteError } from './route-error.ts'
import { signalOf } from './time-limit.ts'

/** Each holds up to a gigabyte while its file is made. */
const AT_ONCE = 2

/** A row of a file is far cheaper than a row of a GraphQL answer. */
const ROWS_PER_COST = 100

const CONTENT_TYPES: Record<ExportRequest['format'], string> = {
  parquet: 'application/vnd.apache.parquet',
  arrow: 'application/vnd.apache.arrow.file',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
}

const NAMES = { runs: 'run', sources: 'source', graphs: 'graph' } as const

const whole = z.string().regex(/^\d{1,9}$/, 'expected a whole number').transform(Number)
const querySchema = z.strictObject({
  what: z.enum(exportWhats),
  format: z.enum(exportFormats).optional(),
  model: z.string().optional(),
  dataset: z.string().optional(),
  run: whole.optional(),
  source: z.string().optional(),
  graph: z.string().optional(),
  /** Of a graph: graphs, nodes or edges. */
  table: z.string().optional(),
  from: whole.optional(),
  to: whole.optional(),
})

export function exportRoute(access: Access, exportFile: (request: ExportRequest, options: OneFile) => Promise<string>): Router {
  const routes = createRouter()
  let underWay = 0
  const answer: RequestHandler = async (request, response) => {
    const asked = { ...request.query, what: request.params['what'] }
    const read = querySchema.safeParse(asked)
    if (!read.success) return refuse(response, 400, 'BAD_INPUT', `The export cannot be read: ${describeIssues(read.error, asked)}.`)
    const { run, source, graph, table, ...said } = read.data
    const wanted = exportRequestSchema.safeParse({
      ...said, ...(run !== undefined && { runs: [run] }), ...(source !== undefined && { sources: [source] }), ...(graph !== undefined && { graphs: [graph] }),
    })
    if (!wanted.success) return refuse(response, 400, 'BAD_INPUT', `The export cannot be read: ${describeIssues(wanted.error, asked)}.`)
    const temporary = mkdtempSync(join(tmpdir(), 'tributary-export-'))
    const caller = callerOf(response)
    underWay++
    try {
      requireScope(caller, 'read')
      if (underWay > AT_ONCE) throw rateLimited(`${AT_ONCE} exports are under way, which is as many as this server makes at once.`, 5000, { limit: AT_ONCE })
      const file = await exportFile(checkBelonging(wanted.data, NAMES), {
        temporary, signal: signalOf(response), ...(table !== undefined && { table }),
        onPlanned: (rows) => access.charge(caller, Math.ceil(rows / ROWS_PER_COST)),
      })
      await send(response, file, table ?? wanted.data.what, wanted.data.format)
    } catch (error) {
      refuseRouteError(response, error)
    } finally {
      underWay--
      rmSync(temporary, { recursive: true, force: true })
    }
  }
  routes.get('/:what', admit(access), answer)
  return routes
}

/** Resolves only when the last byte has been handed over, because the caller then removes the folder with the file. */
async function send(response: Response, file: string, name: string, format: ExportRequest['format']): Promise<void> {
  response.set('content-type', CONTENT_TYPES[format])
  response.set('content-disposition', `attachment; filename="${name}.${format}"`)
  await new Promise<void>((resolve, reject) => {
    response.once('close', resolve)
    response.sendFile(file, { cacheControl: false, lastModified: false }, (error) => {
      if (error && !response.headersSent) reject(error)
      else resolve()
    })
  })
}
