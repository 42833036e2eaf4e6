/** Models by what people call them: slug or hash. */
import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { UserError } from '../../src/errors.ts'
import type { Context } from '../context.ts'

async function loadModelIds({ database }: Context, names: readonly string[]): Promise<(number | UserError)[]> {
  const models = await database.model.findMany({
    where: { OR: [{ slug: { in: [...names] } }, { hash: { in: [...names] } }] },
    select: { id: true, slug: true, hash: true },
  })
  return names.map(
    (name) =>
      models.find(({ slug, hash }) => slug === name || hash === name)?.id ??
      new UserError('NOT_FOUND', `There is no model ${JSON.stringify(name)} here; \`models\` lists those there are.`),
  )
}

export const modelLoader = createContextCache(
  (context: Context) => new DataLoader<string, number>((names) => loadModelIds(context, names)),
)
