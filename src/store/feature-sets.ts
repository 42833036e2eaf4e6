/**
 * Feature sets: identified by the hash of what they compute, named by their `source` (6-res-jb) within their model,
 * and found in files of this and other machines.
 */
import { z } from 'zod'
import type { FeatureSet as FeatureSetRow, FeatureVerdict } from '../../prisma/generated/client/client.ts'
import type { FeatureSet } from '../features/feature-set.ts'
import type { SelfTestReport } from '../features/self-test/self-test.ts'
import { formatSite } from '../features/site.ts'
import { sourceIdSchema } from '../features/source-id.ts'
import { UserError } from '../errors.ts'
import { BinaryRows } from './binary-copy.ts'
import { inTransaction, type Store } from './store.ts'

export type { FeatureSetRow }

/** Options that were needed to open a set because its files do not say them. */
const storedOptionsSchema = z.object({
  site: z.string().optional(),
  writes: z.string().optional(),
  k: z.number().optional(),
  scale: z.number().optional(),
})
export type StoredSetOptions = z.infer<typeof storedOptionsSchema>

export interface NewFeatureSet {
  modelId: number
  set: FeatureSet
  /** [F]: norms of the decoder's rows. */
  decoderNorms: ArrayLike<number>
  selfTest: SelfTestReport
  /** Whether it was added although the self-test refused it. */
  forced: boolean
  location: { host: string; path: string; options: StoredSetOptions }
  origin?: string
  description?: string
}

/** The set in these files, if this model already has it; the location of the files is then stored, too. */
export async function findAddedSet(
  store: Store,
  { modelId, hash, location }: { modelId: number; hash: string; location: NewFeatureSet['location'] },
): Promise<FeatureSetRow | null> {
  const found = await store.prisma.featureSet.findUnique({ where: { modelId_hash: { modelId, hash } } })
  if (found)
    await inTransaction(store, (client) => addLocation((sql, values) => client.query(sql, values), found.id, location))
  return found
}

/**
 * Refuses (BAD_INPUT) an id that another set of the model has. A set is stored together with the rows of all its
 * features.
 */
export async function addFeatureSet(store: Store, added: NewFeatureSet): Promise<FeatureSetRow> {
  const { modelId, set, decoderNorms, selfTest, forced, location } = added
  const source = checkSource(set.id)
  await inTransaction(store, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO feature_set (model_id, source, source_set, hash, format, layer, site, writes, width, written_width,
         feature_count, activation, normalisation, origin, description, claims, verdict, forced, variance_explained, l0,
         silent, self_test)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        modelId,
        source,
        sourceSetOf(source),
        set.hash,
        set.format,
        set.site.layer,
        formatSite(set.site),
        set.writes && formatSite(set.writes),
        set.D,
        set.E,
        set.F,
        activationOf(set),
        set.normalisation.kind,
        added.origin ?? null,
        added.description ?? null,
        JSON.stringify(set.claims),
        selfTest.verdict satisfies FeatureVerdict,
        forced,
        selfTest.varianceExplained,
        selfTest.l0,
        selfTest.silent,
        JSON.stringify(selfTest),
      ],
    )
    const id = rows[0]?.id
    if (id === undefined)
      throw new UserError(
        'BAD_INPUT',
        `The model has another feature set ${source} already; choose another id with --id.`,
      )
    await addLocation((sql, values) => client.query(sql, values), id, location)
    const copy = new BinaryRows()
    for (let index = 0; index < set.F; index++) copy.row(3).int4(id).int4(index).float4(decoderNorms[index]!)
    await copy.send(client, `feature_${id} (set_id, index, decoder_norm)`)
  })
  return store.prisma.featureSet.findUniqueOrThrow({ where: { modelId_hash: { modelId, hash: set.hash } } })
}

