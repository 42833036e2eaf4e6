/** How clients name a run: by its global id, or by the number that the command line prints. */
import { decodeGlobalID } from '@pothos/plugin-relay'
import type { Prisma, PrismaClient } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'

/** A run's number is no more than 32 bits. */
const NUMBER = /^[1-9]\d{0,8}$/

/** Refuses (BAD_INPUT) what names no run. */
export function runWhere(id: string): Prisma.RunWhereUniqueInput {
  if (NUMBER.test(id)) return { id: Number(id) }
  try {
    const { typename, id: key } = decodeGlobalID(id)
    if (typename === 'Run') return { key }
  } catch {
    // No global id at all.
  }
  throw new UserError('BAD_INPUT', `${JSON.stringify(id)} names no run; expected the global id of a run, or its number.`)
}

/** Refuses (NOT_FOUND) a run that is not there. */
export async function runNumber(id: string, database: PrismaClient): Promise<number> {
  const run = await database.run.findUnique({ where: runWhere(id), select: { id: true } })
  if (run) return run.id
  throw new UserError('NOT_FOUND', `There is no run ${JSON.stringify(id)}; runs lists those there are.`)
}
