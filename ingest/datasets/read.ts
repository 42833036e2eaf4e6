/** A dataset file → prompts, and an account of every record that was refused. Nothing is stored here. */
import { basename } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { AnswerCount, type AnswerSummary } from './answers-summary.ts'
import { brokenReason } from './broken.ts'
import { openContainer, type RawRecords } from './container.ts'
import { detectFormat, factsIn, isObject, SAMPLE } from './detect.ts'
import { Fields } from './formats/fields.ts'
import type { DatasetFormat, FileFacts, FormatName } from './formats/format.ts'
import { formatNamed } from './formats/index.ts'
import { DEFAULT_LIMITS, type DatasetLimits } from './limits.ts'
import { describeBroken, type BrokenRecord, type DatasetRecord, type Prompt, type RawRecord } from './record.ts'
import { unstorable } from './storable.ts'

export interface DatasetPage {
  records: readonly DatasetRecord[]
  broken: readonly BrokenRecord[]
}

export interface DatasetFile {
  /** Its name in messages. */
  name: string
  format: FormatName
  /**
   * Its prompts as they are read, so that memory does not grow with the file. Every call begins with the first. After
   * the last page the generator returns how many prompts have an answer.
   */
  pages(): AsyncGenerator<DatasetPage, AnswerSummary>
}

interface ReadDatasetOptions {
  /** Recognised by content when absent. */
  format?: FormatName
  limits?: Partial<DatasetLimits>
}

/** Looks at the beginning of the file to find its format and make sure that it is not empty. */
export async function openDataset(path: string, options: ReadDatasetOptions = {}): Promise<DatasetFile> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const name = basename(path)
  const raw = await openContainer(path, limits)
  const sample = await firstOf(raw, SAMPLE)
  if (sample.length === 0) throw new UserError('BAD_DATASET', `${name} holds no records; a dataset needs at least one.`)
  const format = options.format ? formatNamed(options.format) : detectFormat(sample, name)
  const facts = factsIn(sample)
  return {
    name,
    format: format.name,
    pages: () => readPages(raw, new RecordReader(format, facts), limits.records, name),
  }
}

/** Reads a whole file at once, for callers that need it all. */
export async function readDataset(path: string, options: ReadDatasetOptions = {}) {
  const { pages, format, name } = await openDataset(path, options)
  const records: DatasetRecord[] = []
  const broken: BrokenRecord[] = []
  const reading = pages()
  for (;;) {
    const next = await reading.next()
    if (next.done) return { name, format, records, broken, answers: next.value }
    records.push(...next.value.records)
    broken.push(...next.value.broken)
  }
}

interface Refusal {
  name: string
  format: FormatName
  /** How many prompts are good. */
  good: number
  /** How many records are broken, and the first of them. */
  broken: { count: number; first: BrokenRecord | undefined }
  skipBroken: boolean
}

/**
 * Refuses a dataset with broken records, unless the user accepts the good ones, and a dataset without any good record.
 */
export function requireWhole({ name, format, good, broken: { count, first }, skipBroken }: Refusal): void {
  if (!first || (skipBroken && good > 0)) return
  const advice =
    good > 0
      ? `repair ${count === 1 ? 'it' : 'them'}, or take only the ${good} good prompts with --skip-broken.`
      : `is it really of the format ${format}?`
  throw new UserError(
    'BAD_DATASET',
    `${name} has ${count} broken record${count === 1 ? '' : 's'} and nothing of it was taken: ` +
      `${describeBroken(first)}${count > 1 ? `, and ${count - 1} more` : ''}; ${advice}`,
  )
}

async function firstOf(raw: RawRecords, count: number): Promise<RawRecord[]> {
  const found: RawRecord[] = []
  for await (const page of raw()) {
    found.push(...page)
    if (found.length >= count) break
  }
  return found.slice(0, count)
}

async function* readPages(
  raw: RawRecords,
  reader: RecordReader,
  limit: number,
  name: string,
): AsyncGenerator<DatasetPage, AnswerSummary> {
  const answers = new AnswerCount()
  let seen = 0
  let index = 0
  for await (const page of raw()) {
    seen += page.length
    if (seen > limit) throw new UserError('TOO_LARGE', `${name} has more than ${limit} records; split it.`)
    const read = reader.readPage(page, index)
    answers.add(read.records)
    index += read.records.length
    yield read
  }
  return answers.summary
}

type Schema = ReturnType<DatasetFormat['schemaFor']>
type ReadRecord = { prompts: Prompt[] } | { reason: string }

/**
 * Reads records. Records of one form have the same fields, so decisions that depend on the fields are made once per
 * form.
 */
class RecordReader {
  #schemas = new Map<string, Schema>()
  #last: { names: readonly string[]; schema: Schema }

  constructor(
    private readonly format: DatasetFormat,
    private readonly facts: FileFacts,
  ) {
    this.#last = { names: [], schema: format.schemaFor(new Fields([]), facts) }
  }

  /** `firstIndex`: of the first prompt among them. */
  readPage(page: readonly RawRecord[], firstIndex: number): DatasetPage {
    const records: DatasetRecord[] = []
    const broken: BrokenRecord[] = []
    for (const found of page) {
      const read = 'reason' in found ? found : this.#read(found.value, found.isPlain)
      if ('reason' in read) broken.push({ record: found.record, line: found.line, reason: read.reason })
      else for (const prompt of read.prompts) records.push({ index: firstIndex + records.length, ...prompt })
    }
    return { records, broken }
  }

  #read(value: unknown, isPlain: boolean): ReadRecord {
    const names = isObject(value) ? Object.keys(value) : []
    // zod silently ignores a field of this name.
    if (names.includes('__proto__'))
      return { reason: 'has a field called "__proto__", which cannot be kept; rename it' }
    const parsed = this.#schemaFor(names).safeParse(value)
    if (!parsed.success) return { reason: brokenReason(parsed.error, value) }
    const reason = isPlain ? null : unstorable(parsed.data)
    return reason === null ? { prompts: parsed.data } : { reason }
  }

  #schemaFor(names: readonly string[]): Schema {
    const last = this.#last
    if (last.names.length === names.length && names.every((name, i) => name === last.names[i])) return last.schema
    const key = JSON.stringify(names)
    const schema = this.#schemas.get(key) ?? this.format.schemaFor(new Fields(names), this.facts)
    // Files whose every record has other fields would fill the memory.
    if (this.#schemas.size >= MOST_FORMS) this.#schemas.clear()
    this.#schemas.set(key, schema)
    this.#last = { names, schema }
    return schema
  }
}

const MOST_FORMS = 100
