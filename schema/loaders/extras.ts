/**
 * The other fields of prompts, with every digit: Prisma reads JSON into JavaScript's numbers. What those cannot hold
 * comes as a string, for whoever reads the answer in JavaScript would lose it in the same way.
 */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { z } from 'zod'
import { withNumbersQuoted } from '../../src/json/write.ts'
import type { Context } from '../context.ts'

const rowsSchema = z.array(z.object({ id: z.int(), extra: z.string() }))

async function loadExtras({ database }: Context, ids: readonly number[]): Promise<unknown[]> {
  const rows = await database.$queryRaw`SELECT id, extra::text AS extra FROM prompt WHERE id = ANY(${[...ids]}::int[])`
  const texts = new Map(rowsSchema.parse(rows).map(({ id, extra }) => [id, extra]))
  return ids.map((id): unknown => {
    const text = texts.get(id)
    // Removed since the prompt itself was read.
    return text === undefined ? {} : JSON.parse(withNumbersQuoted(text))
  })
}

export const extrasLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly number[]) => loadExtras(context, ids)),
)
