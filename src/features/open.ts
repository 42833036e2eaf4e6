/**
 * Feature sets by path: one set, or a release's folder with many. The format is recognised by the contents of the
 * files.
 */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isUserError, UserError } from '../errors.ts'
import { buildFeatureSet, idOf, type SetOptions } from './build.ts'
import type { FoundSet } from './description.ts'
import type { FeatureSet } from './feature-set.ts'
import type { Format, FormatOptions, Place } from './formats/format.ts'
import { formats } from './formats/index.ts'

export interface OpenOptions extends SetOptions, FormatOptions {}

/** Releases keep sets up to four folders down (layer_20/width_16k/average_l0_71). */
const MAX_DEPTH = 6

/** A release with every layer, width and sparsity has a few thousand folders. */
const MAX_FOLDERS = 20_000

/**
 * The set at `path`: a folder or file of one of the formats. If a folder holds several sets, `options.id` chooses one.
 * Throws NOT_FOUND, BAD_FEATURES, UNSUPPORTED, or BAD_INPUT if an option is required because the files do not say (site,
 * k, scale).
 *
 * @example
 * const set = await openFeatureSet('demo/saes/2-res')
 * const rows = await encoderRows(set, [7]) // [1, set.D]
 */
export async function openFeatureSet(path: string, options: OpenOptions = {}): Promise<FeatureSet> {
  const found = await findSets(path, options.signal)
  const chosen = found.length === 1 ? found[0]! : choose(path, await withIds(found, options), options.id)
  return buildFeatureSet(await formats[chosen.format].describe(chosen.path, options), options)
}

function choose(path: string, found: readonly FoundSet[], id: string | undefined): FoundSet {
  const chosen = found.filter((each) => each.id === id)
  if (chosen.length === 1) return chosen[0]!
  const named =
    found
      .slice(0, 8)
      .map((each) => each.id)
      .join(', ') + (found.length > 8 ? ` and ${found.length - 8} more` : '')
  throw new UserError(
    'BAD_INPUT',
    id === undefined
      ? `${path} holds ${found.length} feature sets (${named}); give the path or the id of one.`
      : `${path} holds ${chosen.length === 0 ? 'no' : chosen.length} feature sets of the id "${id.slice(0, 80)}"; ` +
          `it has ${named}.`,
  )
}

/**
 * Every set at `path` or in the folders below it, in the order of paths, with the id that each has when it is opened.
 * If several sets have the same id, names of its folders are appended to each, after two underscores. A set that is
 * opened by `path` and such an id keeps it. Throws NOT_FOUND, and BAD_FEATURES if there is no set.
 */
export async function listFeatureSets(path: string, options: OpenOptions = {}): Promise<FoundSet[]> {
  return withIds(await findSets(path, options.signal), options)
}

async function findSets(path: string, signal: AbortSignal | undefined): Promise<FoundSet[]> {
  const start = await placeOf(resolve(path))
  const found = await search(start, 0, { left: MAX_FOLDERS, signal })
  if (found.length > 0) return found
  throw new UserError(
    'BAD_FEATURES',
    `${path} is no feature set of a known format; expected ` +
      `${Object.values(formats)
        .map(({ name, looksFor }) => `${looksFor} (${name})`)
        .join(', ')}.`,
  )
}

interface Budget {
  left: number
  signal: AbortSignal | undefined
}

async function search(place: Place, depth: number, budget: Budget): Promise<FoundSet[]> {
  budget.signal?.throwIfAborted()
  for (const format of Object.values<Format>(formats)) {
    const found = await format.find(place)
    if (found.length > 0) return found
  }
  if (place.file !== null || depth >= MAX_DEPTH) return []
  const found: FoundSet[] = []
  for (const folder of await foldersIn(place.dir)) {
    budget.left -= 1
    if (budget.left < 0)
      throw new UserError('TOO_LARGE', `${place.dir} has more than ${MAX_FOLDERS} folders; give one of them.`)
    found.push(...(await search(await placeOf(join(place.dir, folder)), depth + 1, budget)))
  }
  return found
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  // Links to folders are not followed, because they may lead in a circle.
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

async function placeOf(path: string): Promise<Place> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new UserError('NOT_FOUND', `There is no file or folder ${path}; expected a feature set.`, { cause })
  })
  const dir = stats.isDirectory() ? path : dirname(path)
  return { dir, files: new Set(await filesIn(dir)), file: stats.isDirectory() ? null : basename(path) }
}

/** Files, and links to files, because a download cache keeps the content elsewhere. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile()) return entry.name
      if (!entry.isSymbolicLink()) return null
      const isFile = await realpath(join(dir, entry.name))
        .then(stat)
        .then(
          (stats) => stats.isFile(),
          () => false,
        )
      return isFile ? entry.name : null
    }),
  )
  return names.filter((name) => name !== null)
}

/**
 * Gives each set its id. A set that cannot be described without options (its site, its k) keeps the name it was found
 * under.
 */
async function withIds(found: readonly FoundSet[], options: OpenOptions): Promise<FoundSet[]> {
  const named: FoundSet[] = []
  for (const each of found) {
    const id = await formats[each.format].describe(each.path, options).then(
      (set) => idOf(set, options),
      (error: unknown) => {
        if (isUserError(error)) return each.id
        throw error
      },
    )
    named.push({ ...each, id: id ?? each.id })
  }
  return withUniqueIds(named)
}

function withUniqueIds(found: readonly FoundSet[]): FoundSet[] {
  const count = new Map<string, number>()
  for (const { id } of found) count.set(id, (count.get(id) ?? 0) + 1)
  return found.map((each) =>
    count.get(each.id) === 1 ? each : { ...each, id: `${each.id}__${distinctPart(each, found)}` },
  )
}

/** The last names of the path that distinguish the set from all others of the same id. */
function distinctPart({ path, id }: FoundSet, found: readonly FoundSet[]): string {
  const others = found.filter((each) => each.id === id && each.path !== path)
  const parts = path.split(/[\\/]/)
  for (let count = 1; count < parts.length; count++) {
    const ending = parts.slice(-count)
    const shared = others.some((other) => other.path.split(/[\\/]/).slice(-count).join('/') === ending.join('/'))
    if (!shared) return ending.join('-').replaceAll(/[^A-Za-z0-9._-]/g, '-')
  }
  return String(found.findIndex((each) => each.path === path))
}
