/** Removes a model and everything that was computed with it. Needs --yes if there are results. */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { removeModel, requireModel } from '../../src/store/models.ts'
import { removeJobsOf } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { unregisterModel } from '../../ingest/models/registry.ts'

export async function removeModelById(id: string, { yes }: { yes: boolean }, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const { slug, contents } = await withStore(config, async (store) => {
    const model = await requireModel(store, id)
    const made = { where: { modelId: model.id } }
    const [results, runs] = [await store.prisma.result.count(made), await store.prisma.run.count(made)]
    const contents = results + runs > 0 ? `${results} results and ${runs} runs` : null
    if (contents !== null && !yes)
      throw new UserError(
        'BAD_INPUT',
        `Removing ${model.slug} would delete the ${contents} made with it; add --yes if that is meant.`,
      )
    await removeModel(store, model.id)
    await removeJobsOf(store, model)
    return { slug: model.slug, contents }
  })
  await unregisterModel(config.homeDir, slug)
  context.print(`Removed ${slug}${contents === null ? '' : ` with ${contents}`}.\n`)
}
