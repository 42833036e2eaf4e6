/** One record of a dataset, and what each tokenizer makes of it. */
import { UserError } from '../src/errors.ts'
import { Attribution } from './attribution.ts'
import { attributionWhere, AttributionFilter } from './attributionFilter.ts'
import { builder } from './builder.ts'
import { totalCount } from './connection.ts'

/** A prompt has one attribution per model, partition and setting: few enough for a list. */
const MOST_ATTRIBUTIONS = 20

const Tokenization = builder.prismaObject('PromptSequence', {
  name: 'Tokenization',
  description: 'A prompt as one tokenizer writes it.',
  select: { promptId: true, tokenizerHash: true },
  fields: (t) => ({
    tokenizerHash: t.exposeString('tokenizerHash', { description: 'sha256 (hex) of the tokenizer.' }),
    sequence: t.relation('sequence', { description: 'The tokens.' }),
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

function readId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UserError('BAD_INPUT', `${JSON.stringify(text)} is no number of a prompt; take global ids from \`id\` fields.`)
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
    extra: t.expose('extra', { type: 'JSON', description: "The record's other fields, as they were in the file." }),
    dataset: t.relation('dataset', { description: 'The dataset it belongs to.' }),
    tokenizations: t.relation('sequences', {
      type: Tokenization,
      description: 'Its tokens, one entry per tokenizer that has read it.',
      query: { orderBy: { tokenizerHash: 'asc' } },
    }),
    attributions: t.field({
      type: [Attribution],
      description: `Its stored attributions, newest first: at most ${MOST_ATTRIBUTIONS} per tokenizer.`,
      args: { where: t.arg({ type: AttributionFilter, description: 'All of them when absent.' }) },
      // One path of relations, so that a page of prompts reads all their attributions in the same query.
      select: ({ where }, _context, nestedSelection) => ({
        sequences: {
          orderBy: { tokenizerHash: 'asc' },
          select: {
            sequence: {
              select: {
                results: nestedSelection({
                  where: attributionWhere(where),
                  orderBy: { id: 'desc' },
                  take: MOST_ATTRIBUTIONS,
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
