/** How clients name a run: by its global id, or by the number that the command line prints. */
import type { Prisma, PrismaClient } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import { namedBy } from '../number-or-id.ts'

/** Refuses (BAD_INPUT) what names no run. */
export const runWhere = (id: string): Prisma.RunWhereUniqueInput => namedBy('Run', id)

/** Refuses (NOT_FOUND) a run that is not there. */
export async function runNumber(id: string, database: PrismaClient): Promise<number> {
  const run = await database.run.findUnique({ where: runWhere(id), select: { id: true } })
  if (run) return run.id
  throw new UserError('NOT_FOUND', `There is no run ${JSON.stringify(id)}; runs lists those there are.`)
}
