/** Searches for features by their explanations, and by the text in which they fire. The database ranks them. */
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client/client.ts'
import { ownCursors } from '../argument-check.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { LARGEST_PAGE, pageCost } from '../cost.ts'
import { type ExampleKey, exampleLoader } from '../loaders/feature-statistics.ts'
import { explanationOfLoader } from '../loaders/feature-explanations.ts'
import { totalCount } from '../paging/connection.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { beyondSql, orderSql } from '../paging/sql.ts'
import { FeatureExample } from './example.ts'
import { FeatureExplanation } from './explanation.ts'
import { Feature } from './feature-ref.ts'
import { searchedText } from './sizes.ts'

/** High, because everything that fits is ranked before the first page is cut. */
const SEARCH = 500
/** Low, because like all fields of a connection it is counted once for each row of the page. */
const COUNT = 10

export const FeatureScope = builder.inputType('FeatureScope', {
  description: 'Which feature sets to look in; every condition that is there must hold.',
  fields: (t) => ({
    model: t.string({ description: 'Only those of this model: its slug or hash.' }),
    sources: t.stringList({ description: 'Only these, e.g. `6-res-jb`.' }),
    sourceSet: t.string({ description: 'Only this release, over all its layers: `res-jb`.' }),
  }),
})
type Scope = typeof FeatureScope.$inferInput | null | undefined

/** Numbers of the sets, so that Postgres opens only their partitions. */
async function setsIn({ database }: Context, scope: Scope): Promise<number[]> {
  const { model, sources, sourceSet } = scope ?? {}
  const rows = await database.featureSet.findMany({
    where: {
      ...(model != null && { model: { OR: [{ slug: model }, { hash: model }] } }),
      ...(sources && { source: { in: sources } }),
      ...(sourceSet != null && { sourceSet }),
    },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ id }) => id)
}

const BEST_FIRST: Order<'rank' | 'setId' | 'index'> = [
  { column: 'rank', direction: 'desc', type: 'float' },
  { column: 'setId', direction: 'asc', type: 'int' },
  { column: 'index', direction: 'asc', type: 'int' },
]
const columns = { rank: Prisma.sql`m.rank`, setId: Prisma.sql`m."setId"`, index: Prisma.sql`m.index` }
const countSchema = z.tuple([z.object({ count: z.int() })])

/** `matches`: a statement with the columns of the order and whatever `schema` wants besides. */
async function rankedPage<Row extends { rank: number; setId: number; index: number }>(
  { database }: Context, matches: Prisma.Sql, schema: z.ZodType<Row>, args: PageArguments,
) {
  const query = pageQuery(BEST_FIRST, args, LARGEST_PAGE)
  const rows = z.array(schema).parse(await database.$queryRaw`
    SELECT m.* FROM (${matches}) m
    WHERE ${beyondSql(query, BEST_FIRST, columns)} ORDER BY ${orderSql(query, BEST_FIRST, columns)} LIMIT ${query.take}`)
  return {
    ...pageOf(rows, BEST_FIRST, args, LARGEST_PAGE),
    totalCount: async () => countSchema.parse(await database.$queryRaw`SELECT count(*)::int AS count FROM (${matches}) m`)[0].count,
  }
}

const labelMatch = z.object({ rank: z.number(), setId: z.int(), index: z.int(), key: z.string() })

const LabelMatch = builder.objectRef<z.infer<typeof labelMatch>>('LabelMatch').implement({
  description: 'A feature that was found by what it is said to be about.',
  fields: (t) => ({
    feature: t.field({ type: Feature, description: 'It.', resolve: ({ setId, index }) => ({ setId, index }) }),
    explanation: t.field({
      type: FeatureExplanation,
      description: 'Its explanation that fits best.',
      resolve: ({ setId, key }, _args, context) => explanationOfLoader(context).load({ setId, key }),
    }),
    rank: t.exposeFloat('rank', { description: 'How well it fits: words that match, and how near the text is to what was asked.' }),
  }),
})

const LabelMatchConnection = builder.connectionObject(
  { type: LabelMatch, name: 'LabelMatchConnection', fields: (t) => ({ totalCount: t.int(totalCount(COUNT)) }) },
  { name: 'LabelMatchEdge' },
)

const labelMatches = (text: string, sets: readonly number[]) => Prisma.sql`
  SELECT set_id AS "setId", index, key, rank FROM search_explanations(${text}::text, ${sets}::int[])`

const exampleMatch = z.object({
  rank: z.number(), setId: z.int(), index: z.int(), matches: z.int(),
  example: z.object({ sweepId: z.int(), kind: z.enum(['strongest', 'interval']), interval: z.int(), rank: z.int() }),
})
type ExampleMatchShape = z.infer<typeof exampleMatch>

