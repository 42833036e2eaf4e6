/** What sweeps found of features: statistics, examples, and the text around an example. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import type { FeatureExample, FeatureSweep, FeatureStatistics } from '../../prisma/generated/client/client.ts'
import type { Context } from '../context.ts'
import { loadersByArguments } from './by-arguments.ts'
import { byFeature, featureKeyName, type FeatureKey, whereFeatures } from './features.ts'

/** A sweep, with what its dataset is called. */
export type SweepRow = FeatureSweep & { dataset: { slug: string } }
const dataset = { select: { slug: true } } as const

async function loadSweeps({ database }: Context, setIds: readonly number[]): Promise<SweepRow[][]> {
  const rows = await database.featureSweep.findMany({
    where: { setId: { in: [...setIds] } },
    include: { dataset },
    // The sweep that was finished last comes first, since it counts if no dataset is named.
    orderBy: [{ finishedAt: { sort: 'desc', nulls: 'last' } }, { id: 'desc' }],
  })
  return setIds.map((id) => rows.filter(({ setId }) => setId === id))
}

/** All sweeps of a set, the one finished last first. */
export const sweepsLoader = createContextCache(
  (context: Context) => new DataLoader((setIds: readonly number[]) => loadSweeps(context, setIds)),
)

/** The sweep over this dataset, or the one finished last; null where the set has no statistics of that kind. */
export async function sweepOf(context: Context, setId: number, slug: string | null | undefined): Promise<SweepRow | null> {
  const sweeps = await sweepsLoader(context).load(setId)
  return sweeps.find((sweep) => (slug == null ? sweep.finishedAt !== null : sweep.dataset.slug === slug)) ?? null
}

export interface SweptFeature extends FeatureKey {
  sweepId: number
}
const sweptName = (key: SweptFeature) => `${featureKeyName(key)}/${key.sweepId}`
const sweepsOf = (keys: readonly SweptFeature[]) => ({ in: [...new Set(keys.map(({ sweepId }) => sweepId))] })

async function loadStatistics({ database }: Context, keys: readonly SweptFeature[]): Promise<(FeatureStatistics | null)[]> {
  const where = { ...whereFeatures(keys), sweepId: sweepsOf(keys) }
  const rows = byFeature(await database.featureStatistics.findMany({ where }))
  return keys.map((key) => rows(key).find(({ sweepId }) => sweepId === key.sweepId) ?? null)
}

/** null where the sweep has not stored any yet. */
export const statisticsLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly SweptFeature[]) => loadStatistics(context, keys), { cacheKeyFn: sweptName }),
)

export interface ExamplesWanted {
  kind: 'strongest' | 'interval'
  /** Of the strongest, or of each interval. */
  first: number
}

async function loadExamples({ database }: Context, keys: readonly SweptFeature[], { kind, first }: ExamplesWanted) {
  const found = await database.featureExample.findMany({
    where: { ...whereFeatures(keys), sweepId: sweepsOf(keys), kind, rank: { lt: first } },
    orderBy: kind === 'strongest' ? [{ rank: 'asc' }] : [{ interval: 'desc' }, { rank: 'asc' }],
  })
  const rows = byFeature(found)
  return keys.map((key) => rows(key).filter(({ sweepId }) => sweepId === key.sweepId))
}

const exampleLoaderFor = loadersByArguments<SweptFeature, FeatureExample[], string>()

/** Fields that want the same number of the same kind of examples share a statement. */
export const loadExamplesOf = (context: Context, key: SweptFeature, wanted: ExamplesWanted): Promise<FeatureExample[]> =>
  exampleLoaderFor(context, [wanted.kind, wanted.first], () =>
    new DataLoader((keys: readonly SweptFeature[]) => loadExamples(context, keys, wanted), { cacheKeyFn: sweptName })).load(key)

/** Positions first … first + count − 1 of a sequence. */
export interface WindowKey {
  sequenceId: number
  first: number
  count: number
}

export interface Window {
  tokenIds: number[]
  texts: string[]
}

const windowName = ({ sequenceId, first, count }: WindowKey) => `${sequenceId}:${first}:${count}`
const windowsSchema = z.array(z.object({ place: z.int(), tokenIds: z.array(z.int()), texts: z.array(z.string()) }))

/** Handwritten SQL, so that a window is one row of two arrays instead of one row for each token. */
async function loadWindows({ database }: Context, keys: readonly WindowKey[]): Promise<(Window | Error)[]> {
  const rows = await database.$queryRaw`
    SELECT w.place::int AS place, array_agg(t.token_id ORDER BY t.index) AS "tokenIds", array_agg(t.text ORDER BY t.index) AS texts
    FROM unnest(${keys.map(({ sequenceId }) => sequenceId)}::int[], ${keys.map(({ first }) => first)}::int[],
      ${keys.map(({ count }) => count)}::int[]) WITH ORDINALITY AS w (sequence_id, first, count, place)
    JOIN sequence_token t ON t.sequence_id = w.sequence_id AND t.index >= w.first AND t.index < w.first + w.count
    GROUP BY w.place`
  const found = new Map(windowsSchema.parse(rows).map(({ place, ...window }) => [place, window]))
  return keys.map((key, i) => found.get(i + 1) ?? new Error(`sequence ${key.sequenceId} has no position ${key.first}`))
}

export const windowLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly WindowKey[]) => loadWindows(context, keys), { cacheKeyFn: windowName }),
)

/** One example. */
export interface ExampleKey extends SweptFeature {
  kind: ExamplesWanted['kind']
  interval: number
  rank: number
}

const exampleName = (key: ExampleKey) => `${sweptName(key)}/${key.kind}/${key.interval}/${key.rank}`

async function loadEach({ database }: Context, keys: readonly ExampleKey[]): Promise<(FeatureExample | Error)[]> {
  const rows = await database.featureExample.findMany({
    where: { OR: keys.map(({ setId, index, sweepId, kind, interval, rank }) => ({ setId, index, sweepId, kind, interval, rank })) },
  })
  const found = new Map(rows.map((row) => [exampleName(row), row]))
  return keys.map((key) => found.get(exampleName(key)) ?? new Error(`example ${exampleName(key)} was removed a moment ago`))
}

export const exampleLoader = createContextCache(
  (context: Context) => new DataLoader((keys: readonly ExampleKey[]) => loadEach(context, keys), { cacheKeyFn: exampleName }),
)

interface DenseKey {
  setId: number
  maxDensity: number
}

async function loadDense(context: Context, keys: readonly DenseKey[]): Promise<Set<number>[]> {
  const sweeps = await Promise.all(keys.map(({ setId }) => sweepOf(context, setId, null)))
  const wanted = keys.flatMap(({ setId, maxDensity }, i) => (sweeps[i] ? [{ setId, sweepId: sweeps[i].id, density: { gt: maxDensity } }] : []))
  const rows = wanted.length === 0 ? [] : await context.database.featureStatistics.findMany({
    where: { OR: wanted }, select: { setId: true, index: true, density: true },
  })
  return keys.map(({ setId, maxDensity }) =>
    new Set(rows.filter((row) => row.setId === setId && row.density > maxDensity).map(({ index }) => index)))
}

/** The features of a set that fired more often than the given density in its last sweep. */
export const denseLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly DenseKey[]) => loadDense(context, keys), {
      cacheKeyFn: ({ setId, maxDensity }: DenseKey) => `${setId}:${maxDensity}`,
    }),
)
