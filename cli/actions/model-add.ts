/** A model folder is checked, made known to the database, and found again on this machine by its id. */
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { resolveConfig } from '../../src/config.ts'
import { isHubAddress } from '../../src/hub/address.ts'
import { openModelFolder } from '../../src/model/folder.ts'
import { addModel } from '../../src/store/models.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { CliContext } from '../context.ts'
import { digestFolder } from '../engine.ts'
import { fetchModelFolder } from '../hub.ts'
import { withStore } from '../store.ts'
import { registerModel } from '../../ingest/models/registry.ts'

/** `dirOrAddress`: a folder, or `hf:org/name`, which is fetched into the hub's cache and stays there. */
export async function addModelFolder(dirOrAddress: string, id: string | undefined, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const fetched = isHubAddress(dirOrAddress) ? await fetchModelFolder(dirOrAddress, context) : null
  const dir = fetched?.dir ?? dirOrAddress
  // Everything that can be wrong with the folder is found before the database is touched.
  const folder = await openModelFolder(dir, { digestFolder: digestFolder(config) })
  await openTokenizer(folder.dir)
  const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(join(folder.dir, 'config.json'), 'utf8')))
  // The folder of a snapshot is called after its commit.
  const identity = fetched ? { ...folder.identity, name: fetched.name } : folder.identity
  const { model, added } = await withStore(config, (store) =>
    addModel(store, {
      identity,
      config: settings,
      location: { host: hostname(), path: folder.dir },
      ...(id !== undefined && { slug: id }),
    }),
  )
  await registerModel(config.homeDir, model.slug, folder.dir)
  const what = `${identity.architecture}, ${identity.layers} layers, ${identity.parameters.toLocaleString('en')} parameters`
  const known = `${folder.dir} holds the weights of ${model.slug}, which was added before; its folder is known now.`
  context.print(added ? `Added ${model.slug} (${what}).\n` : `${known}\n`)
  if (identity.tokenizerHash === null)
    context.say('It has no tokenizer.json: prompts must come as token ids, and datasets of text cannot be ingested.\n')
}
