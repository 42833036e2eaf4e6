/** From the text after --model to the model's folder. */
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { isHubAddress } from '../../src/hub/address.ts'
import { readRegistry } from './registry.ts'

/** Where the database says that a model lies on this machine; null when it knows none of that id. */
export type LocateModel = (id: string, config: Config) => Promise<string | null>

/** The folder of a model on the hub (`hf:org/name`), fetched if it is not here yet. */
export type FetchModel = (address: string) => Promise<{ dir: string }>

interface FoundModel {
  dir: string
  /** What it was called; null when it was given as a folder. */
  id: string | null
}

/**
 * A model folder wins over an id of the same name, since the user sees the folder. A folder that is no model (such as
 * this project's own demo/) does not hide the model of that id.
 */
export async function findModelFolder(
  nameOrDir: string,
  config: Config,
  locate?: LocateModel,
  fetchModel?: FetchModel,
): Promise<FoundModel> {
  if (fetchModel && isHubAddress(nameOrDir)) return { dir: (await fetchModel(nameOrDir)).dir, id: nameOrDir }
  const folder = { dir: resolve(nameOrDir), id: null }
  if (await isModelFolder(nameOrDir)) return folder
  const models = await readRegistry(config.homeDir)
  const known = models.get(nameOrDir)
  if (known !== undefined) return requireFolder(known, nameOrDir)
  // Whoever reads the folder reports what is wrong with it.
  if (await isFolder(nameOrDir)) return folder
  if (looksLikePath(nameOrDir))
    throw new UserError('NOT_FOUND', `There is no folder ${resolve(nameOrDir)}; give a model folder, or the id of an added model.`)
  const located = await locate?.(nameOrDir, config)
  if (located != null) return requireFolder(located, nameOrDir)
  const added = models.size > 0 ? `those added here are ${[...models.keys()].join(', ')}` : 'none has been added here'
  throw new UserError(
    'NOT_FOUND',
    `There is no model ${JSON.stringify(nameOrDir)}: no folder has that name, and ${added}; add one with tributary model add DIR.`,
  )
}

async function requireFolder(dir: string, id: string): Promise<FoundModel> {
  if (await isFolder(dir)) return { dir, id }
  throw new UserError('NOT_FOUND', `The model ${id} was added from ${dir}, which is gone; add it again from where it is now.`)
}

const isFolder = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() === true

const isModelFolder = async (path: string) =>
  (await isFolder(path)) && (await stat(join(path, 'config.json')).catch(() => null))?.isFile() === true

const looksLikePath = (name: string) => /[/\\]|^\./.test(name)
