/** Why a head attends where it does: its scores as sums over pairs of components. Computed on demand. */
import type { AttentionResult, KeyExplanation } from '../../src/attention/explain.ts'
import type { AttentionRequest } from '../../src/attention/request.ts'
import type { Component } from '../../src/attribution/result.ts'
import { UserError } from '../../src/errors.ts'
import type { TokenView } from '../../src/tokenizer/tokenizer.ts'
import { builder } from '../builder.ts'
import { ComponentKind } from '../component/component.ts'
import { entries } from '../cost.ts'
import { MessageInput, promptText } from '../dataset/prompt-input.ts'
import { Token } from '../dataset/sequence.ts'
import { readRule, Rule } from '../attribution/method.ts'
import { PartitionInput, partitionQuestion } from '../attribution/partition-input.ts'
import { costOf, DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from '../job/computation.ts'
import { namesOf } from '../loaders/feature-sources.ts'
import { askHead } from '../loaders/heads.ts'
import { modelLoader } from '../loaders/models.ts'
import { tokenRows } from './pattern.ts'

/** The pattern, and the pass that splits the streams. */
const PASSES = 2
const MOST_PAIRS = 1000
const DEFAULT_PAIRS = 10

const HeadAttentionInput = builder.inputType('HeadAttentionInput', {
  description: 'One head at one position, and the keys whose scores are explained.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.', ...promptText }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.', ...entries(0) }),
    messages: t.field({
      type: [MessageInput], description: "The prompt as a chat, written by the model's own chat template; instead of `text`.", ...entries(0),
    }),
    layer: t.int({ required: true, validate: { min: 0 }, description: 'The layer of the head, from 0.' }),
    head: t.int({ required: true, validate: { min: 0 }, description: 'Its number within the layer, from 0.' }),
    query: t.int({ description: 'The position that attends: from 0, or negative from the end; the last position when absent.' }),
    key: t.int({ description: 'The position that is attended to; instead of `keys`.' }),
    keys: t.int({ description: 'How many of the positions with the highest attention are explained, 1 to 100; 5 when absent.' }),
    partition: t.field({ type: PartitionInput, description: 'How the streams that enter the head are split; by token when absent.' }),
    rule: t.field({ type: Rule, description: "How neurons' outputs are shared; SOFTMAX when absent." }),
    temperature: t.float({ description: 'τ of the softmax rule; 0.1 when absent.' }),
    excludeFirst: t.boolean({
      description: 'Whether the first position takes no MLP share except at itself (token partition only); when absent, as the tokenizer has it.',
    }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})

interface HeadShape extends Pick<AttentionResult, 'pattern' | 'milliseconds'> {
  tokens: readonly TokenView[]
  request: AttentionRequest
  components: Component[]
  keys: KeyExplanation[]
}

const StreamComponent = builder.objectRef<Component>('StreamComponent').implement({
  description: 'A part of the streams that enter a head.',
  fields: (t) => ({
    kind: t.field({ type: ComponentKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    layer: t.exposeInt('layer', { nullable: true, description: 'Its layer; null at the embedding.' }),
    index: t.exposeInt('index', { description: 'Position, group, head, neuron or feature number.' }),
    position: t.int({ nullable: true, description: 'Where a feature fires; else null.', resolve: ({ position }) => position ?? null }),
    label: t.exposeString('label', { description: 'What a person reads.' }),
  }),
})

interface KeyShape {
  explanation: KeyExplanation
  head: HeadShape
}

const ScorePair = builder.objectRef<{ query: Component; key: Component; score: number }>('ScorePair').implement({
  description: 'What one component of the query and one of the key add to a score together.',
  fields: (t) => ({
    query: t.expose('query', { type: StreamComponent, description: "Of the query's stream." }),
    key: t.expose('key', { type: StreamComponent, description: "Of the key's stream." }),
    score: t.exposeFloat('score', { description: 'Their share of the score.' }),
  }),
})

function strongestPairs({ explanation: { pairs }, head: { components } }: KeyShape, first: number) {
  if (first < 1 || first > MOST_PAIRS) throw new UserError('BAD_INPUT', `${first} pairs were asked for; expected 1 to ${MOST_PAIRS}.`)
  const M = components.length
  return [...pairs.keys()].filter((at) => pairs[at] !== 0)
    .sort((a, b) => Math.abs(pairs[b]!) - Math.abs(pairs[a]!) || a - b)
    .slice(0, first)
    .map((at) => ({ query: components[Math.floor(at / M)]!, key: components[at % M]!, score: pairs[at]! }))
}

const AttendedKey = builder.objectRef<KeyShape>('AttendedKey').implement({
  description: 'A position that is attended to, and why: the score before the softmax, as a sum over pairs of components.',
  fields: (t) => ({
    key: t.int({ description: 'The position.', resolve: ({ explanation: { key } }) => key }),
    attention: t.float({ description: 'What the query gives to it.', resolve: ({ explanation: { attention } }) => attention }),
    score: t.float({ description: 'Before the softmax.', resolve: ({ explanation: { score } }) => score }),
    byKey: t.floatList({
      description: "For each component, in their order, its share as a part of the key's stream: summed over the query's.",
      resolve: ({ explanation: { byKey } }) => byKey,
    }),
    byQuery: t.floatList({
      description: "For each component, in their order, its share as a part of the query's stream: summed over the key's.",
      resolve: ({ explanation: { byQuery } }) => byQuery,
    }),
    strongest: t.field({
      type: [ScorePair],
      description: 'The pairs with the largest shares, for or against.',
      args: { first: t.arg.int({ required: true, defaultValue: DEFAULT_PAIRS, description: `How many, 1 to ${MOST_PAIRS}.` }) },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.max(1, first) }),
      resolve: (shape, { first }) => strongestPairs(shape, first),
    }),
    pairs: t.field({
      type: t.listRef(t.listRef('Float')),
      description: "All of them: a row for each component of the query, in it one share for each component of the key.",
      resolve: ({ explanation: { pairs }, head: { components: { length: M } } }) =>
        Array.from({ length: M }, (_, m) => pairs.slice(m * M, (m + 1) * M)),
    }),
    completenessError: t.float({
      description: 'How far the pairs miss the score, relative to the largest of them; 0 is exact.',
      resolve: ({ explanation: { completenessError } }) => completenessError,
    }),
  }),
})

/** Keys of one answer, whatever is asked of each. */
const KEYS = 10

const HeadAttention = builder.objectRef<HeadShape>('HeadAttention').implement({
  description: 'Why a head attends where it does, from one position.',
  fields: (t) => ({
    tokens: t.field({ type: [Token], description: 'The prompt as the model reads it.', complexity: 1, resolve: ({ tokens }) => tokenRows(tokens) }),
    layer: t.int({ description: 'The layer of the head.', resolve: ({ request }) => request.layer }),
    head: t.int({ description: 'Its number within the layer.', resolve: ({ request }) => request.head }),
    query: t.int({ description: 'The position that attends.', resolve: ({ request }) => request.query }),
    pattern: t.floatList({ description: 'What it gives to each position, up to its own.', resolve: ({ pattern }) => pattern }),
    components: t.field({
      type: [StreamComponent], description: 'What the streams that enter the head are split into.', complexity: 1, resolve: ({ components }) => components,
    }),
    keys: t.field({
      type: [AttendedKey],
      description: 'The positions that were asked for, the highest attention first.',
      complexity: { field: 1, multiplier: KEYS },
      resolve: (head) => head.keys.map((explanation) => ({ explanation, head })),
    }),
    rule: t.field({ type: Rule, description: "How neurons' outputs are shared.", resolve: ({ request: { rule } }) => readRule(rule) }),
    temperature: t.float({ description: 'τ of the softmax rule.', resolve: ({ request }) => request.temperature }),
    excludeFirst: t.boolean({
      description: 'Whether the first token takes no share of MLPs except at itself.', resolve: ({ request }) => request.excludeFirst,
    }),
    milliseconds: t.exposeFloat('milliseconds', { description: 'How long the computation took.' }),
  }),
})

builder.queryField('headAttention', (t) =>
  t.field({
    type: HeadAttention,
    nullable: true,
    description:
      'Why a head attends where it does: the score of a query for a key, before the softmax, as a sum over pairs of components ' +
      'of their streams. Computed by a worker, and kept for a day. Null only with an error.',
    args: { input: t.arg({ type: HeadAttentionInput, required: true, description: 'Which head, where, and how the streams are split.' }) },
    complexity: ({ input }) => costOf(input, PASSES),
    extensions: { scope: 'compute' },
    resolve: async (_root, { input }, context) => {
      const { model, timeoutMs, layer, head, partition, ...question } = input
      const modelId = await modelLoader(context).load(model)
      const split = await partitionQuestion(partition ?? { token: {} }, namesOf(context, modelId))
      const prepared = await context.heads.prepare(modelId, { ...question, ...split, attention: { layer, head } })
      const answer = await askHead(context, { modelId, prepared, timeoutMs: timeoutMs ?? DEFAULT_WAIT_MS }, 'explanation')
      const { components, pattern, keys, milliseconds } = answer
      return {
        // Groups get the names of this question, since the stored answer may come from one that named the same groups
        // differently.
        components: components.map((component) => ({ ...component, label: groupLabel(component, prepared.groupLabels) ?? component.label })),
        tokens: prepared.tokens, request: prepared.request, pattern, keys, milliseconds,
      }
    },
  }),
)

const groupLabel = ({ kind, index }: Component, labels: readonly string[] | null) => (kind === 'group' ? labels?.[index] : undefined)
