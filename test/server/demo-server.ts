/** The bundled model behind HTTP: a database, a server and a worker, for tests from a question to stored numbers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { z } from 'zod'
import { createServer, type RunningServer } from '../../server/create-server.ts'
import { addSet } from '../../ingest/features/add.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { loadModel } from '../../src/model/loaded.ts'
import { addModel, type Model, openStore, type Store } from '../../src/store/index.ts'
import { startWorker, type Worker } from '../../workers/index.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'

export const DEMO_MODEL = join(import.meta.dirname, '../../demo/model')
const MEMORY_LIMIT_BYTES = 2 ** 30

interface Answer {
  data: Record<string, unknown> | null
  errors?: { message: string; extensions: Record<string, unknown> }[]
}

interface DemoServerOptions {
  /** Are added to the model. */
  sets?: readonly FeatureSet[]
  /** Another model's folder, and what it is called. */
  model?: string
  slug?: string
}

export function useDemoServer({ sets = [], model: path = DEMO_MODEL, slug = 'demo' }: DemoServerOptions = {}) {
  let database: TestDatabase
  let server: RunningServer
  let worker: Worker
  const kit = {
    store: undefined as unknown as Store,
    url: '',
    /** For files of a test; removed with the kit. */
    folder: '',
    async ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
      })
      return (await response.json()) as Answer
    },
  }
  beforeAll(async () => {
    database = await testDatabase()
    kit.folder = mkdtempSync(join(os.tmpdir(), 'tributary-demo-'))
    kit.url = database.url
    kit.store = openStore(database.url)
    const { folder } = await loadModel(path)
    const config = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')))
    const location = { host: os.hostname(), path }
    const added = await addModel(kit.store, { identity: folder.identity, config, location, slug })
    for (const set of sets) await addTried(kit.store, added.model, set)
    worker = await startWorker({
      databaseUrl: database.url, engine: 'onnx-cpu-float32', passMemoryBytes: MEMORY_LIMIT_BYTES, logger: silent,
      openAttributor: (dir, known) => openAttributor(dir, { threads: 1, sets: known }),
    })
    server = await createServer({ databaseUrl: database.url, port: 0 })
  })
  afterAll(async () => {
    await server?.close()
    await worker?.stop()
    await kit.store?.close()
    await database?.close()
    rmSync(kit.folder, { recursive: true, force: true })
  })
  return kit
}

/** A set with its self-test on one sentence, again and again. */
async function addTried(store: Store, model: Model, set: FeatureSet): Promise<void> {
  const { passes, tokenizer, close } = await openTried()
  try {
    const added = await addSet(set, {
      store, model, passes, tokenizer, texts: Array.from({ length: 8 }, () => 'The capital of France is Paris and the Eiffel Tower is in the city of Paris'), force: true, options: {}, signal: new AbortController().signal,
    })
    if (added.state !== 'added') throw new Error(`the set ${set.id} was not added`)
  } finally {
    await close()
  }
}

async function openTried() {
  const attributor = await openAttributor(DEMO_MODEL, { threads: 1 })
  const { passes, tokenizer } = attributor
  if (!passes || !tokenizer) throw new Error('the bundled model has no tokenizer')
  return { passes, tokenizer, close: () => attributor.close() }
}
