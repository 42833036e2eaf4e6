/**
 * Turns a run's open prompts into jobs, page by page: prompts are tokenised, turned into requests, and queued if no
 * result is stored yet. Doing this again changes nothing, since a done prompt is not open and a queued request is not
 * queued twice.
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
  /** Puts requests into the queue; requests that are in it already stay as they are. */
  enqueue(requests: readonly PreparedPrompt[]): Promise<unknown>
}

/** As many as one statement handles well; few enough that the first job of a large dataset starts soon. */
const PAGE = 500

export async function planRun(store: Store, plan: Plan): Promise<void> {
  for (let afterIndex = -1; !plan.signal.aborted; ) {
    const page = await pendingPrompts(store, plan.runId, { afterIndex, limit: PAGE })
    const wanted = page.filter((prompt) => prompt.index < plan.limit)
    await planPage(store, plan, wanted)
    afterIndex = page.at(-1)?.index ?? afterIndex
    if (page.length < PAGE || wanted.length < page.length) break
  }
  // If the last open prompts had a stored result, or failed, no job will end the run, so it is ended here.
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

/**
 * Text and spans belong to the prompt. The sequence belongs to the ids, whichever prompt was the first to have them.
 */
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
