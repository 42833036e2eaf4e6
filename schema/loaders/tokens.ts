/**
 * Tokens of attributions, by position. Contributions hold only a token's position, and reading tokens one by one would
 * make a query for each row of a page. So everything that is asked in one tick becomes one query. Tokens never change,
 * so those that were read are kept for later requests.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { LRUCache } from 'lru-cache'
import type { Context } from '../context.ts'
import { perDatabase } from './per-database.ts'

interface TokenKey {
  resultId: bigint
  index: number
}

interface Token {
  sequenceId: number
  sequenceHash: string
  index: number
  tokenId: number
  text: string
  start: number | null
  end: number | null
}

/** Some 20 MB. */
const MOST_KEPT = 50_000

const keptTokens = perDatabase(() => new LRUCache<string, Token>({ max: MOST_KEPT }))

const nameOf = ({ resultId, index }: TokenKey) => `${resultId}:${index}`

/**
 * Handwritten SQL: with the keys as arrays the statement is always the same, however many there are, so Postgres plans
 * it once.
 */
function readTokens({ database }: Context, keys: readonly TokenKey[]): Promise<(Token & { resultId: bigint })[]> {
  return database.$queryRaw`
    SELECT asked.result_id AS "resultId", t.sequence_id AS "sequenceId", s.hash AS "sequenceHash", t.index, t.token_id AS "tokenId", t.text,
      t.start, t.end
    FROM unnest(${keys.map(({ resultId }) => resultId)}::bigint[], ${keys.map(({ index }) => index)}::int[])
      AS asked (result_id, index)
    JOIN result r ON r.id = asked.result_id
    JOIN sequence s ON s.id = r.sequence_id
    JOIN sequence_token t ON t.sequence_id = r.sequence_id AND t.index = asked.index`
}

async function loadTokens(context: Context, keys: readonly TokenKey[]): Promise<(Token | Error)[]> {
  const kept = keptTokens(context)
  const found = new Map<string, Token>()
  const missing: TokenKey[] = []
  for (const key of keys) {
    const token = kept.get(nameOf(key))
    if (token) found.set(nameOf(key), token)
    else missing.push(key)
  }
  if (missing.length > 0) {
    for (const { resultId, ...token } of await readTokens(context, missing)) {
      const name = nameOf({ resultId, index: token.index })
      found.set(name, token)
      kept.set(name, token)
    }
  }
  return keys.map(
    (key) => found.get(nameOf(key)) ?? new Error(`attribution ${key.resultId} has no token at position ${key.index}`),
  )
}

export const tokenLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly TokenKey[]) => loadTokens(context, keys), { cacheKeyFn: nameOf }),
)
