/**
 * Token ids that models read; each sequence is stored once per tokenizer. Everything that is stored follows from the ids,
 * because several texts may share them.
 */
import type pg from 'pg'
import { sha256 } from '../hash.ts'
import type { TokenView } from '../attribution/result.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { BinaryRows } from './binary-copy.ts'
import { type Store, inTransaction } from './store.ts'
import { storableText } from './text.ts'

export interface NewSequence {
  /** The tokenizer that the ids belong to: `tokenNamespace` of the model. */
  tokenizerHash: string
  /** The tokens as described from the ids (`Tokenizer.describe`), never as they were cut from a user's text. */
  tokens: readonly Omit<TokenView, 'index'>[]
}

/** Models with the same tokenizer share sequences. The ids of a model without a tokenizer are its own. */
export const tokenNamespace = (model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'>): string =>
  model.tokenizerHash ?? model.hash

/** sha256 (hex): the address of a sequence. */
export const sequenceHash = (tokenizerHash: string, ids: readonly number[]): string =>
  sha256(`${tokenizerHash}:${ids.join(',')}`)

const hashOf = ({ tokenizerHash, tokens }: NewSequence): string => sequenceHash(tokenizerHash, tokens.map(({ id }) => id))

/** The text of the ids; null if nothing is known about them. */
function textOf({ tokens }: NewSequence): string | null {
  const inText = tokens.filter(({ start }) => start !== null)
  return inText.length === 0 ? null : storableText(inText.map(({ text }) => text).join(''))
}

/** Their ids (`sequence.id`), in order. */
export async function saveSequences(store: Store, sequences: readonly NewSequence[]): Promise<number[]> {
  const hashes = sequences.map(hashOf)
  // Most sequences were asked about before, so this one statement is tried first and often saves a transaction.
  const found = await findSequences((sql, values) => store.query<FoundSequence>(sql, values), [...new Set(hashes)])
  const present = hashes.flatMap((hash) => found.get(hash) ?? [])
  if (present.length === sequences.length) return present
  return inTransaction(store, (client) => saveSequencesIn(client, sequences))
}

export async function saveSequencesIn(client: pg.ClientBase, sequences: readonly NewSequence[]): Promise<number[]> {
  const hashes = sequences.map(hashOf)
  const byHash = new Map(sequences.map((sequence, i) => [hashes[i] ?? '', sequence]))
  const query = async (sql: string, values: unknown[]) => (await client.query<FoundSequence>(sql, values)).rows
  const found = await findSequences(query, [...byHash.keys()])
  const missing = [...byHash].filter(([hash]) => !found.has(hash))
  const inserted = missing.length > 0 ? await insert(client, missing) : new Map<string, number>()
  // Sequences that another process stored in the meantime.
  const others = missing.map(([hash]) => hash).filter((hash) => !inserted.has(hash))
  for (const [hash, each] of await findSequences(query, others)) found.set(hash, each)
  return hashes.map((hash) => {
    const id = inserted.get(hash) ?? found.get(hash)
    if (id === undefined) throw new Error(`sequence ${hash} was neither stored nor found`)
    return id
  })
}

interface FoundSequence {
  [column: string]: unknown
  hash: string
  id: number
}

/** Finds the sequences that exist. */
async function findSequences(
  query: (sql: string, values: unknown[]) => Promise<FoundSequence[]>,
  hashes: readonly string[],
): Promise<Map<string, number>> {
  if (hashes.length === 0) return new Map()
  const rows = await query('SELECT hash, id FROM sequence WHERE hash = ANY($1)', [hashes])
  return new Map(rows.map(({ hash, id }) => [hash, id]))
}

async function insert(client: pg.ClientBase, missing: [string, NewSequence][]): Promise<Map<string, number>> {
  // Always in the same order: two transactions that insert the same hashes in different orders would deadlock.
  const ordered = missing.sort(([a], [b]) => (a < b ? -1 : 1))
  const { rows } = await client.query<{ hash: string; id: number }>(
    `INSERT INTO sequence (hash, tokenizer_hash, token_count, text)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[])
     ON CONFLICT DO NOTHING RETURNING hash, id`,
    [
      ordered.map(([hash]) => hash),
      ordered.map(([, sequence]) => sequence.tokenizerHash),
      ordered.map(([, sequence]) => sequence.tokens.length),
      ordered.map(([, sequence]) => textOf(sequence)),
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
