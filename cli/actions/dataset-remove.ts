/** Removes a dataset and everything that was computed from it. Needs --yes if it has runs. */
import { UserError } from '../../src/errors.ts'
import { datasetContents, removeDataset, requireDataset, type DatasetContents } from '../../src/store/datasets.ts'
import { stopRun } from '../../workers/index.ts'
import type { CliContext } from '../context.ts'
import { withQueue } from './runs.ts'
import { counted } from '../../src/counted.ts'

export async function removeDatasetById(slug: string, { yes }: { yes: boolean }, context: CliContext): Promise<void> {
  await withQueue(context, async (store) => {
    const dataset = await requireDataset(store, slug)
    const contents = await datasetContents(store, dataset.id)
    if (contents.runs > 0 && !yes)
      throw new UserError(
        'BAD_INPUT',
        `Removing ${slug} would delete ${described(contents)}; add --yes if that is meant.`,
      )
    // The runs are stopped first, so that no worker computes for a prompt that is gone.
    for (const { id } of await store.prisma.run.findMany({ where: { datasetId: dataset.id }, select: { id: true } }))
      await stopRun(store, id, 'cancelled')
    await removeDataset(store, dataset.id)
    context.print(`Removed ${slug} with ${described(contents)}.\n`)
  })
}

function described({ prompts, runs, results }: DatasetContents): string {
  if (runs === 0) return `its ${counted(prompts, 'prompt')}`
  const own = `${counted(results, 'result')} that only ${runs === 1 ? 'it' : 'they'} asked for`
  return `its ${counted(prompts, 'prompt')}, ${counted(runs, 'run')} and the ${own}`
}
