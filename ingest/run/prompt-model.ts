/** A model as an ingest reads it on this machine: its identity, configuration and tokenizer, not its weights. */
import { hostname } from 'node:os'
import { existsSync } from 'node:fs'
import { UserError } from '../../src/errors.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES } from '../../src/attribution/prepare.ts'
import { configOf, identityOf, modelPaths, type Model, type Store } from '../../src/store/index.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { PromptModel } from './prompt-request.ts'

/** `engine`: that of the workers, under which results are stored. */
export async function openPromptModel(store: Store, model: Model, engine: string): Promise<PromptModel> {
  if (model.tokenizerHash === null)
    throw new UserError('BAD_MODEL', `The model ${model.slug} has no tokenizer.json, so datasets of text cannot be ingested with it.`)
  const folders = await modelPaths(store, model.id, hostname())
  for (const folder of folders.filter((each) => existsSync(each))) {
    const tokenizer = await openTokenizer(folder)
    // A folder may have changed since it was added, so the tokenizer's hash is checked.
    if (tokenizer?.hash === model.tokenizerHash)
      return { model: identityOf(model), tokenizer, config: configOf(model), engine, memoryLimitBytes: DEFAULT_MEMORY_LIMIT_BYTES }
  }
  throw new UserError(
    'NOT_FOUND',
    `No folder on this machine has the tokenizer of ${model.slug} as it was added ` +
      `(${folders.length > 0 ? `looked in ${folders.join(', ')}` : 'none is registered'}); add it again with tributary model add DIR.`,
  )
}
