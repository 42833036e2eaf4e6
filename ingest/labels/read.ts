/**
 * Reads labels of features from files: Neuronpedia's export (`batch-N.jsonl.gz`), `explanations.jsonl` as found beside
 * SAELens sets, and CSV. Lines come in any order, and with fields that other lines lack. The character U+0000, which no
 * database stores, becomes the picture ␀.
 */
import { basename } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { isLosslessNumber } from '../../src/json/number.ts'
import { storableText } from '../../src/store/text.ts'
import { brokenReason } from '../datasets/broken.ts'
import { openBytes } from '../datasets/bytes.ts'
import { cutRows, fieldsOf, readRow, separators, type Separator } from '../datasets/csv.ts'
import { jsonOf, numbered } from '../datasets/cut.ts'
import { cutLines } from '../datasets/json-lines.ts'
import { DEFAULT_LIMITS } from '../datasets/limits.ts'
import type { BrokenRecord, RawRecord } from '../datasets/record.ts'
import { foreignFormat } from '../datasets/text.ts'
import { ByteWindow } from '../datasets/window.ts'

export interface Label {
  /** As the line names them; null if it does not. */
  model: string | null
  source: string | null
  index: number
  description: string
  author: string | null
  /** How it was made: oai_token-act-pair, automatic … */
  method: string | null
  /** The model that wrote it. */
  explainer: string | null
  score: number | null
  scoreMethod: string | null
}

export interface LabelPage {
  labels: readonly Label[]
  broken: readonly BrokenRecord[]
  /** Lines without a description: exports have them for features that nobody explained. */
  empty: number
}

/** Longest description; no person says more about a feature. */
const LONGEST = 10_000
const LARGEST_INDEX = 2 ** 31 - 1

const number = z.preprocess(
  (value) => (isLosslessNumber(value) || (typeof value === 'string' && value.trim() !== '') ? Number(value) : value),
  z.number(),
)
const index = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value),
  z.number().int().min(0).max(LARGEST_INDEX),
)
const text = z
  .string()
  .nullish()
  .transform((value) => (value == null || value.trim() === '' ? null : storableText(value.trim())))
const score = number.nullish().catch(null)

/** Names as Neuronpedia has them, and those that people choose for columns. */
const lineSchema = z.looseObject({
  index: index.optional(),
  feature: index.optional(),
  feature_index: index.optional(),
  description: text,
  explanation: text.catch(null),
  label: text.catch(null),
  modelId: text,
  layer: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), text),
  source: text.catch(null),
  authorId: text.catch(null),
  author: text.catch(null),
  typeName: text.catch(null),
  method: text.catch(null),
  explanationModelName: text.catch(null),
  explainer: text.catch(null),
  score,
  share: score,
  scoreMethod: text.catch(null),
  scores: z
    .array(z.looseObject({ value: number, explanationScoreTypeName: text }))
    .nullish()
    .catch(null),
})

/** In pages. Refuses (BAD_DATASET) a file that is neither JSON lines nor CSV with an index and a description. */
export async function* readLabels(path: string): AsyncGenerator<LabelPage> {
  for await (const records of await rawRecords(path)) {
    const page = { labels: [] as Label[], broken: [] as BrokenRecord[], empty: 0 }
    for (const record of records) {
      const read = 'reason' in record ? record : labelOf(record.value)
      if (read === null) page.empty += 1
      else if ('reason' in read) page.broken.push({ record: record.record, line: record.line, reason: read.reason })
      else page.labels.push(read)
    }
    yield page
  }
}

function labelOf(value: unknown): Label | { reason: string } | null {
  const parsed = lineSchema.safeParse(value)
  if (!parsed.success) return { reason: brokenReason(parsed.error, value) }
  const line = parsed.data
  const own = line.index ?? line.feature ?? line.feature_index
  if (own === undefined) return { reason: 'lacks "index", the number of its feature' }
  const description = line.description ?? line.explanation ?? line.label
  if (description === null) return null
  if (description.length > LONGEST)
    return { reason: `has a description of ${description.length} characters; at most ${LONGEST} are taken` }
  // Of several scores the first is shown by Neuronpedia, too.
  const scored = line.scores?.[0]
  const [value_, method] =
    scored !== undefined
      ? [scored.value, scored.explanationScoreTypeName]
      : line.score != null
        ? [line.score, line.scoreMethod]
        : [line.share ?? null, line.share == null ? null : 'share']
  return {
    model: line.modelId,
    source: line.layer ?? line.source,
    index: own,
    description,
    author: line.author ?? line.authorId,
    method: line.typeName ?? line.method,
    explainer: line.explanationModelName ?? line.explainer,
    score: value_ !== null && Number.isFinite(value_) ? value_ : null,
    scoreMethod: method,
  }
}

async function rawRecords(path: string): Promise<AsyncGenerator<RawRecord[]>> {
  const { head, chunks } = await openBytes(path, DEFAULT_LIMITS)
  const file = basename(path)
  const foreign = foreignFormat(head)
  if (foreign !== null) throw new UserError('BAD_DATASET', `${path} is ${foreign}.`)
  const { recordBytes } = DEFAULT_LIMITS
  const start = head.toString('utf8').trimStart()
  if (start.startsWith('{'))
    return numbered(cutLines(new ByteWindow(chunks()), recordBytes), (cut) => jsonOf(cut, recordBytes))
  const header = headerOf(start)
  if (header === null)
    throw new UserError(
      'BAD_DATASET',
      `${file} is neither one JSON object per line nor CSV with a header; expected the columns index and description.`,
    )
  const rows = cutRows(new ByteWindow(chunks()), header.separator, recordBytes, file)
  return numbered(withoutFirst(rows), (cut) => readRow(cut, header.names, header.separator, recordBytes))
}

async function* withoutFirst<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  let isFirst = true
  for await (const page of pages) {
    yield isFirst ? page.slice(1) : page
    isFirst = false
  }
}

const INDEX = new Set(['index', 'feature', 'feature_index'])
const DESCRIPTION = new Set(['description', 'explanation', 'label'])

function headerOf(start: string): { names: string[]; separator: Separator } | null {
  const row = /^[^\r\n]*/.exec(start)?.[0] ?? ''
  for (const separator of separators) {
    const names = fieldsOf(row, separator)?.map((name) => name.trim())
    if (names?.some((name) => INDEX.has(name)) && names.some((name) => DESCRIPTION.has(name)))
      return { names, separator }
  }
  return null
}
