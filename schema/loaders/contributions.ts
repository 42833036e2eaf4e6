/**
 * Contributions of attributions, in pages: one statement for all attributions of a request that are asked for the same page.
 *
 * Handwritten SQL, because Prisma makes a JSON object of every contribution before it cuts the page: of 50 attributions by
 * 1,000 heads, the ten largest of each took 260 ms, and here 28.
 */
import DataLoader from 'dataloader'
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client/client.ts'
import { ComponentKind } from '../../prisma/generated/client/enums.ts'
import type { Context } from '../context.ts'
import type { Order, PageQuery } from '../paging/keyset.ts'
import { beyondSql, type Columns, orderSql } from '../paging/sql.ts'
import { loadersByArguments } from './by-arguments.ts'
import { childCounter } from './counts.ts'

const rowSchema = z.object({
  resultId: z.bigint(),
  ordinal: z.int(),
  score: z.number(),
  magnitude: z.number(),
  kind: z.enum(ComponentKind),
  layer: z.int().nullable(),
  componentIndex: z.int(),
})
export type ContributionRow = z.infer<typeof rowSchema>
const rowsSchema = z.array(rowSchema)

/** What contributions can be ordered by. */
export type ContributionColumn = 'ordinal' | 'score' | 'magnitude'

const COLUMNS: Columns<ContributionColumn> = { ordinal: Prisma.sql`c.ordinal`, score: Prisma.sql`c.score`, magnitude: Prisma.sql`c.magnitude` }

/** Every condition that is there must hold. */
export interface Filter {
  kinds?: readonly ComponentKind[] | null | undefined
  layers?: readonly number[] | null | undefined
  indexes?: readonly number[] | null | undefined
  minMagnitude?: number | null | undefined
  minScore?: number | null | undefined
  maxScore?: number | null | undefined
}

function filterSql({ kinds, layers, indexes, minMagnitude, minScore, maxScore }: Filter): Prisma.Sql {
  const conditions = [
    ...(kinds ? [Prisma.sql`c.kind = ANY(${[...kinds]}::text[]::component_kind[])`] : []),
    ...(layers ? [Prisma.sql`c.layer = ANY(${[...layers]}::int[])`] : []),
    ...(indexes ? [Prisma.sql`c.component_index = ANY(${[...indexes]}::int[])`] : []),
    ...(minMagnitude == null ? [] : [Prisma.sql`c.magnitude >= ${minMagnitude}::float8`]),
    ...(minScore == null ? [] : [Prisma.sql`c.score >= ${minScore}::float8`]),
    ...(maxScore == null ? [] : [Prisma.sql`c.score <= ${maxScore}::float8`]),
  ]
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ')
}

interface Parent {
  /** Of the attribution. */
  id: bigint
  /** Given the model, Postgres opens only one partition of the table. */
  modelId: number
}

interface Page {
  order: Order<ContributionColumn>
  query: PageQuery<ContributionColumn>
  filter: Filter
}

async function readPages({ database }: Context, modelId: number, ids: readonly bigint[], { order, query, filter }: Page): Promise<ContributionRow[][]> {
  const inOrder = orderSql(query, order, COLUMNS)
  const rows = rowsSchema.parse(await database.$queryRaw`
    SELECT c.result_id AS "resultId", c.ordinal, c.score, c.magnitude, c.kind::text AS kind, c.layer::int AS layer, c.component_index AS "componentIndex"
    FROM unnest(${ids}::bigint[]) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT c.* FROM contribution c
      WHERE c.result_id = asked.id AND c.model_id = ${modelId}::int2 AND ${filterSql(filter)} AND ${beyondSql(query, order, COLUMNS)}
      ORDER BY ${inOrder} LIMIT ${query.take}
    ) c
    ORDER BY c.result_id, ${inOrder}`)
  const pages = new Map<bigint, ContributionRow[]>(ids.map((id) => [id, []]))
  for (const row of rows) pages.get(row.resultId)?.push(row)
  return ids.map((id) => pages.get(id) ?? [])
}

const loaderFor = loadersByArguments<bigint, ContributionRow[]>()

/** One page, with one more row if there is one, for `pageOf`. */
export const loadContributions = (context: Context, { id, modelId }: Parent, page: Page): Promise<ContributionRow[]> =>
  loaderFor(context, [modelId, page], () => new DataLoader((ids: readonly bigint[]) => readPages(context, modelId, ids, page))).load(id)

const countsSchema = z.array(z.object({ id: z.bigint(), count: z.int() }))

const countFiltered = childCounter<bigint, { modelId: number; filter: Filter }>(async ({ database }, ids, { modelId, filter }) => {
  const rows = await database.$queryRaw`
    SELECT c.result_id AS id, count(*)::int AS count FROM contribution c
    WHERE c.result_id = ANY(${ids}::bigint[]) AND c.model_id = ${modelId}::int2 AND ${filterSql(filter)}
    GROUP BY c.result_id`
  return new Map(countsSchema.parse(rows).map(({ id, count }) => [id, count]))
})

/** Contributions that pass the filter, on all pages. */
export const countContributions = (context: Context, { id, modelId }: Parent, filter: Filter): Promise<number> =>
  countFiltered(context, id, { modelId, filter })
