/** The features of a set, filtered and ordered in the database before they are cut into pages. */
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import { ownCursors } from '../argument-check.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { LARGEST_PAGE, pageCost } from '../cost.ts'
import { requireSet, type SetRow } from '../loaders/features.ts'
import { sweepOf } from '../loaders/feature-statistics.ts'
import { totalCount } from '../paging/connection.ts'
import { OrderDirection } from '../paging/order.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { beyondSql, type Columns, orderSql } from '../paging/sql.ts'
import { Feature } from './feature-ref.ts'
import { FeatureSet } from './feature-set.ts'

const FeatureField = builder.enumType('FeatureField', {
  description: 'What features can be ordered by. Of those that never fired, mean and max count as 0.',
  values: {
    INDEX: { value: 'index', description: 'Their number in the set.' },
    DENSITY: { value: 'density', description: 'How often they fire.' },
    MEAN: { value: 'mean', description: 'Mean of the activations that are not 0.' },
    MAX: { value: 'max', description: 'Largest activation.' },
    DECODER_NORM: { value: 'decoderNorm', description: 'Length of the decoder row.' },
  },
} as const)

const FeatureOrder = builder.inputType('FeatureOrder', {
  description: 'How features are ordered. Equal ones stand by their number.',
  fields: (t) => ({
    by: t.field({ type: FeatureField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'desc', description: 'Largest or smallest first.' }),
  }),
})

const FeatureFilter = builder.inputType('FeatureFilter', {
  description: 'Which features to give; every condition that is there must hold.',
  fields: (t) => ({
    indexes: t.intList({ description: 'Only these, in the order in which they stand here unless `orderBy` says another.' }),
    labelled: t.boolean({ description: 'Only with a label, or only without.' }),
    labelContains: t.string({ description: 'Only where the label contains this, in capitals or not. `searchFeatures` ranks.' }),
    fires: t.boolean({ description: 'Only those that fired in the dataset, or only those that never did.' }),
    minDensity: t.float({ description: 'Only those that fire at least so often.' }),
    maxDensity: t.float({ description: 'Only those that fire at most so often.' }),
    minMax: t.float({ description: 'Only those whose largest activation is at least this.' }),
    raises: t.string({ description: 'Only where this token is among `topLogits`: its text, leading space and all.' }),
    lowers: t.string({ description: 'Only where this token is among `bottomLogits`.' }),
  }),
})

interface Arguments extends PageArguments {
  where?: typeof FeatureFilter.$inferInput | null
  orderBy?: typeof FeatureOrder.$inferInput | null
  dataset?: string | null
}

type Column = 'place' | 'index' | 'density' | 'mean' | 'max' | 'decoderNorm'

function orderOf({ where, orderBy }: Arguments): Order<Column> {
  if (!orderBy && where?.indexes) return [{ column: 'place', direction: 'asc', type: 'int' }, { column: 'index', direction: 'asc', type: 'int' }]
  const { by, direction } = orderBy ?? { by: 'index', direction: 'asc' }
  if (by === 'index') return [{ column: by, direction, type: 'int' }]
  return [{ column: by, direction, type: 'float' }, { column: 'index', direction: 'asc', type: 'int' }]
}

const columnsOf = ({ where }: Arguments): Columns<Column> => ({
  // Cast to int8, so that numbers that do not fit into an index are features that do not exist instead of an error.
  place: Prisma.sql`array_position(${where?.indexes ?? []}::int8[], f.index::int8)`,
  index: Prisma.sql`f.index`,
  density: Prisma.sql`coalesce(s.density, 0)`,
  mean: Prisma.sql`coalesce(s.mean, 0)::float8`,
  max: Prisma.sql`coalesce(s.max, 0)::float8`,
  decoderNorm: Prisma.sql`coalesce(f.decoder_norm, 0)::float8`,
})

