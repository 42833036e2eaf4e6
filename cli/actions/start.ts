/** `tributary start` (what `npm start` runs): database, migrations, workers, the server. They end together. */
import { once } from 'node:events'
import { resolveConfig, type Config, type ConfigFlags } from '../../src/config.ts'
import { describeAddress } from '../../src/postgres/connect.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import type { RunningServer } from '../../server/create-server.ts'
import { openStore } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { demo, demoSuggestions, missingOfDemo } from './demo.ts'
import { keysNote } from './start/keys-note.ts'
import { openServer } from './start/server.ts'
import { superviseDatabase } from './start/supervise-database.ts'
import { readContents, welcome } from './start/welcome.ts'
import { startWorkerProcess, type WorkerProcess, workerEnvironments } from './start/worker-process.ts'

/** People read this terminal. Sentences tell what goes well, so the logs show only warnings and errors. */
const LOG_LEVEL = 'warn'

interface StartOptions {
  flags: ConfigFlags
  /** Whether an empty database gets the bundled model and datasets. */
  demo: boolean
}

export async function start({ flags, demo: wantsDemo }: StartOptions, context: CliContext): Promise<void> {
  const environment = { ...context.environment, LOG_LEVEL: context.environment['LOG_LEVEL'] ?? LOG_LEVEL }
  const config = resolveConfig(flags, environment)
  const { signal } = context
  const workers: WorkerProcess[] = []
  const stopWorkers = async () => void (await Promise.all(workers.map((worker) => worker.stop())))
  // Said and begun at once: the step that is under way may take a while to notice.
  const onAbort = () => {
    context.say(`\nEnding ${workers.length === 0 ? '' : `the ${workers.length === 1 ? 'worker' : 'workers'}, the server and `}the database …\n`)
    void stopWorkers()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) return
  context.say('Starting the database …\n')
  const database = await openDatabase({ databaseUrl: config.databaseUrl, home: config.homeDir, signal })
  // If a later step fails, the earlier ones are undone too, so that nothing that was started stays behind.
  const closing: (() => Promise<void>)[] = [() => database.close()]
  try {
    closing.push(superviseDatabase(database, (text) => context.say(text)))
    if (signal.aborted) return
    const server = await openServer(config, database.url)
    closing.push(() => server.close())
    if (signal.aborted) return
    workers.push(...workerEnvironments(environment, config).map((each) => startWorkerProcess(each, (text) => context.say(text))))
    closing.push(stopWorkers)
    const reason = wantsDemo ? await reasonForDemo(config, database.url) : null
    if (reason !== null) await startDemo(reason, { ...context, environment })
    if (signal.aborted) return
    context.print(await describe(config, database, server))
    if (reason !== null) context.print(demoSuggestions())
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await inOrder(closing.reverse())
  }
}

/** All of them, also after one that failed. */
async function inOrder(closing: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closing) await close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/**
 * Why the demo is to be added now, in words; null if it is not. If its model was removed but its datasets are still
 * there, the demo is not added again.
 */
async function reasonForDemo({ homeDir }: Config, url: string): Promise<string | null> {
  const store = openStore(url, { connections: 1 })
  try {
    const { models, datasets } = await readContents(store)
    if (models.length === 0 && datasets.length === 0) return 'The database is empty: adding the bundled demo (later: tributary demo) …'
    const missing = await missingOfDemo(store, homeDir)
    if (missing.length === 0) return null
    return `The demo was interrupted before it was complete: adding what is missing (${missing.join(', ')}) …`
  } finally {
    await store.close()
  }
}

/** A failure is only reported, because the server is useful without the demo. */
async function startDemo(reason: string, context: CliContext): Promise<void> {
  context.say(`${reason}\n`)
  // `works: false`, because the worker that was just started computes it.
  await demo({ works: false }, context).catch((error: unknown) => {
    if (context.signal.aborted) return
    context.say(`The demo could not be added: ${error instanceof Error ? error.message : String(error)}\n`)
  })
}

async function describe(
  config: Config,
  database: { url: string; folder: string | null },
  server: RunningServer,
): Promise<string> {
  const store = openStore(database.url, { connections: 1 })
  try {
    const place = database.folder === null ? describeAddress(database.url) : `embedded PostgreSQL in ${database.folder}`
    const contents = await readContents(store)
    const local = config.databaseUrl === null
    return welcome({ url: server.url, database: place, local, keys: keysNote(server, config), ...contents })
  } finally {
    await store.close()
  }
}
