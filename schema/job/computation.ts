/** What asking for a computation costs, and the error if it takes longer than the client waits. */
import { encodeGlobalID } from '@pothos/plugin-relay'
import { GraphQLError } from 'graphql'

/**
 * A computation costs as much as reading this many rows, plus one row for each token, plus one for every thousand pairs
 * of tokens (a sweep goes through pairs). At the server's usual limit one question may have some 4,000 tokens.
 */
const COMPUTATION = 100
const PAIRS_PER_ROW = 1000
const CHARACTERS_PER_TOKEN = 4

export interface PromptInput {
  text?: string | null | undefined
  messages?: readonly { content: string }[] | null | undefined
  tokenIds?: readonly number[] | null | undefined
}

function tokensOf({ text, messages, tokenIds }: PromptInput): number {
  const characters = (messages ?? []).reduce((sum, { content }) => sum + content.length, text?.length ?? 0)
  return tokenIds?.length ?? Math.ceil(characters / CHARACTERS_PER_TOKEN)
}

/** `passes`: how many passes over the prompt it takes. */
export function costOf(prompt: PromptInput, passes = 1) {
  const tokens = tokensOf(prompt)
  return { field: passes * (COMPUTATION + tokens + tokens ** 2 / PAIRS_PER_ROW), multiplier: 1 }
}

export const computationCost = ({ input }: { input: PromptInput }) => costOf(input)

/** Longest that one question may wait; below the limit of the whole request. */
export const LONGEST_WAIT_MS = 120_000
export const DEFAULT_WAIT_MS = 60_000

export const tookTooLong = (what: string, jobId: string, timeoutMs: number) =>
  new GraphQLError(
    `The ${what} was not ready after ${timeoutMs / 1000} s. It goes on: ask again, or follow its job by the id here.`,
    { extensions: { code: 'TIMEOUT', jobId: encodeGlobalID('Job', jobId) } },
  )
