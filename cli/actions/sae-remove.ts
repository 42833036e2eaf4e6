/**
 * Removes a feature set and everything that is known of its features. Needs --yes if there are statistics or
 * explanations.
 */
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { removeFeatureSet, requireFeatureSet } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'

export async function removeSet(id: string, { yes }: { yes: boolean }, context: CliContext): Promise<void> {
  await withStore(resolveConfig({}, context.environment), async (store) => {
    const { set, model } = await requireFeatureSet(store, id)
    const of = { where: { setId: set.id } }
    const [sweeps, explanations] = [
      await store.prisma.featureSweep.count(of),
      await store.prisma.featureExplanation.count(of),
    ]
    if (sweeps + explanations > 0 && !yes)
      throw new UserError(
        'BAD_INPUT',
        `Removing ${model}/${set.source} would delete the statistics of ${sweeps} datasets and ${explanations} explanations; add --yes if that is meant.`,
      )
    await removeFeatureSet(store, set.id)
    context.print(`Removed ${model}/${set.source}. Attributions of its features stay.\n`)
  })
}