function conditionsOf(where: Arguments['where']): Prisma.Sql[] {
  const { indexes, labelled, labelContains, fires, minDensity, maxDensity, minMax, raises, lowers } = where ?? {}
  const found: Prisma.Sql[] = []
  if (indexes) found.push(Prisma.sql`f.index = ANY(${indexes}::int[])`)
  if (labelled != null) found.push(labelled ? Prisma.sql`f.label IS NOT NULL` : Prisma.sql`f.label IS NULL`)
  if (labelContains != null) found.push(Prisma.sql`position(lower(${labelContains}::text) IN lower(f.label)) > 0`)
  if (fires != null) found.push(fires ? Prisma.sql`s.fired > 0` : Prisma.sql`s.fired = 0`)
  if (minDensity != null) found.push(Prisma.sql`s.density >= ${minDensity}::float8`)
  if (maxDensity != null) found.push(Prisma.sql`s.density <= ${maxDensity}::float8`)
  if (minMax != null) found.push(Prisma.sql`s.max >= ${minMax}::float8`)
  if (raises != null) found.push(Prisma.sql`${raises}::text = ANY(f.top_texts)`)
  if (lowers != null) found.push(Prisma.sql`${lowers}::text = ANY(f.bottom_texts)`)
  return found
}

const NO_SWEEP = 0
const countSchema = z.tuple([z.object({ count: z.int() })])

async function featuresPage(context: Context, set: SetRow, args: Arguments) {
  const { database } = context
  const sweep = await sweepOf(context, set.id, args.dataset)
  if (args.dataset != null && sweep === null) {
    throw new UserError('NOT_FOUND', `${set.model.slug}/${set.source} was not swept over ${JSON.stringify(args.dataset)}; \`sweeps\` lists its datasets.`)
  }
  const order = orderOf(args)
  const query = pageQuery(order, args, LARGEST_PAGE)
  const columns = columnsOf(args)
  const matching = Prisma.sql`
    FROM feature f
    LEFT JOIN feature_statistics s ON s.set_id = f.set_id AND s.index = f.index AND s.sweep_id = ${sweep?.id ?? NO_SWEEP}::int
    WHERE ${Prisma.join([Prisma.sql`f.set_id = ${set.id}::int`, ...conditionsOf(args.where)], ' AND ')}`
  const listed = Prisma.join(order.map(({ column }) => Prisma.sql`${columns[column]} AS ${Prisma.raw(`"${column}"`)}`), ', ')
  const rows = z.array(z.record(z.string(), z.number())).parse(await database.$queryRaw`
    SELECT ${listed} ${matching} AND ${beyondSql(query, order, columns)} ORDER BY ${orderSql(query, order, columns)} LIMIT ${query.take}`)
  const features = rows.map((row) => ({
    setId: set.id, index: row['index'] ?? 0, place: row['place'] ?? 0, density: row['density'] ?? 0, mean: row['mean'] ?? 0,
    max: row['max'] ?? 0, decoderNorm: row['decoderNorm'] ?? 0,
  }))
  return {
    ...pageOf(features, order, args, LARGEST_PAGE),
    totalCount: async () => countSchema.parse(await database.$queryRaw`SELECT count(*)::int AS count ${matching}`)[0].count,
  }
}

export const FeatureConnection = builder.connectionObject(
  { type: Feature, name: 'FeatureConnection', fields: (t) => ({ totalCount: t.int(totalCount(10)) }) },
  { name: 'FeatureEdge' },
)

builder.objectField(FeatureSet, 'features', (t) =>
  t.connection(
    {
      type: Feature,
      description: 'Its features. Filtered and ordered before they are cut into pages.',
      complexity: pageCost,
      args: {
        where: t.arg({ type: FeatureFilter, description: 'All of them when absent.' }),
        orderBy: t.arg({ type: FeatureOrder, description: 'By number when absent.' }),
        dataset: t.arg.string({
          description: 'The slug of the dataset whose statistics are filtered and ordered by; the one swept last when absent.',
        }),
      },
      resolve: (set, args, context) => featuresPage(context, set, args),
    },
    FeatureConnection,
  ),
)

builder.queryField('features', (t) =>
  t.connection(
    {
      type: Feature,
      nullable: true,
      description: 'The features of a set, as in `FeatureSet.features`. Null only with an error.',
      complexity: pageCost,
      ...ownCursors,
      args: {
        model: t.arg.string({ required: true, description: 'The slug or hash of the model.' }),
        source: t.arg.string({ required: true, description: 'The feature set, e.g. `6-res-jb`.' }),
        where: t.arg({ type: FeatureFilter, description: 'All of them when absent.' }),
        orderBy: t.arg({ type: FeatureOrder, description: 'By number when absent.' }),
        dataset: t.arg.string({
          description: 'The slug of the dataset whose statistics are filtered and ordered by; the one swept last when absent.',
        }),
      },
      resolve: async (_root, { model, source, ...args }, context) => featuresPage(context, await requireSet(context, { model, source }), args),
    },
    FeatureConnection,
  ),
)
