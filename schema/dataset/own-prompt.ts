/**
 * The prompt as whoever asks wrote it. What is stored under token ids is shared by all texts that have these ids, so an
 * answer to `attribute` takes text and spans from its own question. A question is known by the field that it was asked
 * under (two of one request may differ in their texts alone), and holds for the sequence of its ids.
 */
import { createContextCache } from '@pothos/core'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../context.ts'
import type { OwnPrompt } from '../ports.ts'

const ownPrompts = createContextCache((_context: Context) => new Map<string | number, OwnPrompt[]>())

/** The name of the field of the query itself that a field lies under. */
function rootOf({ path }: GraphQLResolveInfo): string | number {
  let at = path
  while (at.prev) at = at.prev
  return at.key
}

export function keepOwnPrompt(context: Context, info: GraphQLResolveInfo, own: OwnPrompt | null): void {
  if (!own) return
  const prompts = ownPrompts(context)
  // A question about two prompts has both under one field.
  prompts.set(rootOf(info), [own, ...(prompts.get(rootOf(info)) ?? [])])
}

/** null where the field is not about the sequence that was asked for. */
export function ownPromptOf(context: Context, info: GraphQLResolveInfo, sequenceHash: string): OwnPrompt | null {
  return ownPrompts(context).get(rootOf(info))?.find((own) => own.sequenceHash === sequenceHash) ?? null
}
