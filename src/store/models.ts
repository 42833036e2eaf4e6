/** Models: identified by the hash of their weights, named by a slug, found in folders of this and other machines. */
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
  /** The content of config.json. */
  config: Record<string, unknown>
  /** The name that people type; by default made from the folder's name. */
  slug?: string
  /** The folder that holds it on `host`. */
  location?: { host: string; path: string }
}

/**
 * The same weights are one model: adding them again keeps the slug and registers the folder. The same holds for a model
 * that an earlier version stored under another hash. It keeps that hash, which is part of its results' keys, and is
 * found by both.
 */
export async function addModel(store: Store, model: NewModel): Promise<{ model: Model; added: boolean }> {
  const added = await inTransaction(store, async (client) => {
    // Locked, so that two processes cannot choose the same slug, or both believe that they were first.
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

/** The id of the model stored under this identity's hash, or under one of its former hashes. */
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

/** From now on the model is found by every hash of its identity, except hashes that are another model's. */
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

/** Finds a model by slug or hash, including hashes that it had before. */
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

/**
 * Folders that hold the model: first those of `host`, then those of other machines, which a shared disk may make
 * readable here.
 */
export async function modelPaths(store: Store, modelId: number, host: string): Promise<string[]> {
  const locations = await store.prisma.modelLocation.findMany({ where: { modelId }, orderBy: { id: 'desc' } })
  const here = locations.filter((location) => location.host === host)
  const elsewhere = locations.filter((location) => location.host !== host)
  return [...new Set([...here, ...elsewhere].map((location) => location.path))]
}

/** Removes a model with everything that was computed with it. Its contributions are a partition, so this is fast. */
export async function removeModel(store: Store, modelId: number): Promise<void> {
  await store.prisma.model.delete({ where: { id: modelId } })
}

/** People know an added model by its id, not by the name of its folder. */
export const identityOf = (model: Model): ModelIdentity => ({
  hash: model.hash,
  tokenizerHash: model.tokenizerHash,
  name: model.slug,
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

/** null if another version added the model with settings that this one cannot read; its costs are then not given. */
export function configOf({ config, name }: Pick<Model, 'config' | 'name'>): ModelConfig | null {
  try {
    return parseConfig(JSON.stringify(config), `the configuration of ${name}`)
  } catch (error) {
    if (isUserError(error)) return null
    throw error
  }
}
