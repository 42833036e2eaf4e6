/** One tokenised text, and its tokens. */
import { builder } from './builder.ts'

export const Token = builder.prismaObject('SequenceToken', {
  name: 'Token',
  description: 'One token of a sequence, with the text it stands for.',
  // No `select`: whole rows, six small columns, so that tokens from a data loader need not be read again.
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its position in the sequence, from 0.' }),
    tokenId: t.exposeInt('tokenId', { description: "Its number in the tokenizer's vocabulary." }),
    text: t.exposeString('text', {
      description: 'The text it adds when the sequence is decoded, with its leading space: ` Paris`.',
    }),
    start: t.exposeInt('start', {
      nullable: true,
      description: "Where it starts in the sequence's text (UTF-16 units); null for special tokens.",
    }),
    end: t.exposeInt('end', {
      nullable: true,
      description: "Where it ends in the sequence's text (UTF-16 units, exclusive); null for special tokens.",
    }),
  }),
})

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
    text: t.exposeString('text', {
      nullable: true,
      description: 'The text that was tokenised; null when ids were given.',
    }),
    tokenCount: t.exposeInt('tokenCount', { description: 'How many tokens it has.' }),
    tokens: t.relation('tokens', {
      description: 'Its tokens in order.',
      complexity: { field: 1, multiplier: 50 },
      query: { orderBy: { index: 'asc' } },
    }),
  }),
})
