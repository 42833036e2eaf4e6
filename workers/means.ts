/** Means over datasets, which interventions need: read from the store, or computed now and stored. */
import type { MeanPlace } from '../src/interventions/change/kind.ts'
import { MEAN_PROMPTS, meanPrompts, placeName, siteMeans } from '../src/interventions/means.ts'
import type { InterventionEngine } from '../src/interventions/answer.ts'
import type { Attributor } from '../src/attribution/attributor.ts'
import { UserError } from '../src/errors.ts'
import { datasetTexts, findMean, saveMean, type Model, type Store } from '../src/store/index.ts'

/** An attributor that has loaded its model, with what interventions need besides. */
export function interventionEngine(store: Store, row: Pick<Model, 'id' | 'slug'>, attributor: Attributor, signal: AbortSignal): InterventionEngine {
  const { passes, sets, tokenizer } = attributor
  if (passes === undefined || sets === undefined) throw new Error(`the model ${row.slug} is not loaded`)
  return {
    attributor,
    passes,
    sets,
    async mean(contentHash: string, place: MeanPlace) {
      const dataset = await store.prisma.dataset.findUnique({ where: { contentHash }, select: { id: true, slug: true } })
      if (!dataset) throw new UserError('NOT_FOUND', `The dataset ${contentHash.slice(0, 12)}… is not here; add it with tributary dataset add.`)
      if (tokenizer === null)
        throw new UserError('BAD_MODEL', `The model ${row.slug} has no tokenizer.json, so nothing can be averaged over ${dataset.slug}.`)
      const owner = { modelId: row.id, datasetId: dataset.id, engine: attributor.engine }
      const known = await findMean(store, owner, placeName(place))
      if (known) return known
      const prompts = await meanPrompts(await datasetTexts(store, dataset.id, MEAN_PROMPTS), tokenizer, attributor.model.maxPositions)
      const [mean] = await siteMeans(passes, prompts, [place], sets, signal)
      await saveMean(store, owner, placeName(place), mean!)
      return mean!.values
    },
  }
}
