/**
 * Stored attributions that features take part in: as targets (why a feature fired) and as components (what it did). One
 * statement cuts the pages of many features; Pothos then reads the requested fields of all these attributions together.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client/client.ts'
import type { Context } from '../context.ts'
import { LARGEST_PAGE } from '../cost.ts'
import { type Order, type PageArguments, pageQuery } from '../paging/keyset.ts'
import { beyondSql, orderSql } from '../paging/sql.ts'
import { loadersByArguments } from './by-arguments.ts'
import { childCounter } from './counts.ts'
import { featureKeyName, type FeatureKey, type SetRow } from './features.ts'

/** A feature, as attributions know it. */
export interface FeatureOfSet extends FeatureKey {
  modelId: number
  hash: string
}

export const ofSet = ({ modelId, hash, id: setId }: SetRow, index: number): FeatureOfSet => ({ modelId, hash, setId, index })

export const NEWEST_FIRST: Order<'id'> = [{ column: 'id', direction: 'desc', type: 'int' }]

export interface AttributionRef {
  id: bigint
  key: string
}

/** Features as a table `k`, numbered from 1. */
const asTable = (features: readonly FeatureOfSet[]) => Prisma.sql`
  unnest(${features.map(({ modelId }) => modelId)}::int2[], ${features.map(({ hash }) => hash)}::text[],
    ${features.map(({ index }) => index)}::int[]) WITH ORDINALITY AS k (model_id, hash, index, place)`

function byPlace<Row extends { place: number }>(features: readonly unknown[], rows: readonly Row[]): Row[][] {
  const lists: Row[][] = features.map(() => [])
  for (const row of rows) lists[row.place - 1]?.push(row)
  return lists
}

const targetedSchema = z.array(z.object({ place: z.int(), id: z.bigint(), key: z.string() }))

async function loadTargeted({ database }: Context, features: readonly FeatureOfSet[], page: PageArguments): Promise<AttributionRef[][]> {
  const query = pageQuery(NEWEST_FIRST, page, LARGEST_PAGE)
  const columns = { id: Prisma.sql`r.id` }
  const order = orderSql(query, NEWEST_FIRST, columns)
  const rows = await database.$queryRaw`
    SELECT k.place::int AS place, r.id, r.key
    FROM ${asTable(features)}
    CROSS JOIN LATERAL (
      SELECT r.id, r.key FROM result r
      WHERE r.target_feature_set = k.hash AND r.target_feature = k.index AND r.model_id = k.model_id
        AND ${beyondSql(query, NEWEST_FIRST, columns)}
      ORDER BY ${order} LIMIT ${query.take}
    ) r
    ORDER BY k.place, ${order}`
  return byPlace(features, targetedSchema.parse(rows))
}

const loaderFor = loadersByArguments<FeatureOfSet, AttributionRef[], string>()

/** One page, with one more row if there is one, for `pageOf`. */
export function loadAttributionsOf(context: Context, feature: FeatureOfSet, page: PageArguments): Promise<AttributionRef[]> {
  const { first, last, after, before } = page
  return loaderFor(context, [first, last, after, before], () =>
    new DataLoader((features: readonly FeatureOfSet[]) => loadTargeted(context, features, page), { cacheKeyFn: featureKeyName })).load(feature)
}

const countsSchema = z.array(z.object({ hash: z.string(), index: z.int(), modelId: z.int(), count: z.int() }))

/** `where` is not used: nothing is filtered, so there is one count for each. */
const countByName = childCounter<number, { modelId: number; hash: string }>(async ({ database }, indices, { modelId, hash }) => {
  const rows = await database.$queryRaw`
    SELECT r.target_feature_set AS hash, r.target_feature AS index, r.model_id::int AS "modelId", count(*)::int AS count
    FROM result r
    WHERE r.target_feature_set = ${hash} AND r.target_feature = ANY(${indices}::int[]) AND r.model_id = ${modelId}::int2
    GROUP BY 1, 2, 3`
  return new Map(countsSchema.parse(rows).map(({ index, count }) => [index, count]))
})

export const countAttributionsOf = (context: Context, { modelId, hash, index }: FeatureOfSet): Promise<number> =>
  countByName(context, index, { modelId, hash })

/** An example of a feature. */
export interface FiredAt extends FeatureOfSet {
  sequenceId: number
  position: number
}

async function loadFired({ database }: Context, places: readonly FiredAt[]): Promise<AttributionRef[][]> {
  const rows = await database.$queryRaw`
    SELECT k.place::int AS place, r.id, r.key
    FROM unnest(${places.map(({ modelId }) => modelId)}::int2[], ${places.map(({ hash }) => hash)}::text[],
      ${places.map(({ index }) => index)}::int[], ${places.map(({ sequenceId }) => sequenceId)}::int[],
      ${places.map(({ position }) => position)}::int[]) WITH ORDINALITY AS k (model_id, hash, index, sequence_id, position, place)
    JOIN result r ON r.target_feature_set = k.hash AND r.target_feature = k.index AND r.model_id = k.model_id
      AND r.sequence_id = k.sequence_id AND r.position = k.position
    ORDER BY k.place, r.id DESC`
  return byPlace(places, targetedSchema.parse(rows))
}

/** Why a feature fired at one place: everything that is stored of it. */
export const firedLoader = createContextCache(
  (context: Context) =>
    new DataLoader((places: readonly FiredAt[]) => loadFired(context, places), {
      cacheKeyFn: ({ sequenceId, position, ...key }: FiredAt) => `${featureKeyName(key)}:${sequenceId}:${position}`,
    }),
)

export interface Effect {
  resultId: bigint
  key: string
  score: number
  magnitude: number
  position: number | null
}

const effectsSchema = z.array(
  z.object({
    place: z.int(), resultId: z.bigint(), key: z.string(), score: z.number(), magnitude: z.number(), position: z.int().nullable(),
  }),
)

async function loadEffects({ database }: Context, features: readonly FeatureOfSet[], first: number): Promise<Effect[][]> {
  const rows = await database.$queryRaw`
    SELECT k.place::int AS place, c.*
    FROM ${asTable(features)}
    CROSS JOIN LATERAL (
      SELECT r.id AS "resultId", r.key, c.score, abs(c.score) AS magnitude,
        component_position(r.partition_kind, c.kind, c.ordinal, c.component_index, r.feature_starts) AS position
      FROM contribution c JOIN result r ON r.id = c.result_id AND r.model_id = c.model_id
      WHERE c.model_id = k.model_id AND c.kind = 'feature' AND c.component_index = k.index AND r.partition ->> 'set' = k.hash
      ORDER BY abs(c.score) DESC, c.result_id DESC, c.ordinal LIMIT ${first}
    ) c
    ORDER BY k.place, c.magnitude DESC, c."resultId" DESC`
  return byPlace(features, effectsSchema.parse(rows))
}

const effectLoaderFor = loadersByArguments<FeatureOfSet, Effect[], string>()

/** What a feature contributed to the targets of stored attributions: the `first` largest. */
export const loadEffectsOf = (context: Context, feature: FeatureOfSet, first: number): Promise<Effect[]> =>
  effectLoaderFor(context, first, () =>
    new DataLoader((features: readonly FeatureOfSet[]) => loadEffects(context, features, first), { cacheKeyFn: featureKeyName })).load(feature)