async function addLocation(
  query: (sql: string, values: unknown[]) => Promise<unknown>,
  id: number,
  { host, path, options }: NewFeatureSet['location'],
): Promise<void> {
  await query(
    `INSERT INTO feature_set_location (set_id, host, path, options) VALUES ($1, $2, $3, $4)
     ON CONFLICT (set_id, host, path) DO UPDATE SET options = EXCLUDED.options`,
    [id, host, path, JSON.stringify(options)],
  )
}

function checkSource(source: string): string {
  if (sourceIdSchema.safeParse(source).success) return source
  throw new UserError(
    'BAD_INPUT',
    `${JSON.stringify(source.slice(0, 120))} cannot be the id of a feature set; expected at most 100 letters, digits, dots, ` +
      'dashes and underscores, as in 6-res-jb.',
  )
}

/** 6-res-jb → res-jb; an id of another form stays as it is. */
const sourceSetOf = (source: string): string => /^\d+-(.+)$/.exec(source)?.[1] ?? source

function activationOf({ activation }: FeatureSet): string {
  return activation.kind === 'topk' ? `topk ${activation.k}` : activation.kind
}

/** A feature set with its model's name. */
export interface NamedSet {
  set: FeatureSetRow
  /** The model's slug. */
  model: string
}

/**
 * Finds `demo/2-res`; or `2-res`, if `model` is given or only one model has such a set. Null if there is none.
 * Refuses (BAD_INPUT) a name that sets of several models have.
 */
export async function findFeatureSet(store: Store, name: string, model?: string): Promise<NamedSet | null> {
  const slash = name.indexOf('/')
  const [ofModel, source] = slash < 0 ? [model, name] : [name.slice(0, slash), name.slice(slash + 1)]
  const found = await store.prisma.featureSet.findMany({
    where: { source, ...(ofModel !== undefined && { model: { slug: ofModel } }) },
    include: { model: { select: { slug: true } } },
    orderBy: { id: 'asc' },
  })
  if (found.length > 1) {
    const names = found.map(({ model: { slug } }) => `${slug}/${source}`)
    throw new UserError('BAD_INPUT', `Several models have a feature set ${source}; name one: ${names.join(', ')}.`)
  }
  const [only] = found
  if (!only) return null
  const {
    model: { slug },
    ...set
  } = only
  return { set, model: slug }
}

export async function requireFeatureSet(store: Store, name: string, model?: string): Promise<NamedSet> {
  const found = await findFeatureSet(store, name, model)
  if (found) return found
  const all = await store.prisma.featureSet.findMany({
    select: { source: true, model: { select: { slug: true } } },
    orderBy: [{ modelId: 'asc' }, { source: 'asc' }],
    take: 20,
  })
  const names = all.map(({ source, model: { slug } }) => `${slug}/${source}`)
  throw new UserError(
    'NOT_FOUND',
    `There is no feature set ${JSON.stringify(name)} in the database; ` +
      (names.length > 0 ? `there is ${names.join(', ')}.` : 'add one with: tributary sae add PATH.'),
  )
}

export interface SetLocation {
  path: string
  options: StoredSetOptions
}

/**
 * Files that hold the set: first those of `host`, then those of other machines, which a shared disk may make readable
 * here.
 */
export async function setLocations(store: Store, setId: number, host: string): Promise<SetLocation[]> {
  const rows = await store.prisma.featureSetLocation.findMany({ where: { setId }, orderBy: { id: 'desc' } })
  const ordered = [...rows.filter((row) => row.host === host), ...rows.filter((row) => row.host !== host)]
  return [
    ...new Map(
      ordered.map(({ path, options }) => [path, { path, options: storedOptionsSchema.parse(options) }]),
    ).values(),
  ]
}

/** Removes a set with its statistics, examples and explanations. These are partitions, so this is fast. */
export async function removeFeatureSet(store: Store, setId: number): Promise<void> {
  await store.query('DELETE FROM feature_set WHERE id = $1', [setId])
}
