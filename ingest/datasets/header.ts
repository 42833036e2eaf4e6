/** The header row of a CSV file, and what separates its fields. */
import { UserError } from '../../src/errors.ts'
import { fieldsOf, separators, type Separator } from './csv.ts'
import { isRecord } from './detect.ts'
import { decodeUtf8, quotedName } from './text.ts'

interface Header {
  names: readonly string[]
  separator: Separator
  /** False if the file has no header and its form says what the columns are. */
  isInFile: boolean
}

/** null if the first row names nothing that a dataset needs. Refuses two columns of one name. */
export function readHeader(head: Buffer, file: string): Header | null {
  const row = firstRow(head)
  if (row === null) return null
  for (const separator of separators) {
    const names = fieldsOf(row, separator)
    if (names === null || !isRecord(names)) continue
    const twin = names.find((name, i) => names.indexOf(name) !== i)
    if (names.includes('__proto__'))
      throw new UserError('BAD_DATASET', `${file} has a column called "__proto__", which cannot be kept; rename it.`)
    if (twin === undefined) return { names, separator, isInFile: true }
    throw new UserError(
      'BAD_DATASET',
      `${file} has two columns called ${quotedName(twin)}; give each a name of its own.`,
    )
  }
  const columns = mmluColumns(fieldsOf(row, ','))
  return columns && { names: columns, separator: ',', isInFile: false }
}

/** The first row that is not empty, from the file's first bytes; null if these are no text. */
function firstRow(head: Buffer): string | null {
  const start = head.findIndex((byte) => byte !== 0x0a && byte !== 0x0d)
  let isQuoted = false
  let end = Math.max(0, start)
  for (; end < head.length && (isQuoted || head[end] !== 0x0a); end++) if (head[end] === 0x22) isQuoted = !isQuoted
  const row = start < 0 ? head.subarray(0, 0) : head.subarray(start, end)
  return decodeUtf8(row.at(-1) === 0x0d ? row.subarray(0, -1) : row)
}

const LETTERS = 'ABCDEFGHIJ'

/** MMLU's own files have no header: the question, its options, and the letter of the right one. */
function mmluColumns(row: readonly string[] | null): string[] | null {
  if (row === null || row.length < 4) return null
  const options = LETTERS.slice(0, row.length - 2)
  const answer = row.at(-1) ?? ''
  return options.length === row.length - 2 && answer.length === 1 && options.includes(answer)
    ? ['question', ...options, 'answer']
    : null
}
