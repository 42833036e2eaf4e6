/**
 * The prompt as written in the question. Different texts can have the same token ids, and they share what is stored
 * under these ids. So an answer to `attribute` takes text and spans from its own question. A question is identified by
 * its root field, since two questions of one request may differ only in their texts. It holds only for the sequence of
 * its ids.
 */
import { createContextCache } from '@pothos/core'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../context.ts'
import type { OwnPrompt } from '../ports.ts'

const ownPrompts = createContextCache((_context: Context) => new Map<string | number, OwnPrompt[]>())

/** The name of the root field above a field. */
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
