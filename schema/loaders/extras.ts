/**
 * The other fields of prompts, with every digit. Prisma would read JSON into JavaScript's numbers. A number that these
 * cannot hold becomes a string, because a client in JavaScript would lose its digits in the same way.
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
    // The prompt was removed after it was read.
    return text === undefined ? {} : JSON.parse(withNumbersQuoted(text))
  })
}

export const extrasLoader = createContextCache(
  (context: Context) => new DataLoader((ids: readonly number[]) => loadExtras(context, ids)),
)
