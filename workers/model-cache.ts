/**
 * Loaded models: kept while memory lasts, the one that was used longest ago goes first. A model is looked for in the
 * folders that are registered for it, and taken only when its weights have the very hash.
 */
import fs from 'node:fs'
import type { Attributor } from '../src/attribution/attributor.ts'
import { UserError } from '../src/errors.ts'
import { findModel, type Model, modelPaths, type Store } from '../src/store/index.ts'

export type OpenAttributor = (folder: string) => Promise<Attributor>

export interface LoadedModel {
  row: Model
  attributor: Attributor
}

export interface ModelCacheOptions {
  store: Store
  openAttributor: OpenAttributor
  host: string
  /** What the weights of loaded models may take together, at four bytes each; one model is always kept. */
  memoryLimitBytes: number
}

const BYTES_PER_PARAMETER = 4

export class ModelCache {
  readonly #options: ModelCacheOptions
  /** The one used longest ago first. */
  readonly #loaded = new Map<string, Promise<LoadedModel>>()

  constructor(options: ModelCacheOptions) {
    this.#options = options
  }

  /** What is in use while others are loaded must be held by the caller's own turn: a worker uses one at a time. */
  async get(hash: string): Promise<LoadedModel> {
    const present = this.#loaded.get(hash)
    if (present) {
      this.#loaded.delete(hash)
      this.#loaded.set(hash, present)
      return present
    }
    const row = await findModel(this.#options.store, hash)
    if (!row) throw new UserError('NOT_FOUND', 'The model was removed from the database before its turn came.')
    await this.#makeRoom(Number(row.parameters))
    const loading = this.#open(row)
    this.#loaded.set(hash, loading)
    // What failed may be mended by the next time.
    loading.catch(() => this.#loaded.delete(hash))
    return loading
  }

  async close(): Promise<void> {
    for (const hash of this.#loaded.keys()) await this.#unload(hash)
  }

  async #makeRoom(parameters: number): Promise<void> {
    let wanted = parameters
    for (const model of await Promise.all(this.#loaded.values())) wanted += Number(model.row.parameters)
    while (wanted * BYTES_PER_PARAMETER > this.#options.memoryLimitBytes && this.#loaded.size > 0) {
      const [oldest = ''] = this.#loaded.keys()
      wanted -= await this.#unload(oldest)
    }
  }

  async #unload(hash: string): Promise<number> {
    const model = await this.#loaded.get(hash)?.catch(() => undefined)
    this.#loaded.delete(hash)
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
        const attributor = await openAttributor(folder)
        if (attributor.model.hash === row.hash) return { row, attributor }
        await attributor.close()
      } catch (error) {
        reason = error
      }
    }
    if (reason !== undefined) throw reason
    const elsewhere = await store.prisma.modelLocation.findFirst({ where: { modelId: row.id, host: { not: host } } })
    throw new UserError(
      // Where another machine has it, a worker there may take the job.
      elsewhere ? 'ENGINE_UNAVAILABLE' : 'NOT_FOUND',
      `No folder on ${host} holds the model ${row.slug} with the weights it was added with ` +
        `(${folders.length > 0 ? `looked in ${folders.join(', ')}` : 'none is registered'}); ` +
        'add it again with: tributary model add FOLDER.',
    )
  }
}
