/** Means over a dataset that is named on the command line: a file, or the id of an added one. */
import { existsSync } from 'node:fs'
import type { Attributor } from '../src/attribution/attributor.ts'
import type { Config } from '../src/config.ts'
import type { FeatureSets } from '../src/depass/partition/kind.ts'
import { UserError } from '../src/errors.ts'
import type { MeanPlace } from '../src/interventions/change/kind.ts'

interface DatasetMean {
  contentHash: string
  mean(attributor: Attributor, place: MeanPlace, sets: FeatureSets, signal: AbortSignal): Promise<Float32Array>
}

export async function datasetMean(name: string, config: Config): Promise<DatasetMean> {
  const { contentHash, texts } = existsSync(name) ? await fromFile(name) : await fromDatabase(name, config)
  return {
    contentHash,
    async mean({ passes, tokenizer, model }, place, sets, signal) {
      if (passes === undefined) throw new Error(`the model ${model.name} is not loaded`)
      if (tokenizer === null)
        throw new UserError('BAD_MODEL', `The model ${model.name} has no tokenizer.json, so nothing can be averaged over ${name}.`)
      const { meanPrompts, siteMeans } = await import('../src/interventions/means.ts')
      const [mean] = await siteMeans(passes, await meanPrompts(texts, tokenizer, model.maxPositions), [place], sets, signal)
      return mean!.values
    },
  }
}

async function fromFile(path: string) {
  const [{ readDataset, requireWhole }, { datasetHash }] = await Promise.all([
    import('../ingest/datasets/read.ts'), import('../src/store/datasets.ts'),
  ])
  const { name, format, records, broken } = await readDataset(path)
  requireWhole({ name, format, good: records.length, broken: { count: broken.length, first: broken[0] }, skipBroken: false })
  return { contentHash: datasetHash(records), texts: records.map(({ text }) => text) }
}

async function fromDatabase(slug: string, config: Config) {
  const [{ withStore }, { datasetTexts, requireDataset }, { MEAN_PROMPTS }] = await Promise.all([
    import('./store.ts'), import('../src/store/index.ts'), import('../src/interventions/means.ts'),
  ])
  return withStore(config, async (store) => {
    const { id, contentHash } = await requireDataset(store, slug)
    return { contentHash, texts: await datasetTexts(store, id, MEAN_PROMPTS) }
  })
}
