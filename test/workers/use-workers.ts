import os from 'node:os'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { addModel, type Model, openStore, type Store } from '../../src/store/index.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import {
  openQueue,
  type Queue,
  requestAttributions,
  type RequestOptions,
  startWorker,
  type Worker,
  type WorkerOptions,
} from '../../workers/index.ts'
import { ENGINE, identity } from '../store/fixtures.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { prepared } from './prepared.ts'
import { fakeAttributor, fakeEngine, type FakeOptions } from './fake-attributor.ts'

export const silent = pino({ level: 'silent' })

/** A database with a model, a queue, and workers that are stopped after each test. */
export function useWorkers() {
  let database: TestDatabase
  const workers: Worker[] = []
  const kit = {
    store: undefined as unknown as Store,
    queue: undefined as unknown as Queue,
    model: undefined as unknown as Model,
    url: '',
    /** Every call that any fake attributor of this kit got. */
    calls: [] as (readonly AttributionRequest[])[],
    async worker(fake: FakeOptions = {}, options: Partial<WorkerOptions> = {}): Promise<Worker> {
      const worker = await startWorker({
        databaseUrl: kit.url,
        ...fakeEngine,
        ...(fake.engine !== undefined && { engine: fake.engine }),
        openAttributor: async () => fakeAttributor({ onCall: (requests) => kit.calls.push(requests), ...fake }),
        logger: silent,
        pollSeconds: 0.5,
        ...options,
      })
      workers.push(worker)
      return worker
    },
    ask(requests: readonly AttributionRequest[], options: Partial<RequestOptions> = {}) {
      const asked = { model: kit.model, engine: ENGINE }
      return requestAttributions(kit.store, kit.queue, asked, requests.map((each) => prepared(asked, each)), { timeoutMs: 20_000, ...options })
    },
  }
  beforeAll(async () => {
    database = await testDatabase()
    kit.url = database.url
    kit.store = openStore(kit.url, { connections: 4 })
    kit.queue = await openQueue({ databaseUrl: kit.url })
    const location = { host: os.hostname(), path: import.meta.dirname }
    kit.model = (await addModel(kit.store, { identity: identity(), config: {}, location })).model
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop({ timeoutMs: 0 })))
    kit.calls.length = 0
  })
  afterAll(async () => {
    await kit.queue?.close()
    await kit.store?.close()
    await database?.close()
  })
  return kit
}
