/**
 * Finds a model that this machine's registry does not know, but a shared database does, if its folder can be read here.
 */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { LocateModel } from '../ingest/models/find.ts'

/** Asks only a database that DATABASE_URL names: the embedded one knows no model that the registry does not. */
export const locateInDatabase: LocateModel = async (id, config) => {
  if (config.databaseUrl === null) return null
  const [{ withStore }, { findModel, modelPaths }] = await Promise.all([import('./store.ts'), import('../src/store/models.ts')])
  return withStore(config, async (store) => {
    const model = await findModel(store, id)
    const paths = model ? await modelPaths(store, model.id, hostname()) : []
    return paths.find((path) => existsSync(path)) ?? null
  })
}
