import { afterAll, beforeAll } from 'vitest'
import { type Store, openStore } from '../../src/store/store.ts'
import { useDatabase } from '../database.ts'

/** A store on a database of its own, for the tests of one file or describe block. */
export function useStore(): Store {
  const database = useDatabase()
  let store: Store | undefined
  beforeAll(() => {
    store = openStore(database.url, { connections: 4 })
  })
  afterAll(() => store?.close())
  // Tests are written before the database exists; they run after.
  return new Proxy({} as Store, {
    get: (_, name) => {
      if (!store) throw new Error('useStore: the store exists only inside tests and hooks')
      return Reflect.get(store, name) as unknown
    },
  })
}
