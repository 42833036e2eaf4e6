/** `tributary activations`: vectors of a site for every prompt of a dataset, to train a probe of one's own. */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, extname } from 'node:path'
import type { Passage } from '../../src/depass/passage.ts'
import type { Site } from '../../src/features/site.ts'
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { activationFiles } from '../../ingest/vectors/activation-files.ts'
import type { ActivationWriter, OpenActivations } from '../../ingest/vectors/activation-writer.ts'
import { datasetRecords, modelPaths, requireDataset, requireModel, storedSets } from '../../src/store/index.ts'
import type { CliContext } from '../context.ts'
import { attributorOpener } from '../engine.ts'
import { withStore } from '../store.ts'

interface Activations {
  model: string
  dataset: string
  site: Site
  positions: 'last' | 'all'
  limit: number
  /** A .parquet file; or an .npy file, where the prompt and position of each row go to a .jsonl file beside it. */
  out: string
}

/** Prompts of one block; bounds how many vectors are held at once. */
const BLOCK = 64

export async function writeActivations({ model: id, dataset: slug, site, positions, limit, out }: Activations, context: CliContext): Promise<void> {
  const open = writerFor(out)
  const config = resolveConfig({}, context.environment)
  await withStore(config, async (store) => {
    const [model, dataset] = [await requireModel(store, id), await requireDataset(store, slug)]
    if (site.layer >= model.layers) throw new UserError('BAD_INPUT', `The site is of layer ${site.layer}; ${model.slug} has the layers 0 to ${model.layers - 1}.`)
    const folder = (await modelPaths(store, model.id, hostname())).find((path) => existsSync(path))
    if (folder === undefined) throw new UserError('NOT_FOUND', `No folder on this machine holds the model ${model.slug}; add it again with tributary model add FOLDER.`)
    const attributor = await attributorOpener(config)(folder, storedSets(store, hostname()))
    const { passes, tokenizer } = attributor
    try {
      if (passes === undefined || tokenizer === null) throw new UserError('BAD_MODEL', `The model ${model.slug} has no tokenizer, so no text can be read.`)
      const total = Math.min(limit, dataset.promptCount)
      let writer: ActivationWriter | null = null
      try {
        for (let from = 0; from < total && !context.signal.aborted; from += BLOCK) {
          const records = await datasetRecords(store, dataset.id, from, Math.min(BLOCK, total - from))
          const asked = (await Promise.all(records.map(async ({ index: prompt, text }) => ({ prompt, ids: (await tokenizer.encode(text)).map((token) => token.id) }))))
            .filter(({ ids }) => ids.length > 0 && ids.length <= model.maxPositions)
            .map(({ prompt, ids }) => ({ prompt, ids, read: positions === 'last' ? [ids.length - 1] : ids.map((_, i) => i) }))
          const passages = asked.map(({ ids, read }): Passage => ({ tokenIds: ids, splits: [], reads: [{ site, positions: read }] }))
          const results = await passes.run(passages, { signal: context.signal })
          for (const [i, { reads }] of results.entries()) {
            const { x, width } = reads[0]!
            writer ??= await open(out, width, site)
            const { prompt, ids, read } = asked[i]!
            await writer.append(read.map((position) => ({ prompt, position, tokenId: ids[position]!, token: tokenizer.tokenText(ids[position]!) })), x)
          }
        }
        if (context.signal.aborted) throw new UserError('CANCELLED', 'Stopped; nothing was written.')
        if (writer === null) throw new UserError('BAD_DATASET', `No prompt of ${slug} can be read by ${id}; nothing was written.`)
      } catch (error) {
        await writer?.abandon()
        throw error
      }
      context.print(`Wrote ${await writer.finish()} vectors of ${site.layer}.${site.name} to ${out}.\n`)
    } finally {
      await attributor.close()
    }
  })
}

function writerFor(out: string): OpenActivations {
  // Before anything is computed.
  const folder = dirname(out)
  if (!existsSync(folder)) throw new UserError('BAD_INPUT', `--out is ${JSON.stringify(out)}, and the folder ${folder} does not exist; make it first, or name another one.`)
  const ending = extname(out)
  const found = Object.entries(activationFiles).find(([name]) => name === ending)
  if (found) return found[1]
  throw new UserError('BAD_INPUT', `--out is ${JSON.stringify(out)}; expected the name of a ${Object.keys(activationFiles).join(' or ')} file.`)
}
