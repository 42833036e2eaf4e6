/** Tokenised texts, each stored once for its tokenizer. */
import type pg from 'pg'
import { sha256 } from '../attribution/key.ts'
import type { TokenView } from '../attribution/result.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { BinaryRows } from './binary-copy.ts'
import { type Store, inTransaction } from './store.ts'
import { storableText } from './text.ts'

export interface NewSequence {
  /** Whose ids these are: `tokenNamespace` of the model. */
  tokenizerHash: string
  /** The text that was tokenised; null when ids were given. */
  text: string | null
  tokens: readonly Omit<TokenView, 'index'>[]
}

/** Models with the same tokenizer share sequences; one without a tokenizer has ids that only it understands. */
export const tokenNamespace = (model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'>): string =>
  model.tokenizerHash ?? model.hash

const hashOf = ({ tokenizerHash, tokens }: NewSequence): string =>
  sha256(`${tokenizerHash}:${tokens.map(({ id }) => id).join(',')}`)

/** Their numbers (`sequence.id`), in order. */
export async function saveSequences(store: Store, sequences: readonly NewSequence[]): Promise<number[]> {
  const hashes = sequences.map(hashOf)
  // What people ask they ask again: one statement instead of a transaction.
  const found = await findSequences((sql, values) => store.query<FoundSequence>(sql, values), [...new Set(hashes)])
  const present = sequences.flatMap(({ text }, i) => {
    const stored = found.get(hashes[i] ?? '')
    return stored && (stored.hasText || text === null) ? [stored.id] : []
  })
  if (present.length === sequences.length) return present
  return inTransaction(store, (client) => saveSequencesIn(client, sequences))
}

export async function saveSequencesIn(client: pg.ClientBase, sequences: readonly NewSequence[]): Promise<number[]> {
  const hashes = sequences.map(hashOf)
  const byHash = new Map<string, NewSequence>()
  sequences.forEach((sequence, i) => {
    const hash = hashes[i] ?? ''
    // The same ids may come with and without their text.
    if (byHash.get(hash)?.text == null) byHash.set(hash, sequence)
  })
  const query = async (sql: string, values: unknown[]) => (await client.query<FoundSequence>(sql, values)).rows
  const found = await findSequences(query, [...byHash.keys()])
  const missing = [...byHash].filter(([hash]) => !found.has(hash))
  const inserted = missing.length > 0 ? await insert(client, missing) : new Map<string, number>()
  // Those that another process stored in this very moment.
  const others = missing.map(([hash]) => hash).filter((hash) => !inserted.has(hash))
  for (const [hash, each] of await findSequences(query, others)) found.set(hash, each)
  await addTexts(client, [...byHash].flatMap(([hash, { text, tokens }]) => {
    const stored = found.get(hash)
    return text === null || !stored || stored.hasText ? [] : [{ id: stored.id, text, tokens }]
  }))
  return hashes.map((hash) => {
    const id = inserted.get(hash) ?? found.get(hash)?.id
    if (id === undefined) throw new Error(`sequence ${hash} was neither stored nor found`)
    return id
  })
}

interface FoundSequence {
  [column: string]: unknown
  hash: string
  id: number
  hasText: boolean
}

/** Only those that exist. */
async function findSequences(
  query: (sql: string, values: unknown[]) => Promise<FoundSequence[]>,
  hashes: readonly string[],
): Promise<Map<string, { id: number; hasText: boolean }>> {
  if (hashes.length === 0) return new Map()
  const sql = 'SELECT hash, id, text IS NOT NULL AS "hasText" FROM sequence WHERE hash = ANY($1)'
  const rows = await query(sql, [hashes])
  return new Map(rows.map(({ hash, id, hasText }) => [hash, { id, hasText }]))
}

/** To sequences that were stored as ids alone: the text, and where each token stands in it. */
async function addTexts(
  client: pg.ClientBase,
  sequences: readonly { id: number; text: string; tokens: NewSequence['tokens'] }[],
): Promise<void> {
  if (sequences.length === 0) return
  await client.query(
    `UPDATE sequence s SET text = t.text FROM unnest($1::int[], $2::text[]) AS t (id, text)
     WHERE s.id = t.id AND s.text IS NULL`,
    [sequences.map(({ id }) => id), sequences.map(({ text }) => storableText(text))],
  )
  const spans = sequences.flatMap(({ id, tokens }) => tokens.map(({ start, end }, index) => ({ id, index, start, end })))
  await client.query(
    `UPDATE sequence_token t SET start = s.start, "end" = s."end"
     FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) AS s (id, index, start, "end")
     WHERE t.sequence_id = s.id AND t.index = s.index`,
    [
      spans.map(({ id }) => id),
      spans.map(({ index }) => index),
      spans.map(({ start }) => start),
      spans.map(({ end }) => end),
    ],
  )
}

async function insert(client: pg.ClientBase, missing: [string, NewSequence][]): Promise<Map<string, number>> {
  // In one order everywhere: two transactions that insert the same hashes crosswise would lock each other out.
  const ordered = missing.sort(([a], [b]) => (a < b ? -1 : 1))
  const { rows } = await client.query<{ hash: string; id: number }>(
    `INSERT INTO sequence (hash, tokenizer_hash, token_count, text)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[])
     ON CONFLICT DO NOTHING RETURNING hash, id`,
    [
      ordered.map(([hash]) => hash),
      ordered.map(([, sequence]) => sequence.tokenizerHash),
      ordered.map(([, sequence]) => sequence.tokens.length),
      ordered.map(([, sequence]) => (sequence.text === null ? null : storableText(sequence.text))),
    ],
  )
  const inserted = new Map(rows.map(({ hash, id }) => [hash, id]))
  const copy = new BinaryRows()
  for (const [hash, { tokens }] of ordered) {
    const sequenceId = inserted.get(hash)
    if (sequenceId === undefined) continue
    tokens.forEach((token, index) => {
      copy.row(6).int4(sequenceId).int4(index).int4(token.id).text(storableText(token.text))
      copy.int4OrNull(token.start).int4OrNull(token.end)
    })
  }
  if (copy.rowCount > 0) await copy.send(client, 'sequence_token (sequence_id, index, token_id, text, start, "end")')
  return inserted
}
