/** Opens the model that a command names. */
import type { Attributor } from '../../src/attribution/attributor.ts'
import type { AttributorOptions } from '../../src/attribution/open.ts'
import type { Config } from '../../src/config.ts'
import type { FeatureSets } from '../../src/depass/partition/kind.ts'
import { findModelFolder } from '../../ingest/models/find.ts'
import type { CliContext } from '../context.ts'
import { engineOptions } from '../engine.ts'
import { fetchModelFolder } from '../hub.ts'
import { locateInDatabase } from '../locate-model.ts'

export type OpenAttributor = (dir: string, options: AttributorOptions, sets: FeatureSets) => Promise<Attributor>

/** Loaded late: `--help` and bad flags must not wait for an engine. */
export const openWhenNeeded: OpenAttributor = async (dir, options, sets) =>
  (await import('../../src/attribution/open.ts')).openAttributor(dir, { ...options, sets })

export interface ModelToOpen {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  /** Where the feature sets of the question are found. */
  sets: FeatureSets
  config: Config
  context: CliContext
  open: OpenAttributor
}

/** The model is called by the id that it was asked for by, in errors and in what is printed; a folder by its own name. */
export async function openModel({ model, sets, config, context, open }: ModelToOpen): Promise<Attributor> {
  const { dir, id } = await findModelFolder(model, config, locateInDatabase, (address) => fetchModelFolder(address, context))
  return open(dir, { ...engineOptions(config), ...(id !== null && { name: id }) }, sets)
}
