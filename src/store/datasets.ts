/** Datasets: all prompts of a file or none, known by their content. */
import type { Dataset } from '../../prisma/generated/client/client.ts'
import { canonicalJson, sha256 } from '../attribution/key.ts'
import { UserError } from '../errors.ts'
import { BinaryRows } from './binary-copy.ts'
import { checkSlug } from './slug.ts'
import { type Store, inTransaction } from './store.ts'
import { whyUnstorable } from './text.ts'

/** A validated record. */
export interface NewPrompt {
  text: string
  answer?: string | null
  subject?: string | null
  /** The record's other fields. */
  extra?: Record<string, unknown>
}

export interface NewDataset {
  slug: string
  title: string
  /** The reader that understood the file. */
  format: string
  /** In file order. */
  prompts: readonly NewPrompt[]
}

/** The same prompts are one dataset: adding them again, under whatever slug, finds the one that is there. */
export async function addDataset(store: Store, dataset: NewDataset): Promise<{ dataset: Dataset; added: boolean }> {
  const { slug, title, format, prompts } = dataset
  checkSlug(slug, 'dataset')
  prompts.forEach(refuseUnstorable)
  const hash = datasetHash(prompts)
  const added = await inTransaction(store, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO dataset (slug, title, format, content_hash, prompt_count) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING RETURNING id`,
      [slug, title, format, hash, prompts.length],
    )
    const id = rows[0]?.id
    if (id === undefined) return false
    const copy = new BinaryRows()
    prompts.forEach((prompt, index) => {
      copy.row(6).int4(id).int4(index).text(prompt.text).textOrNull(prompt.answer).textOrNull(prompt.subject)
      copy.jsonb(prompt.extra ?? {})
    })
    await copy.send(client, 'prompt (dataset_id, index, text, answer, subject, extra)')
    return true
  })
  const stored = await store.prisma.dataset.findUnique({ where: { contentHash: hash } })
  if (stored) return { dataset: stored, added }
  throw new UserError('BAD_INPUT', `There is another dataset with the id ${slug} already; choose another with --id.`)
}

/** Of what was read, not of the file: the same records in another container are the same dataset. */
const datasetHash = (prompts: readonly NewPrompt[]): string =>
  sha256(
    canonicalJson(
      prompts.map(({ text, answer, subject, extra }) => [text, answer ?? null, subject ?? null, extra ?? {}]),
    ),
  )

function refuseUnstorable({ text, answer, subject, extra }: NewPrompt, index: number): void {
  // Keys and values of `extra` at any depth, as JSON would write them: unescaped, the same check serves.
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

/** By slug. */
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
