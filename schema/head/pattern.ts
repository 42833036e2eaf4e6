/** Where a head looks in a prompt. Computed on demand. */
import os from 'node:os'
import { UserError } from '../../src/errors.ts'
import type { TokenView } from '../../src/tokenizer/tokenizer.ts'
import { builder } from '../builder.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { MessageInput, promptText } from '../dataset/prompt-input.ts'
import { Token } from '../dataset/sequence.ts'
import { costOf, DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from '../job/computation.ts'
import { askHead } from '../loaders/heads.ts'
import { modelLoader } from '../loaders/models.ts'

const PatternInput = builder.inputType('AttentionPatternInput', {
  description: 'A head, and the prompt that it reads.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.', ...promptText }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.', ...entries(0) }),
    messages: t.field({
      type: [MessageInput], description: "The prompt as a chat, written by the model's own chat template; instead of `text`.", ...entries(0),
    }),
    layer: t.int({ required: true, validate: { min: 0 }, description: 'The layer of the head, from 0.' }),
    head: t.int({ required: true, validate: { min: 0 }, description: 'Its number within the layer, from 0.' }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})

/** Id of no row of the database, since a text that is only looked at is not stored. */
const NOWHERE = 0

export const tokenRows = (tokens: readonly TokenView[]) =>
  tokens.map(({ id, text, start, end }, index) => ({ sequenceId: NOWHERE, index, tokenId: id, text, start, end }))

interface PatternShape {
  tokens: readonly TokenView[]
  layer: number
  head: number
  /** [N, N] */
  pattern: Float32Array
  milliseconds: number
}

function rowOf({ pattern, tokens: { length: N } }: PatternShape, query: number): number[] {
  if (query >= 0 && query < N) return [...pattern.subarray(query * N, (query + 1) * N)]
  throw new UserError('BAD_INPUT', `The row of position ${query} was asked for; the prompt has the positions 0 to ${N - 1}.`)
}

/** Little-endian whatever this machine is. */
function packed(numbers: Float32Array): string {
  const bytes = Buffer.from(numbers.slice().buffer)
  return (os.endianness() === 'LE' ? bytes : bytes.swap32()).toString('base64')
}

const AttentionPattern = builder.objectRef<PatternShape>('AttentionPattern').implement({
  description: 'Where a head looks: what every position of a prompt gives to each position.',
  fields: (t) => ({
    tokens: t.field({ type: [Token], description: 'The prompt as the model reads it.', complexity: 1, resolve: ({ tokens }) => tokenRows(tokens) }),
    layer: t.exposeInt('layer', { description: 'The layer of the head.' }),
    head: t.exposeInt('head', { description: 'Its number within the layer.' }),
    rows: t.field({
      type: t.listRef(t.listRef('Float')),
      description: 'A row for each query, in it the attention to each key; 0 behind the query. A row sums to 1, or to less where the head has a sink.',
      args: { queries: t.arg.intList({ description: 'The rows of these positions alone, in this order; all of them when absent.', ...entries(NUMBER_COST) }) },
      resolve: (shape, { queries }) => (queries ?? shape.tokens.map((_, query) => query)).map((query) => rowOf(shape, query)),
    }),
    packedRows: t.string({
      description:
        'All rows, one after the other, as little-endian 32-bit floats in base64: the very numbers of `rows`, for programs that draw long prompts. ' +
        'Of 500 tokens they are 1.4 MB instead of 3.1, and take no time to write and to read.',
      resolve: ({ pattern }) => packed(pattern),
    }),
    milliseconds: t.exposeFloat('milliseconds', { description: 'How long the computation took.' }),
  }),
})

builder.queryField('attentionPattern', (t) =>
  t.field({
    type: AttentionPattern,
    nullable: true,
    description: 'Where a head looks in a prompt. Computed by a worker, and kept for a day. Null only with an error.',
    args: { input: t.arg({ type: PatternInput, required: true, description: 'Which head, and in which prompt.' }) },
    complexity: ({ input }) => costOf(input),
    extensions: { scope: 'compute' },
    resolve: async (_root, { input }, context) => {
      const { model, timeoutMs, ...question } = input
      const modelId = await modelLoader(context).load(model)
      const prepared = await context.heads.preparePattern(modelId, question)
      const { pattern, milliseconds } = await askHead(context, { modelId, prepared, timeoutMs: timeoutMs ?? DEFAULT_WAIT_MS }, 'pattern')
      const { layer, head } = prepared.request
      return { tokens: prepared.tokens, layer, head, pattern, milliseconds }
    },
  }),
)
