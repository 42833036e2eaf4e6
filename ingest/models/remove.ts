/** A model goes, and what was computed with it; never by accident. */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { removeModel, requireModel } from '../../src/store/models.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { unregisterModel } from './registry.ts'

export async function removeModelById(id: string, { yes }: { yes: boolean }, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const { slug, results } = await withStore(config, async (store) => {
    const model = await requireModel(store, id)
    const count = await store.prisma.result.count({ where: { modelId: model.id } })
    if (count > 0 && !yes)
      throw new UserError(
        'BAD_INPUT',
        `Removing ${model.slug} would delete the ${count} results computed with it; add --yes if that is meant.`,
      )
    await removeModel(store, model.id)
    return { slug: model.slug, results: count }
  })
  await unregisterModel(config.homeDir, slug)
  context.print(`Removed ${slug}${results > 0 ? ` and ${results} results` : ''}.\n`)
}
