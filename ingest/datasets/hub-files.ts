/** Which file of a repository on the hub is the dataset. */
import { UserError } from '../../src/errors.ts'

const DATA = /\.(?:parquet|jsonl|ndjson|json|csv|tsv)(?:\.gz)?$/i
/** Files that describe a dataset; they have the same endings as data. */
const DESCRIPTION =
  /(?:^|\/)(?:dataset_infos?|dataset_dict|state|config|croissant|package(?:-lock)?)\.json$|(?:^|\/)\./i
const SHOWN = 10

/**
 * `path`: a file, or a folder with one file; null for the only file of the repository. Refuses (UserError) if no file
 * or several fit.
 */
export function selectDatasetFile(paths: readonly string[], path: string | null, name: string): string {
  if (path !== null && paths.includes(path)) return path
  const inside = path === null ? paths : paths.filter((each) => each.startsWith(`${path}/`))
  const data = inside.filter((each) => DATA.test(each) && !DESCRIPTION.test(each))
  const [only] = data
  if (only !== undefined && data.length === 1) return only
  const listed = data.length > 0 ? data : paths.filter((each) => DATA.test(each) && !DESCRIPTION.test(each))
  const shown = `${listed.slice(0, SHOWN).join(', ')}${listed.length > SHOWN ? ` and ${listed.length - SHOWN} more` : ''}`
  if (data.length > 1)
    throw new UserError(
      'BAD_INPUT',
      `${name} has ${data.length} data files: ${shown}; name one of them behind the repository.`,
    )
  const where = path === null ? `${name} has no data file` : `There is no data file ${path} in ${name}`
  throw new UserError(
    'NOT_FOUND',
    `${where}${listed.length > 0 ? `; there is ${shown}` : '; expected Parquet, JSON, JSON lines, CSV or TSV'}.`,
  )
}
