/** The database for the time of one command: the one of DATABASE_URL, or the embedded one, migrated. */
import type { Config } from '../src/config.ts'
import type { Store } from '../src/store/store.ts'

/** `signal` ends the wait for the database; it is for commands that run until they are told to end. */
export async function withDatabase<T>(config: Config, action: (url: string) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { openDatabase } = await import('../src/postgres/open.ts')
  const database = await openDatabase({ databaseUrl: config.databaseUrl, home: config.homeDir, signal })
  try {
    return await action(database.url)
  } finally {
    await database.close()
  }
}

export async function withStore<T>(config: Config, action: (store: Store, url: string) => Promise<T>): Promise<T> {
  const { openStore } = await import('../src/store/store.ts')
  return withDatabase(config, async (url) => {
    const store = openStore(url)
    try {
      return await action(store, url)
    } finally {
      await store.close()
    }
  })
}
