/** How a file holds its records: a JSON array, JSON lines or CSV. Told by its first character, not by its name. */
import { UserError } from '../../src/errors.ts'
import { readCsv, readCsvHeader } from './csv.ts'
import { readJsonArray } from './json-array.ts'
import { readJsonLines } from './json-lines.ts'
import { formats } from './formats/index.ts'
import type { RawRecord } from './record.ts'

export function readContainer(bytes: Buffer, recordBytes: number, file: string): Iterable<RawRecord> {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  if (first === undefined) throw new UserError('BAD_DATASET', `${file} is empty; records were expected.`)
  if (first === 0x5b) return readJsonArray(bytes, recordBytes, file)
  if (first === 0x7b) return readJsonLines(bytes, recordBytes)
  const columns = new Set(readCsvHeader(bytes, file) ?? [])
  if (formats.some((format) => format.recognises(columns))) return readCsv(bytes, recordBytes, file)
  throw new UserError(
    'BAD_DATASET',
    `${file} is neither a JSON array, nor one JSON object per line, nor CSV with a header that names a prompt.`,
  )
}
