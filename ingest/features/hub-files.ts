/**
 * Which files of a repository on the hub make up a feature set. A release holds hundreds of sets of gigabytes each. So
 * only what was named is fetched: one set, or with `all` every set in the named folder.
 */
import { UserError } from '../../src/errors.ts'

/** Weights whose folder is the set. */
const OF_FOLDER = /^(?:sae_weights\.safetensors|sae\.safetensors|params\.(?:npz|safetensors)|ae\.pt)$/
/** Weights one folder below the set: Llama Scope's. */
const OF_CHECKPOINT = /^checkpoints\/[^/]+\.safetensors$/
/** Weights that are a set each, several to a folder. */
const OF_FILE = /^(?:layer\d{1,4}\.sae\.pt|layer_\d{1,4}\.safetensors|\d{1,4}\.pt)$/
/** Files that describe sets, in the set's folder and in those above it. */
const DESCRIPTION = /\.(?:json|ya?ml)$/
/** Beside the weights, and read too. */
const SMALL_WEIGHTS = 'sparsity.safetensors'
const SHOWN = 8

export interface ChosenFiles {
  files: readonly string[]
  /** The folder or file in the repository that holds the chosen files; '' for the whole repository. */
  path: string
}

/**
 * `path`: a set, a folder, or a file of the repository; null for all of it. Refuses (UserError) if it holds no set, or
 * several.
 */
export function selectFeatureFiles(
  paths: readonly string[],
  { path, all, name }: { path: string | null; all: boolean; name: string },
): ChosenFiles {
  const inside = (each: string) => path === null || each === path || each.startsWith(`${path}/`)
  const sets = new Map<string, string[]>()
  for (const each of paths) {
    const set = setOf(each)
    // The user may have named the folder's description instead of its weights.
    if (set !== null && (inside(each) || (path !== null && folderOf(path) === set && paths.includes(path))))
      sets.set(set, [...(sets.get(set) ?? []), each])
  }
  const names = [...sets.keys()]
  const [only] = names
  if (only === undefined)
    throw new UserError('BAD_FEATURES', `${name} has no files of a feature set${hint(paths, path)}.`)
  if (names.length > 1 && !all) {
    const shown = `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`
    throw new UserError(
      'BAD_INPUT',
      `${name} holds ${names.length} feature sets: ${shown}; name one of them behind the repository, or give --all.`,
    )
  }
  const weights = names.flatMap((set) => sets.get(set)!)
  const files = new Set([...weights, ...names.flatMap((set) => describing(set, sets.get(set)!, paths))])
  return { files: paths.filter((each) => files.has(each)), path: names.length === 1 ? only : (path ?? '') }
}

/** The set that a file of weights belongs to: its folder, or the file itself; null for other files. */
function setOf(path: string): string | null {
  const parts = path.split('/')
  const name = parts.at(-1)!
  if (OF_FILE.test(name)) return path
  if (OF_FOLDER.test(name)) return parts.slice(0, -1).join('/')
  return OF_CHECKPOINT.test(parts.slice(-2).join('/')) ? parts.slice(0, -2).join('/') : null
}

function describing(set: string, weights: readonly string[], paths: readonly string[]): string[] {
  const folder = weights.includes(set) ? folderOf(set) : set
  const above = folder.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))
  const folders = new Set(['', ...above])
  return paths.filter((each) => {
    if (!folders.has(folderOf(each))) return false
    return DESCRIPTION.test(each) || (folderOf(each) === folder && each.endsWith(SMALL_WEIGHTS))
  })
}

const folderOf = (path: string) => path.split('/').slice(0, -1).join('/')

function hint(paths: readonly string[], path: string | null): string {
  const sets = [...new Set(paths.flatMap((each) => setOf(each) ?? []))]
  if (path === null || sets.length === 0)
    return '; expected sae_weights.safetensors, params.npz, ae.pt or another file that docs/feature-sets.md lists'
  return ` there; it has ${sets.slice(0, SHOWN).join(', ')}${sets.length > SHOWN ? ` and ${sets.length - SHOWN} more` : ''}`
}
