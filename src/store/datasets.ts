/** Datasets: all prompts of a file or none, identified by their content. */
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Dataset } from '../../prisma/generated/client/client.ts'
import { UserError } from '../errors.ts'
import { canonicalJson } from '../json/write.ts'
import { BinaryRows } from './binary-copy.ts'
import { checkSlug } from './slug.ts'
import { type Store, inTransaction } from './store.ts'
import { whyUnstorable } from './text.ts'

/** A validated record. */
export interface NewPrompt {
  text: string
  answer?: string | null
  subject?: string | null
  /** The record's other fields. Numbers may be lossless ones (src/json). */
  extra?: Record<string, unknown>
}

/** All prompts, or a function that reads them in pages. Every call reads from the first prompt again. */
type PromptSource = readonly NewPrompt[] | (() => AsyncIterable<readonly NewPrompt[]>)

export interface NewDataset {
  slug: string
  title: string
  /** The reader that recognised the file. */
  format: string
  /** In file order. An error of the source is passed on, and nothing is stored. */
  prompts: PromptSource
}

/**
 * The same prompts are one dataset: adding them again, under whatever slug, finds the existing one. Prompts are sent as
 * they are read, and only after the last one is it known whether the dataset is new. Until then it has a name that
 * nobody else can have, in a transaction that nobody else can see.
 */
export async function addDataset(store: Store, dataset: NewDataset): Promise<{ dataset: Dataset; added: boolean }> {
  checkSlug(dataset.slug, 'dataset')
  let hash = ''
  const added = await inTransaction(store, async (client) => {
    const id = await beginDataset(client, dataset)
    const sent = await sendPrompts(client, id, dataset.prompts)
    hash = sent.hash
    await client.query('UPDATE dataset SET slug = $2, content_hash = $3, prompt_count = $4 WHERE id = $1', [
      id, dataset.slug, sent.hash, sent.count,
    ])
    return true
  }).catch((error: unknown) => {
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION && hash !== '') return false
    throw error
  })
  const stored = await store.prisma.dataset.findUnique({ where: { contentHash: hash } })
  if (stored) return { dataset: stored, added }
  throw new UserError(
    'BAD_INPUT',
    `There is another dataset with the id ${dataset.slug} already; choose another with --id.`,
  )
}

const UNIQUE_VIOLATION = '23505'

