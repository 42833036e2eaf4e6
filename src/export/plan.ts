/**
 * An export is planned before a row is written: which results, features or graphs, divided into parts that fit into
 * memory. What a plan refers to never changes in the database, with one exception: for that, parts have a `state`. So the
 * plan is the snapshot: an interrupted export continues with exactly what it began with, whatever was added since.
 */
import type pg from 'pg'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { kinds } from './kinds/kinds.ts'
import { partSchema, requireNamed } from './part.ts'
import { exportRequestSchema, type ExportRequest } from './request.ts'

const PLAN_FORMAT = 'tributary-export-plan-2'

export const planSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  request: exportRequestSchema,
  /** The moment at which everything was read. */
  takenAt: z.string(),
  parts: z.array(partSchema),
})
export type Plan = z.infer<typeof planSchema>

/**
 * Plans an export at the moment of the client's transaction. Refuses (NOT_FOUND) names that do not exist, and those
 * without data.
 */
export async function planExport(client: pg.ClientBase, request: ExportRequest): Promise<Plan> {
  const { model, dataset } = request
  if (model !== undefined) await requireNamed(client, 'model', 'slug', model)
  if (dataset !== undefined) await requireNamed(client, 'dataset', 'slug', dataset)
  const kind = kinds[request.what]
  const parts = await kind.plan(client, request)
  if (parts.length === 0) throw new UserError('NOT_FOUND', kind.nothing)
  return { format: PLAN_FORMAT, request, takenAt: new Date().toISOString(), parts }
}

/** Refuses (NOT_FOUND) to continue an export if something has changed since its plan was made. */
export async function checkUnchanged(client: pg.ClientBase, { request, parts }: Plan, folder: string): Promise<void> {
  if (parts.every(({ state }) => state === null)) return
  const now = new Set((await kinds[request.what].plan(client, request)).map(({ state }) => state))
  const changed = parts.find(({ state }) => !now.has(state))
  if (changed)
    throw new UserError(
      'NOT_FOUND',
      `${changed.model}/${changed.folder?.value ?? ''} was swept or labelled anew since this export was begun; remove ${folder} and export again.`,
    )
}
