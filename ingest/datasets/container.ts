/** How a file holds its records. The first bytes decide, not the name. */
import { basename } from 'node:path'
import { UserError } from '../../src/errors.ts'
import type { ReadJson } from '../../src/json/read.ts'
import { openBytes, type DatasetBytes } from './bytes.ts'
import { cutRows, readRow } from './csv.ts'
import { jsonOf, numbered } from './cut.ts'
import { isObject, isRecord } from './detect.ts'
import { readHeader } from './header.ts'
import { JsonElements, type Element } from './json-elements.ts'
import { cutLines } from './json-lines.ts'
import { isPart, layoutOf } from './layout.ts'
import type { DatasetLimits } from './limits.ts'
import { readParquet } from './parquet.ts'
import type { RawRecord } from './record.ts'
import { foreignFormat } from './text.ts'
import { ByteWindow } from './window.ts'

/** The records of a file, in pages as they are read. Every call begins with the first. */
export type RawRecords = () => AsyncGenerator<readonly RawRecord[]>

export async function openContainer(path: string, limits: DatasetLimits): Promise<RawRecords> {
  const file = basename(path)
  const bytes = await openBytes(path, limits)
  if (!bytes.isCompressed && isParquet(bytes.head)) return () => readParquet(path, limits, file)
  const foreign = foreignFormat(bytes.head)
  if (foreign !== null) throw new UserError('BAD_DATASET', `${path} is ${foreign}.`)
  const first = await firstByte(bytes)
  if (first === undefined) throw new UserError('BAD_DATASET', `${file} is empty; records were expected.`)
  if (first === OPEN_ARRAY) return () => readElements(bytes, limits, (json) => json.ofArray(), file)
  return first === OPEN_OBJECT ? openObject(bytes, limits, file) : openCsv(bytes, limits, file)
}

const OPEN_ARRAY = 0x5b
const OPEN_OBJECT = 0x7b
const isParquet = (head: Buffer) => head.subarray(0, 4).toString('latin1') === 'PAR1'

/** The first byte that is no white space. */
async function firstByte(bytes: DatasetBytes): Promise<number | undefined> {
  for await (const chunk of bytes.chunks()) {
    const found = chunk.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
    if (found !== undefined) return found
  }
  return undefined
}

async function openObject(bytes: DatasetBytes, limits: DatasetLimits, file: string): Promise<RawRecords> {
  const layout = await layoutOf(bytes.chunks(), file, isRecord)
  switch (layout.kind) {
    case 'lines':
      return () =>
        numbered(cutLines(new ByteWindow(bytes.chunks()), limits.recordBytes), (cut) =>
          rowOf(jsonOf(cut, limits.recordBytes)),
        )
    case 'single':
      return () => readSingle(bytes, limits)
    case 'wrapped':
      return () => readElements(bytes, limits, (json) => json.ofObject((name) => layout.names.has(name)), file)
  }
}

async function* readElements(
  bytes: DatasetBytes,
  { recordBytes }: DatasetLimits,
  elements: (json: JsonElements) => AsyncGenerator<Element[]>,
  file: string,
): AsyncGenerator<RawRecord[]> {
  const json = new JsonElements(new ByteWindow(bytes.chunks()), recordBytes, file)
  let record = 0
  for await (const cuts of elements(json))
    yield cuts.map((cut) => ({
      record: ++record,
      line: cut.line,
      ...withPart(rowOf(jsonOf(cut, recordBytes)), cut.under),
    }))
}

/** The Hugging Face datasets server puts every record into a `row`, and cuts long fields short. */
function rowOf(read: ReadJson): ReadJson {
  if ('reason' in read || !isObject(read.value) || !('row_idx' in read.value) || !isObject(read.value['row']))
    return read
  const { row, truncated_cells: cut } = read.value
  const names = Array.isArray(cut) ? cut.map(String) : []
  return names.length === 0
    ? { ...read, value: row }
    : { reason: `was cut short by the server that the file is from (${names.join(', ')})` }
}

/**
 * Adds the part of the dataset (such as `train`) to a record, if the file's arrays are the parts and the record does
 * not name its part.
 */
function withPart(read: ReadJson, under: string | null): ReadJson {
  if (under === null || !isPart(under) || 'reason' in read) return read
  const { value } = read
  if (!isObject(value) || 'split' in value) return read
  return { ...read, value: { ...value, split: under } }
}

async function* readSingle(bytes: DatasetBytes, { recordBytes }: DatasetLimits): AsyncGenerator<RawRecord[]> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of bytes.chunks()) {
    if (length <= recordBytes) chunks.push(chunk)
    length += chunk.length
  }
  yield [{ record: 1, line: 1, ...jsonOf({ line: 1, bytes: Buffer.concat(chunks), length }, recordBytes) }]
}

function openCsv(bytes: DatasetBytes, limits: DatasetLimits, file: string): RawRecords {
  const header = readHeader(bytes.head, file)
  if (header === null)
    throw new UserError(
      'BAD_DATASET',
      `${file} is neither a JSON array, nor one JSON object per line, nor Parquet, nor CSV with a header that names ` +
        'a prompt.',
    )
  const { names, separator, isInFile } = header
  return async function* () {
    const rows = cutRows(new ByteWindow(bytes.chunks()), separator, limits.recordBytes, file)
    let isFirst = true
    yield* numbered(withoutHeader(), (cut) => readRow(cut, names, separator, limits.recordBytes))

    async function* withoutHeader() {
      for await (const cuts of rows) {
        yield isFirst && isInFile ? cuts.slice(1) : cuts
        isFirst = false
      }
    }
  }
}
