/** Which files hold labels: one that is named, or those of a folder. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../../src/errors.ts'

/** Neuronpedia's export has v1/{model}/{source}/explanations. */
const MAX_DEPTH = 6
const MAX_FOLDERS = 20_000
const READABLE = /\.(?:jsonl|ndjson|csv|tsv)(?:\.gz)?$/i
const NAMED = /^(?:explanation|label)/i

/**
 * In a folder these are the files in folders called `explanations`, and files whose names begin with `explanation` or
 * `label`. If there are none, they are all files of lines in the folder. They are ordered by name, with numbers in
 * numeric order.
 */
export async function labelFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null)
  if (info === null)
    throw new UserError(
      'NOT_FOUND',
      `There is no file or folder ${path}; give a file with labels, or a folder of them.`,
    )
  if (!info.isDirectory()) return [path]
  const found = await search(path, 0, { left: MAX_FOLDERS })
  if (found.length > 0) return found
  const direct = (await entriesOf(path)).filter((entry) => entry.isFile() && READABLE.test(entry.name))
  if (direct.length > 0) return direct.map(({ name }) => join(path, name))
  throw new UserError(
    'NOT_FOUND',
    `${path} has no labels; expected explanations/*.jsonl.gz as Neuronpedia exports them, explanations.jsonl, or a CSV file with the columns index and description.`,
  )
}

async function search(dir: string, depth: number, budget: { left: number }): Promise<string[]> {
  budget.left -= 1
  if (budget.left < 0)
    throw new UserError('TOO_LARGE', `${dir} is one of more than ${MAX_FOLDERS} folders; give one of them.`)
  const all = basename(dir) === 'explanations'
  const found: string[] = []
  for (const entry of await entriesOf(dir)) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH && !entry.name.startsWith('.')) found.push(...(await search(path, depth + 1, budget)))
    } else if (READABLE.test(entry.name) && (all || NAMED.test(entry.name))) found.push(path)
  }
  return found
}

async function entriesOf(dir: string) {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}