const exampleKey = ({ setId, index, example }: ExampleMatchShape): ExampleKey => ({ setId, index, ...example })

const ExampleMatch = builder.objectRef<ExampleMatchShape>('ExampleMatch').implement({
  description: 'A feature that was found by the text that it fires in.',
  fields: (t) => ({
    feature: t.field({ type: Feature, description: 'It.', resolve: ({ setId, index }) => ({ setId, index }) }),
    example: t.field({
      type: FeatureExample,
      description: 'Its strongest example with that text.',
      resolve: (row, _args, context) => exampleLoader(context).load(exampleKey(row)),
    }),
    matches: t.exposeInt('matches', { description: 'Examples with that text.' }),
    rank: t.exposeFloat('rank', { description: 'Their activations, each as a share of its largest, summed.' }),
  }),
})

const ExampleMatchConnection = builder.connectionObject(
  { type: ExampleMatch, name: 'ExampleMatchConnection', fields: (t) => ({ totalCount: t.int(totalCount(COUNT)) }) },
  { name: 'ExampleMatchEdge' },
)

/** The pattern of LIKE that finds a text as it stands. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/** First finds sequences with the text, by an index; then those of their examples whose own window contains it. */
const exampleMatches = (text: string, sets: readonly number[]) => Prisma.sql`
  SELECT e.set_id AS "setId", e.index, count(*)::int AS matches, sum(e.share)::float8 AS rank,
    (array_agg(jsonb_build_object('sweepId', e.sweep_id, 'kind', e.kind, 'interval', e."interval", 'rank', e.rank)
      ORDER BY e.share DESC, e.kind, e.rank))[1] AS example
  FROM (
    SELECT DISTINCT ON (e.set_id, e.index, e.sequence_id, e.position) e.set_id, e.index, e.sweep_id, e.kind, e."interval", e.rank,
      coalesce(abs(e.value) / nullif(abs(s.max), 0), 0) AS share
    FROM (
      SELECT DISTINCT f.sequence_id FROM feature_sweep w JOIN feature_sequence f ON f.sweep_id = w.id JOIN sequence q ON q.id = f.sequence_id
      WHERE w.set_id = ANY(${sets}::int[]) AND q.text ILIKE ${containing(text)}
    ) q
    JOIN feature_example e ON e.sequence_id = q.sequence_id AND e.set_id = ANY(${sets}::int[])
    JOIN feature_statistics s ON s.set_id = e.set_id AND s.index = e.index AND s.sweep_id = e.sweep_id
    WHERE (
      SELECT string_agg(t.text, '' ORDER BY t.index) FROM sequence_token t
      WHERE t.sequence_id = e.sequence_id AND t.index BETWEEN e.first AND e.first + octet_length(e."values") / 4 - 1
    ) ILIKE ${containing(text)}
    ORDER BY e.set_id, e.index, e.sequence_id, e.position, e.kind, e.rank
  ) e
  GROUP BY e.set_id, e.index`

const inArg = 'Which feature sets to look in; all of them when absent.'

builder.queryFields((t) => ({
  searchFeatures: t.connection(
    {
      type: LabelMatch,
      nullable: true,
      description: 'Features by what they are said to be about, the best first. Null only with an error.',
      complexity: (args) => ({ field: SEARCH, multiplier: pageCost(args).multiplier }),
      ...ownCursors,
      args: {
        text: t.arg.string({ required: true, description: 'Words, as in a search engine: `capital -letter`, `"capital of"`; parts of words are found, too.' }),
        in: t.arg({ type: FeatureScope, description: inArg }),
      },
      resolve: async (_root, args, context) =>
        rankedPage(context, labelMatches(searchedText(args.text), await setsIn(context, args.in)), labelMatch, args),
    },
    LabelMatchConnection,
  ),
  searchExamples: t.connection(
    {
      type: ExampleMatch,
      nullable: true,
      description: 'Features by the text around their examples, the best first. Null only with an error.',
      complexity: (args) => ({ field: SEARCH, multiplier: pageCost(args).multiplier }),
      ...ownCursors,
      args: {
        text: t.arg.string({ required: true, description: 'Text that stands in the example, in capitals or not.' }),
        in: t.arg({ type: FeatureScope, description: inArg }),
      },
      resolve: async (_root, args, context) =>
        rankedPage(context, exampleMatches(searchedText(args.text), await setsIn(context, args.in)), exampleMatch, args),
    },
    ExampleMatchConnection,
  ),
}))
