/** The database for the time of one command: the one of DATABASE_URL, or the embedded one, migrated. */
import type { Config } from '../src/config.ts'
import type { Store } from '../src/store/store.ts'

export async function withStore<T>(config: Config, action: (store: Store) => Promise<T>): Promise<T> {
  const [{ openDatabase }, { openStore }] = await Promise.all([
    import('../src/postgres/open.ts'),
    import('../src/store/store.ts'),
  ])
  const database = await openDatabase({
    ...(config.databaseUrl !== null && { databaseUrl: config.databaseUrl }),
    home: config.homeDir,
  })
  try {
    const store = openStore(database.url)
    try {
      return await action(store)
    } finally {
      await store.close()
    }
  } finally {
    await database.close()
  }
}
