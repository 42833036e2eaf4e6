/**
 * Loaded models are kept while memory lasts; the one that was used longest ago is closed first. A model is looked for
 * in the folders that are registered for it. It is taken only if its weights have the model's hash, or had it by the
 * rules of an earlier version.
 */
import fs from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Attributor } from '../../src/attribution/attributor.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { UserError } from '../../src/errors.ts'
import { isKnownAs } from '../../src/model/identity.ts'
import { findModel, type Model, modelPaths, saveAliases, storedSets, type Store } from '../../src/store/index.ts'

/** `sets`: where the attributor finds feature sets. */
/** `name`: what people call the model. */
export type OpenAttributor = (folder: string, sets: FeatureSets, name: string) => Promise<Attributor>

export interface LoadedModel {
  /** Its hash is the model's identity in this database, whatever the attributor calls the weights. */
  row: Model
  attributor: Attributor
  sets: FeatureSets
}

export interface ModelCacheOptions {
  store: Store
  openAttributor: OpenAttributor
  host: string
  /** What the weights of loaded models may take together, at four bytes each; one model is always kept. */
  memoryLimitBytes: number
}

const BYTES_PER_PARAMETER = 4
/** Far more than fit into any memory; the cache needs some number. */
const MOST_MODELS = 1000

export class ModelCache {
  readonly #options: ModelCacheOptions
  readonly #sets: FeatureSets
  /** Their memory limits their number (`#makeRoom`); it is known only once they are loaded. */
  readonly #loaded = new LRUCache<string, Promise<LoadedModel>>({ max: MOST_MODELS })

  constructor(options: ModelCacheOptions) {
    this.#options = options
    this.#sets = storedSets(options.store, options.host)
  }

  /** Loading a model may close others, so the caller must use only one model at a time, as a worker does. */
  async get(hash: string): Promise<LoadedModel> {
    const present = this.#loaded.get(hash)
    if (present) return present
    const row = await findModel(this.#options.store, hash)
    if (!row) throw new UserError('NOT_FOUND', 'The model was removed from the database before its turn came.')
    await this.#makeRoom(Number(row.parameters))
    const loading = this.#open(row)
    this.#loaded.set(hash, loading)
    // A failure is not kept, because its cause may be gone by the next time.
    loading.catch(() => this.#loaded.delete(hash))
    return loading
  }

  async close(): Promise<void> {
    while (this.#loaded.size > 0) await this.#close(this.#loaded.pop())
  }

  async #makeRoom(parameters: number): Promise<void> {
    let wanted = parameters
    for (const model of await Promise.all(this.#loaded.values())) wanted += Number(model.row.parameters)
    while (wanted * BYTES_PER_PARAMETER > this.#options.memoryLimitBytes && this.#loaded.size > 0) {
      wanted -= await this.#close(this.#loaded.pop())
    }
  }

  /** The parameters that it frees. */
  async #close(loading: Promise<LoadedModel> | undefined): Promise<number> {
    const model = await loading?.catch(() => undefined)
    await model?.attributor.close()
    return Number(model?.row.parameters ?? 0)
  }

  async #open(row: Model): Promise<LoadedModel> {
    const { store, host, openAttributor } = this.#options
    const folders = await modelPaths(store, row.id, host)
    let reason: unknown
    for (const folder of folders) {
      if (!fs.existsSync(folder)) continue
      try {
        const attributor = await openAttributor(folder, this.#sets, row.slug)
        if (isKnownAs(attributor.model, row.hash)) {
          if (attributor.model.hash !== row.hash) await saveAliases(store, row.id, attributor.model)
          return { row, attributor, sets: this.#sets }
        }
        await attributor.close()
      } catch (error) {
        reason = error
      }
    }
    if (reason !== undefined) throw reason
    const elsewhere = await store.prisma.modelLocation.findFirst({ where: { modelId: row.id, host: { not: host } } })
    throw new UserError(
      // If another machine has the model, a worker there may take the job.
      elsewhere ? 'ENGINE_UNAVAILABLE' : 'NOT_FOUND',
      `No folder on ${host} holds the model ${row.slug} with the weights it was added with ` +
        `(${folders.length > 0 ? `looked in ${folders.join(', ')}` : 'none is registered'}); ` +
        'add it again with: tributary model add FOLDER.',
    )
  }
}
