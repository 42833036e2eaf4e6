/**
 * A run's open prompts become jobs, a page at a time: tokenised, asked, and queued where no result is stored yet. Doing
 * it again changes nothing: a prompt that is done is not open, a request that is queued is not queued twice.
 */
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
import { promptRequest, type PreparedPrompt, type PromptModel, type PromptRequest } from './prompt-request.ts'

export interface Plan {
  runId: number
  options: RunOptions
  prompts: PromptModel
  /** Only the dataset's first prompts. */
  limit: number
  signal: AbortSignal
  /** Puts requests into the queue; those that are in it stay as they are. */
  enqueue(requests: readonly PreparedPrompt[]): Promise<unknown>
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
    const made = await promptRequest(prompt, plan.options, plan.prompts)
    if ('reason' in made) await failItem(store, plan.runId, prompt.promptId, made.reason)
    else asked.push({ ...made, prompt })
  }
  await saveSequences(store, plan.prompts, asked)
  const items = asked.map(({ prompt, prepared }) => ({ promptId: prompt.promptId, key: prepared.key }))
  const awaited = plan.options.intervene === undefined ? 'attribution' : 'intervention'
  const missing = new Set(await planItems(store, plan.runId, items, awaited))
  await plan.enqueue(asked.map(({ prepared }) => prepared).filter(({ key }) => missing.has(key)))
}

interface Asked extends PromptRequest {
  prompt: PendingPrompt
}

/** A prompt's text and spans are its own; the sequence is what its ids say, whichever prompt was the first to have them. */
async function saveSequences(store: Store, { model, tokenizer }: PromptModel, asked: readonly Asked[]): Promise<void> {
  await savePromptSequences(
    store,
    asked.map(({ prompt, promptTokens: tokens, answer }) => ({
      promptId: prompt.promptId,
      sequence: { tokenizerHash: tokenNamespace(model), tokens: tokenizer.describe(tokens.map(({ id }) => id)) },
      spans: tokens.map(({ start, end }): [number, number] | null => (start === null || end === null ? null : [start, end])),
      answer,
    })),
  )
}
