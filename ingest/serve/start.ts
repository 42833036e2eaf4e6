/** `tributary start` (what `npm start` runs): database, migrations, one worker, the server; ended together. */
import { once } from 'node:events'
import { resolveConfig, type Config, type ConfigFlags } from '../../src/config.ts'
import { describeAddress } from '../../src/postgres/connect.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { openStore } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { openServer } from './server.ts'
import { readContents, welcome } from './welcome.ts'
import { startWorkerProcess } from './worker-process.ts'

/** People read this terminal: what goes well is said in words, the logs only add what does not. */
const LOG_LEVEL = 'warn'

export async function start(flags: ConfigFlags, context: CliContext): Promise<void> {
  const environment = { ...context.environment, LOG_LEVEL: context.environment['LOG_LEVEL'] ?? LOG_LEVEL }
  const config = resolveConfig(flags, environment)
  context.say('Starting the database …\n')
  const database = await openDatabase({ databaseUrl: config.databaseUrl, home: config.homeDir })
  // Each step is undone when a later one fails, too: nothing that was started stays behind.
  const closing: (() => Promise<void>)[] = [() => database.close()]
  try {
    const server = await openServer(config, database.url)
    closing.push(() => server.close())
    const worker = startWorkerProcess(environment, (text) => context.say(text))
    closing.push(() => worker.stop())
    context.print(await describe(config, database, server.url))
    if (!context.signal.aborted) await once(context.signal, 'abort')
    context.say('\nEnding the worker, the server and the database …\n')
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

async function describe(config: Config, database: { url: string; folder: string | null }, url: string): Promise<string> {
  const store = openStore(database.url, { connections: 1 })
  try {
    const place = database.folder === null ? describeAddress(database.url) : `embedded PostgreSQL in ${database.folder}`
    return welcome({ url, database: place, local: config.databaseUrl === null, ...(await readContents(store)) })
  } finally {
    await store.close()
  }
}
