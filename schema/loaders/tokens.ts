/**
 * Tokens of attributions, by position. Contributions hold only a token's position; asked for one by one, a page of them
 * would be a page of queries. All that one tick asks for is one query.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import type { Context } from '../context.ts'

interface TokenKey {
  resultId: bigint
  index: number
}

const columns = { sequenceId: true, index: true, tokenId: true, text: true, start: true, end: true } as const

async function loadTokens({ database }: Context, keys: readonly TokenKey[]) {
  const results = await database.result.findMany({
    where: { id: { in: [...new Set(keys.map(({ resultId }) => resultId))] } },
    select: {
      id: true,
      sequence: {
        select: {
          tokens: { where: { index: { in: [...new Set(keys.map(({ index }) => index))] } }, select: columns },
        },
      },
    },
  })
  const found = new Map(
    results.flatMap(({ id, sequence }) => sequence.tokens.map((token) => [`${id}:${token.index}`, token] as const)),
  )
  return keys.map(
    ({ resultId, index }) =>
      found.get(`${resultId}:${index}`) ?? new Error(`attribution ${resultId} has no token at position ${index}`),
  )
}

export const tokenLoader = createContextCache(
  (context: Context) =>
    new DataLoader((keys: readonly TokenKey[]) => loadTokens(context, keys), {
      cacheKeyFn: ({ resultId, index }: TokenKey) => `${resultId}:${index}`,
    }),
)