async function beginDataset(client: pg.ClientBase, { title, format }: NewDataset): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO dataset (slug, title, format, content_hash, prompt_count) VALUES ($1, $2, $3, $1, 0) RETURNING id`,
    [randomBytes(32).toString('hex'), title, format],
  )
  if (rows[0]) return rows[0].id
  throw new Error('a dataset was inserted and has no id')
}

/** Large enough for a COPY to be worth its round trip. */
const COPY_BYTES = 4 * 1024 ** 2
const COLUMNS = 'prompt (dataset_id, index, text, answer, subject, extra)'

/**
 * The hash covers what was read, not the file, so the same records in another container are the same dataset. It is the
 * sha256 of the canonical JSON of all prompts as [text, answer, subject, extra].
 */
async function sendPrompts(
  client: pg.ClientBase,
  datasetId: number,
  prompts: PromptSource,
): Promise<{ hash: string; count: number }> {
  const hash = createHash('sha256').update('[')
  let count = 0
  let copy = new BinaryRows()
  for await (const page of typeof prompts === 'function' ? prompts() : [prompts]) {
    for (const prompt of page) {
      const { text, answer, subject } = prompt
      const { row, extra } = hashedRow(prompt)
      if (row.includes(ESCAPE)) refuseUnstorable(prompt, count)
      hash.update(count === 0 ? row : `,${row}`)
      copy.row(6).int4(datasetId).int4(count).text(text).textOrNull(answer).textOrNull(subject).jsonb(extra)
      count++
      if (copy.byteLength < COPY_BYTES) continue
      await copy.send(client, COLUMNS)
      copy = new BinaryRows()
    }
  }
  if (copy.rowCount > 0) await copy.send(client, COLUMNS)
  return { hash: hash.update(']').digest('hex'), count }
}

/** A prompt in the form that goes into the dataset's hash, and the JSON of its other fields. */
function hashedRow({ text, answer, subject, extra: others }: NewPrompt): { row: string; extra: string } {
  const extra = canonicalJson(others ?? {})
  return { row: `${JSON.stringify([text, answer ?? null, subject ?? null]).slice(0, -1)},${extra}]`, extra }
}

/** The hash that identifies a dataset of these prompts, without storing it. */
export const datasetHash = (prompts: readonly NewPrompt[]): string =>
  createHash('sha256').update(`[${prompts.map((prompt) => hashedRow(prompt).row).join(',')}]`).digest('hex')

/** JSON writes U+0000 and halves of surrogate pairs with this escape, and few other texts contain it. */
const ESCAPE = '\\u'

function refuseUnstorable({ text, answer, subject, extra }: NewPrompt, index: number): void {
  const strings = [text, answer ?? '', subject ?? '', ...stringsOf(extra ?? {})]
  const reason = strings.map(whyUnstorable).find((each) => each !== null)
  if (!reason) return
  throw new UserError('BAD_DATASET', `Prompt ${index} cannot be stored: ${reason}; correct or leave out the record.`)
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsOf(inner)])
}

/** Finds a dataset by its slug. */
export async function requireDataset(store: Store, slug: string): Promise<Dataset> {
  const dataset = await store.prisma.dataset.findUnique({ where: { slug } })
  if (dataset) return dataset
  const datasets = await store.prisma.dataset.findMany({ select: { slug: true }, orderBy: { slug: 'asc' } })
  const slugs = datasets.map((each) => each.slug)
  throw new UserError(
    'NOT_FOUND',
    `There is no dataset ${JSON.stringify(slug)} in the database; ` +
      (slugs.length > 0 ? `there is ${slugs.slice(0, 20).join(', ')}.` : 'add one with: tributary dataset add FILE.'),
  )
}

export interface DatasetContents {
  prompts: number
  runs: number
  /** Results that only its runs asked for. */
  results: number
}

const OF_ITS_RUNS = 'SELECT i.result_id FROM run_item i JOIN run r ON r.id = i.run_id WHERE r.dataset_id = $1'
const OF_OTHER_RUNS =
  'SELECT 1 FROM run_item o JOIN run r ON r.id = o.run_id WHERE o.result_id = result.id AND r.dataset_id <> $1'

/** What is removed together with the dataset. */
export async function datasetContents(store: Store, datasetId: number): Promise<DatasetContents> {
  const [contents] = await store.query<DatasetContents>(
    `SELECT d.prompt_count AS prompts, (SELECT count(*)::int FROM run WHERE dataset_id = $1) AS runs,
       (SELECT count(*)::int FROM result WHERE id IN (${OF_ITS_RUNS}) AND NOT EXISTS (${OF_OTHER_RUNS})) AS results
     FROM dataset d WHERE d.id = $1`,
    [datasetId],
  )
  if (contents) return contents
  throw new Error(`there is no dataset ${datasetId}`)
}

/**
 * Removes a dataset with its prompts, its runs, and the results that only these runs asked for. Their jobs must be
 * stopped first (`stopRun`).
 */
export async function removeDataset(store: Store, datasetId: number): Promise<void> {
  await inTransaction(store, async (client) => {
    // Locked, so that no run of the dataset can begin: its foreign key waits here, and then finds no dataset.
    await client.query('SELECT 1 FROM dataset WHERE id = $1 FOR UPDATE', [datasetId])
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM result WHERE id IN (${OF_ITS_RUNS}) AND NOT EXISTS (${OF_OTHER_RUNS})`,
      [datasetId],
    )
    await client.query('DELETE FROM dataset WHERE id = $1', [datasetId])
    // Checked again, because another run may have asked for one of the results in the meantime.
    await client.query(
      `DELETE FROM result r WHERE r.id = ANY($1::bigint[])
         AND NOT EXISTS (SELECT 1 FROM run_item i WHERE i.result_id = r.id)`,
      [rows.map(({ id }) => id)],
    )
  })
}
