/** A dataset file → prompts, and an account of every record that was refused. Nothing is stored here. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { brokenReason } from './broken.ts'
import { readContainer } from './container.ts'
import { detectFormat, keysOf } from './detect.ts'
import type { DatasetFormat, FormatName } from './formats/format.ts'
import { formatNamed } from './formats/index.ts'
import { DEFAULT_LIMITS, type DatasetLimits } from './limits.ts'
import { describeBroken, type BrokenRecord, type DatasetRecord, type Prompt, type RawRecord } from './record.ts'
import { unstorable } from './storable.ts'
import { foreignFormat, withoutByteOrderMark } from './text.ts'

interface Dataset {
  format: FormatName
  /** sha256 (hex) of the file as it is on disk. */
  hash: string
  records: DatasetRecord[]
  broken: BrokenRecord[]
}

interface ReadDatasetOptions {
  /** Recognised by content when absent. */
  format?: FormatName
  limits?: Partial<DatasetLimits>
}

export async function readDataset(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const file = basename(path)
  const bytes = await readWhole(path, limits.fileBytes)
  const raw = collect(readContainer(withoutByteOrderMark(bytes), limits.recordBytes, file), limits.records, file)
  if (raw.length === 0) throw new UserError('BAD_DATASET', `${file} holds no records; a dataset needs at least one.`)
  const format = options.format ? formatNamed(options.format) : detectFormat(raw, file)
  return {
    format: format.name,
    hash: createHash('sha256').update(bytes).digest('hex'),
    ...readRecords(raw, format),
  }
}

/**
 * Refuses a dataset with broken records, unless the user takes the good ones, or without any good one. What is wrong
 * with each is in `dataset.broken`; the message names the first.
 */
export function requireWhole(dataset: Dataset, file: string, { skipBroken }: { skipBroken: boolean }): void {
  const [first] = dataset.broken
  if (!first || (skipBroken && dataset.records.length > 0)) return
  const count = dataset.broken.length
  const advice =
    dataset.records.length > 0
      ? `repair ${count === 1 ? 'it' : 'them'}, or take only the ${dataset.records.length} good prompts with --skip-broken.`
      : `is it really of the format ${dataset.format}?`
  throw new UserError(
    'BAD_DATASET',
    `${file} has ${count} broken record${count === 1 ? '' : 's'} and nothing of it was taken: ` +
      `${describeBroken(first)}${count > 1 ? `, and ${count - 1} more` : ''}; ${advice}`,
  )
}

function readRecords(raw: readonly RawRecord[], format: DatasetFormat): Pick<Dataset, 'records' | 'broken'> {
  const records: DatasetRecord[] = []
  const broken: BrokenRecord[] = []
  for (const found of raw) {
    const read = 'reason' in found ? found : readPrompts(found.value, format)
    if ('reason' in read) broken.push({ record: found.record, line: found.line, reason: read.reason })
    else for (const prompt of read.prompts) records.push({ index: records.length, ...prompt })
  }
  return { records, broken }
}

function readPrompts(value: unknown, format: DatasetFormat): { prompts: Prompt[] } | { reason: string } {
  const parsed = format.schemaFor(keysOf(value)).safeParse(value)
  if (!parsed.success) return { reason: brokenReason(parsed.error, value) }
  const reason = unstorable(parsed.data)
  return reason === null ? { prompts: parsed.data } : { reason }
}

function collect(found: Iterable<RawRecord>, limit: number, file: string): RawRecord[] {
  const raw: RawRecord[] = []
  for (const record of found) {
    if (raw.length === limit) throw new UserError('TOO_LARGE', `${file} has more than ${limit} records; split it.`)
    raw.push(record)
  }
  return raw
}

async function readWhole(path: string, limitBytes: number): Promise<Buffer> {
  const info = await stat(path).catch(() => null)
  if (!info) throw new UserError('NOT_FOUND', `There is no file ${path}; give the path of a dataset file.`)
  if (!info.isFile()) throw new UserError('BAD_DATASET', `${path} is not a file; give one dataset file.`)
  if (info.size > limitBytes)
    throw new UserError('TOO_LARGE', `${path} has ${info.size} bytes and at most ${limitBytes} are read; split it.`)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UserError('BAD_DATASET', `${path} cannot be read; check its permissions.`, { cause: error })
  })
  const foreign = foreignFormat(bytes)
  if (foreign !== null) throw new UserError('BAD_DATASET', `${path} is ${foreign}.`)
  return bytes
}
