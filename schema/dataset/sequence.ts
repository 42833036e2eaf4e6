/** One tokenised text, and its tokens. */
import { builder } from '../builder.ts'
import type { OwnPrompt } from '../ports.ts'
import { ownPromptOf } from './own-prompt.ts'

/** All of a sequence, in six small columns each: less than as many rows of other things. */
const TOKENS = 25

export const Token = builder.prismaObject('SequenceToken', {
  name: 'Token',
  description: 'One token of a sequence, with the text it stands for.',
  // There is no `select`: whole rows (six small columns) are read, so that tokens from a data loader need not be read
  // again.
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its position in the sequence, from 0.' }),
    tokenId: t.exposeInt('tokenId', { description: "Its number in the tokenizer's vocabulary." }),
    text: t.exposeString('text', {
      description: 'The text it adds when the sequence is decoded, with its leading space: ` Paris`.',
    }),
    start: t.exposeInt('start', {
      nullable: true,
      description: "Where it starts in the text (UTF-16 units); null for special tokens.",
    }),
    end: t.exposeInt('end', {
      nullable: true,
      description: "Where it ends in the text (UTF-16 units, exclusive); null for special tokens.",
    }),
  }),
})

/** Stored tokens with the text and spans of whoever asked; ids and places are the same. */
export function withOwnSpans<Stored extends { index: number }>(tokens: Stored[], own: OwnPrompt | null): Stored[] {
  if (!own) return tokens
  return tokens.map((token) => {
    const { text, start, end } = own.tokens[token.index] ?? {}
    return { ...token, ...(text !== undefined && { text, start, end }) }
  })
}

builder.prismaNode('Sequence', {
  description: 'The token ids that a model reads. The same ids of the same tokenizer are one sequence.',
  id: { field: 'hash', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, hash: true },
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'sha256 (hex) of the tokenizer and the ids.' }),
    tokenizerHash: t.exposeString('tokenizerHash', {
      description: "Whose ids these are: the tokenizer's hash, or the model's when it has no tokenizer.",
    }),
    text: t.string({
      nullable: true,
      description:
        'Under `attribute`, the text that was asked for; elsewhere what the ids say when they are decoded, since texts may ' +
        'share their ids. Null for a model without a tokenizer.',
      select: { text: true },
      resolve: ({ hash, text }, _args, context, info) => ownPromptOf(context, info, hash)?.text ?? text,
    }),
    tokenCount: t.exposeInt('tokenCount', { description: 'How many tokens it has.' }),
    tokens: t.field({
      type: [Token],
      description: 'Its tokens in order.',
      complexity: TOKENS,
      select: (_args, _context, nestedSelection) => ({ tokens: { ...nestedSelection(true), orderBy: { index: 'asc' } } }),
      resolve: ({ hash, tokens }, _args, context, info) => withOwnSpans(tokens, ownPromptOf(context, info, hash)),
    }),
  }),
})
