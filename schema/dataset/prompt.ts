/** One record of a dataset, and what each tokenizer makes of it. */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { Attribution } from '../attribution/attribution.ts'
import { attributionWhere, AttributionFilter } from '../attribution/filter.ts'
import { builder } from '../builder.ts'
import { extrasLoader } from '../loaders/extras.ts'
import { totalCount } from '../paging/connection.ts'
import { Token } from './sequence.ts'

/** A prompt has one attribution per model, partition and setting: few enough for a list. */
const MOST_ATTRIBUTIONS = 20
/** The same text hardly ever occurs in more datasets. */
const MOST_PROMPTS = 10
const USUAL_PROMPTS = 2
/** What a price assumes where nobody says how many. */
const USUAL_ATTRIBUTIONS = 10
/** Many models share a few tokenizers. */
const USUAL_TOKENIZERS = 2

const spansSchema = z.array(z.tuple([z.number(), z.number()]).nullable())

/** If an earlier version stored no spans for a prompt, they are unknown. */
function inPrompt<Stored extends { index: number; start: number | null; end: number | null }>(
  tokens: Stored[], spans: unknown,
): Stored[] {
  const known = spans === null ? [] : spansSchema.parse(spans)
  return tokens.map((token) => {
    const [start = null, end = null] = known[token.index] ?? []
    return { ...token, start, end }
  })
}

const Tokenization = builder.prismaObject('PromptSequence', {
  name: 'Tokenization',
  description: 'A prompt as one tokenizer writes it.',
  select: { promptId: true, tokenizerHash: true },
  fields: (t) => ({
    tokenizerHash: t.exposeString('tokenizerHash', { description: 'sha256 (hex) of the tokenizer.' }),
    sequence: t.relation('sequence', { description: 'The token ids, as every text that has them shares them.' }),
    tokens: t.field({
      type: [Token],
      description: 'The tokens, with their places in the text of this prompt.',
      complexity: { field: 1, multiplier: 50 },
      select: { spans: true, sequence: { select: { tokens: { orderBy: { index: 'asc' } } } } },
      resolve: ({ spans, sequence }) => inPrompt(sequence.tokens, spans),
    }),
    answerTokenId: t.exposeInt('answerTokenId', {
      nullable: true,
      description: 'First token of the answer as it follows the prompt; null when the prompt has no answer.',
    }),
    answerText: t.exposeString('answerText', {
      nullable: true,
      description: "That token's text; null when the prompt has no answer.",
    }),
    answerTokens: t.exposeInt('answerTokens', {
      nullable: true,
      description: 'How many tokens the whole answer has; null when the prompt has no answer.',
    }),
  }),
})

/** A number that no prompt has. */
const NOBODY = -1

const LARGEST_ID = 2 ** 31 - 1

function readId(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) <= LARGEST_ID ? Number(text) : NOBODY
  throw new UserError('BAD_INPUT', `${JSON.stringify(text)} is no number of a prompt; take global ids from \`id\` fields.`)
}

function checkFirst(first: number): number {
  if (first >= 1 && first <= MOST_ATTRIBUTIONS) return first
  throw new UserError('TOO_LARGE', `${first} attributions were asked for; it can be 1 to ${MOST_ATTRIBUTIONS} for each prompt.`)
}

export const Prompt = builder.prismaNode('Prompt', {
  description: 'One record of a dataset.',
  id: { field: 'id', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  findUnique: (id) => ({ id: readId(id) }),
  select: { id: true },
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its place in the file, from 0.' }),
    text: t.exposeString('text', { description: 'The text that the model is to continue.' }),
    answer: t.exposeString('answer', {
      nullable: true,
      description: 'What the benchmark expects as continuation; null when it expects nothing.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'What the prompt is about, where the benchmark says so; else null.',
    }),
    extra: t.field({
      type: 'JSON',
      description:
        "The record's other fields, as they were in the file. A number that JavaScript would change comes as a string: " +
        '`1533947986218845197`.',
      select: { id: true },
      resolve: ({ id }, _args, context) => extrasLoader(context).load(id),
    }),
    dataset: t.relation('dataset', { description: 'The dataset it belongs to.' }),
    tokenizations: t.relation('sequences', {
      type: Tokenization,
      description: 'Its tokens, one entry per tokenizer that has read it.',
      complexity: { field: 1, multiplier: USUAL_TOKENIZERS },
      query: { orderBy: { tokenizerHash: 'asc' } },
    }),
    attributions: t.field({
      type: [Attribution],
      description: `Its stored attributions, newest first: at most ${MOST_ATTRIBUTIONS} per tokenizer.`,
      args: {
        where: t.arg({ type: AttributionFilter, description: 'All of them when absent.' }),
        first: t.arg.int({ description: `How many per tokenizer, 1 to ${MOST_ATTRIBUTIONS}; as many when absent.` }),
      },
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? USUAL_ATTRIBUTIONS }),
      // A single path of relations lets a page of prompts read all their attributions in the same query.
      select: ({ where, first }, _context, nestedSelection) => ({
        sequences: {
          orderBy: { tokenizerHash: 'asc' },
          select: {
            sequence: {
              select: {
                results: nestedSelection({
                  where: attributionWhere(where),
                  orderBy: { id: 'desc' },
                  take: checkFirst(first ?? MOST_ATTRIBUTIONS),
                }),
              },
            },
          },
        },
      }),
      resolve: ({ sequences }) => sequences.flatMap(({ sequence }) => sequence.results),
    }),
  }),
})

export const PromptConnection = builder.connectionObject(
  { type: Prompt, name: 'PromptConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'PromptEdge' },
)

builder.prismaObjectField('Result', 'prompts', (t) =>
  t.field({
    type: [Prompt],
    description: `The prompts of datasets that have these tokens, at most ${MOST_PROMPTS}; none where nobody added it.`,
    complexity: { field: 1, multiplier: USUAL_PROMPTS },
    select: (_args, _context, nestedSelection) => ({
      sequence: {
        select: { prompts: { orderBy: { promptId: 'asc' }, take: MOST_PROMPTS, select: { prompt: nestedSelection(true) } } },
      },
    }),
    resolve: ({ sequence }) => sequence.prompts.map(({ prompt }) => prompt),
  }),
)
