/** Refuses (NOT_FOUND) names in a filter that nothing here has: a slip would look like an answer of no rows. */
import type { PrismaClient } from '../prisma/generated/client/client.ts'
import { UserError } from '../src/errors.ts'

interface Names {
  model?: string | null | undefined
  dataset?: string | null | undefined
}

export async function requireKnown(database: PrismaClient, { model, dataset }: Names): Promise<void> {
  const [models, datasets] = await Promise.all([
    model == null ? 1 : database.model.count({ where: { slug: model } }),
    dataset == null ? 1 : database.dataset.count({ where: { slug: dataset } }),
  ])
  if (models === 0) throw new UserError('NOT_FOUND', `There is no model ${JSON.stringify(model)} here; \`models\` lists those there are.`)
  if (datasets === 0) throw new UserError('NOT_FOUND', `There is no dataset ${JSON.stringify(dataset)} here; \`datasets\` lists those there are.`)
}
