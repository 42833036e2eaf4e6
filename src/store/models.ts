/** Models: known by the hash of their weights, called by a slug, found in folders of this and other machines. */
import type pg from 'pg'
import type { Model } from '../../prisma/generated/client/client.ts'
import { isUserError, UserError } from '../errors.ts'
import type { ModelConfig } from '../model/config.ts'
import { parseConfig } from '../model/read-config.ts'
import { isKnownAs, type ModelIdentity } from '../model/identity.ts'
import { checkSlug, freeSlug, slugFrom } from './slug.ts'
import { type Store, inTransaction } from './store.ts'

export interface NewModel {
  identity: ModelIdentity
  /** config.json as it was read. */
  config: Record<string, unknown>
  /** What people will type; made from the folder's name when not given. */
  slug?: string
  /** The folder that holds it on `host`. */
  location?: { host: string; path: string }
}

/**
 * The same weights are one model: adding them again keeps its slug, and registers the folder. So does what an earlier
 * version stored under another hash: it keeps that hash, which its results are keyed by, and is found by both.
 */
export async function addModel(store: Store, model: NewModel): Promise<{ model: Model; added: boolean }> {
  const added = await inTransaction(store, async (client) => {
    // Two processes that add at once must not choose the same slug, nor both believe that they were first.
    await client.query('LOCK TABLE model IN SHARE ROW EXCLUSIVE MODE')
    const known = await storedModel(client, model.identity)
    const id = known ?? (await insertModel(client, model))
    await saveAliases(client, id, model.identity)
    if (model.location) {
      await client.query(
        'INSERT INTO model_location (model_id, host, path) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [id, model.location.host, model.location.path],
      )
    }
    return { id, isNew: known === null }
  })
  return { model: await store.prisma.model.findUniqueOrThrow({ where: { id: added.id } }), added: added.isNew }
}

/** The number of the model that is stored under this identity's hash, or else under one that it had before. */
async function storedModel(client: pg.PoolClient, identity: ModelIdentity): Promise<number | null> {
  const { rows } = await client.query<{ id: number; hash: string; aliases: string[] }>(
    `SELECT id, hash, ARRAY(SELECT a.hash FROM model_alias a WHERE a.model_id = m.id) AS aliases FROM model m ORDER BY id`,
  )
  const found =
    rows.find(({ hash }) => hash === identity.hash) ??
    rows.find(({ hash, aliases }) => [hash, ...aliases].some((each) => isKnownAs(identity, each)))
  return found?.id ?? null
}

async function insertModel(client: pg.PoolClient, model: NewModel): Promise<number> {
  const { rows: taken } = await client.query<{ slug: string }>('SELECT slug FROM model')
  const slug = chooseSlug(model, new Set(taken.map((row) => row.slug)))
  const { rows: [inserted] } = await client.query<{ id: number }>(
    `INSERT INTO model (slug, hash, name, architecture, tokenizer_hash, layers, residual_width, heads,
       key_value_heads, head_width, neurons, vocabulary_size, max_positions, parameters, config)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id`,
    [slug, ...columnsOf(model.identity), JSON.stringify(model.config)],
  )
  if (!inserted) throw new Error('an inserted model has no number')
  return inserted.id
}

/** The model is found by every hash of its identity from now on, unless that is another model's. */
export async function saveAliases(
  client: { query(sql: string, values: unknown[]): Promise<unknown> }, modelId: number, { hash, formerHashes = [] }: Pick<ModelIdentity, 'hash' | 'formerHashes'>,
): Promise<void> {
  await client.query(
    `INSERT INTO model_alias (hash, model_id) SELECT each, $1 FROM unnest($2::text[]) AS each
     WHERE NOT EXISTS (SELECT 1 FROM model WHERE hash = each) ON CONFLICT DO NOTHING`,
    [modelId, [hash, ...formerHashes]],
  )
}

function chooseSlug({ slug, identity }: NewModel, taken: ReadonlySet<string>): string {
  if (slug === undefined) return freeSlug(slugFrom(identity.name, 'model'), taken)
  if (!taken.has(checkSlug(slug, 'model'))) return slug
  throw new UserError('BAD_INPUT', `There is another model with the id ${slug} already; choose another with --id.`)
}

const columnsOf = (identity: ModelIdentity) => [
  identity.hash,
  identity.name,
  identity.architecture,
  identity.tokenizerHash,
  identity.layers,
  identity.residualWidth,
  identity.heads,
  identity.keyValueHeads,
  identity.headWidth,
  identity.neurons,
  identity.vocabularySize,
  identity.maxPositions,
  identity.parameters,
]

/** By slug or hash, also one that the model had before. */
export async function findModel(store: Store, name: string): Promise<Model | null> {
  return store.prisma.model.findFirst({ where: { OR: [{ slug: name }, { hash: name }, { aliases: { some: { hash: name } } }] } })
}

export async function requireModel(store: Store, name: string): Promise<Model> {
  const model = await findModel(store, name)
  if (model) return model
  const models = await store.prisma.model.findMany({ select: { slug: true }, orderBy: { slug: 'asc' } })
  const slugs = models.map(({ slug }) => slug)
  throw new UserError(
    'NOT_FOUND',
    `There is no model ${JSON.stringify(name)} in the database; ` +
      (slugs.length > 0 ? `there is ${slugs.slice(0, 20).join(', ')}.` : 'add one with: tributary model add FOLDER.'),
  )
}

/** Folders that hold the model: those of `host` first, then the others', which a shared disk may make readable here. */
export async function modelPaths(store: Store, modelId: number, host: string): Promise<string[]> {
  const locations = await store.prisma.modelLocation.findMany({ where: { modelId }, orderBy: { id: 'desc' } })
  const here = locations.filter((location) => location.host === host)
  const elsewhere = locations.filter((location) => location.host !== host)
  return [...new Set([...here, ...elsewhere].map((location) => location.path))]
}

/** With everything that was computed with it. Its contributions are a partition, which goes at once. */
export async function removeModel(store: Store, modelId: number): Promise<void> {
  await store.prisma.model.delete({ where: { id: modelId } })
}

export const identityOf = (model: Model): ModelIdentity => ({
  hash: model.hash,
  tokenizerHash: model.tokenizerHash,
  name: model.name,
  architecture: model.architecture,
  layers: model.layers,
  residualWidth: model.residualWidth,
  heads: model.heads,
  keyValueHeads: model.keyValueHeads,
  headWidth: model.headWidth,
  neurons: model.neurons,
  vocabularySize: model.vocabularySize,
  maxPositions: model.maxPositions,
  parameters: Number(model.parameters),
})

/** null for a model that another version added, with settings that this one cannot read: its costs are not told then. */
export function configOf({ config, name }: Pick<Model, 'config' | 'name'>): ModelConfig | null {
  try {
    return parseConfig(JSON.stringify(config), `the configuration of ${name}`)
  } catch (error) {
    if (isUserError(error)) return null
    throw error
  }
}
