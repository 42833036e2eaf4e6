/**
 * A run's open prompts become jobs, a page at a time: tokenised, asked, and queued where no result is stored yet. Doing
 * it again changes nothing: a prompt that is done is not open, a request that is queued is not queued twice.
 */
import { resultKey } from '../../src/attribution/key.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { ModelIdentity } from '../../src/model/identity.ts'
import {
  failItem,
  pendingPrompts,
  planItems,
  savePromptSequences,
  settleRun,
  tokenNamespace,
  type PendingPrompt,
  type Store,
} from '../../src/store/index.ts'
import type { RunOptions } from './options.ts'
import { promptRequest, type PromptModel, type PromptRequest } from './prompt-request.ts'

export interface Plan {
  runId: number
  options: RunOptions
  prompts: PromptModel
  /** The engine that the workers use; part of every result's key. */
  engine: string
  /** Only the dataset's first prompts. */
  limit: number
  signal: AbortSignal
  /** Puts requests into the queue; those that are in it stay as they are. */
  enqueue(requests: readonly AttributionRequest[]): Promise<unknown>
}

/** One statement's worth, and soon enough the first job of a large dataset. */
const PAGE = 500

export async function planRun(store: Store, plan: Plan): Promise<void> {
  for (let afterIndex = -1; !plan.signal.aborted; ) {
    const page = await pendingPrompts(store, plan.runId, { afterIndex, limit: PAGE })
    const wanted = page.filter((prompt) => prompt.index < plan.limit)
    await planPage(store, plan, wanted)
    afterIndex = page.at(-1)?.index ?? afterIndex
    if (page.length < PAGE || wanted.length < page.length) break
  }
  // Where the last open prompts had a result, or could have none, no job will end the run.
  await settleRun(store, plan.runId)
}

async function planPage(store: Store, plan: Plan, prompts: readonly PendingPrompt[]): Promise<void> {
  const asked: Asked[] = []
  for (const prompt of prompts) {
    const made = promptRequest(prompt, plan.options, plan.prompts)
    if ('reason' in made) await failItem(store, plan.runId, prompt.promptId, made.reason)
    else asked.push({ ...made, prompt, key: resultKey(plan.prompts.model, plan.engine, made.request) })
  }
  await saveSequences(store, plan.prompts.model, asked)
  const missing = new Set(await planItems(store, plan.runId, asked.map(({ prompt, key }) => ({ promptId: prompt.promptId, key }))))
  await plan.enqueue(asked.filter(({ key }) => missing.has(key)).map(({ request }) => request))
}

interface Asked extends PromptRequest {
  prompt: PendingPrompt
  key: string
}

async function saveSequences(store: Store, model: ModelIdentity, asked: readonly Asked[]): Promise<void> {
  await savePromptSequences(
    store,
    asked.map(({ prompt, tokens, answer }) => ({
      promptId: prompt.promptId,
      sequence: { tokenizerHash: tokenNamespace(model), text: prompt.text, tokens },
      answer,
    })),
  )
}
