/**
 * What a client asks for, as `@oneOf` inputs that mirror `src/attribution/request.ts`: a target is exactly one kind of
 * target, a partition exactly one kind of partition. Their defaults are decided where they are resolved.
 */
import type { AttributionQuestion } from '../src/attribution/resolve.ts'
import type { PartitionQuestion } from '../src/attribution/resolve-partition.ts'
import type { TargetQuestion } from '../src/attribution/resolve-target.ts'
import { UserError } from '../src/errors.ts'
import { builder } from './builder.ts'
import { Mode } from './mode.ts'
import { Module } from './partition.ts'
import { Rule } from './rule.ts'

const TokenInput = builder.inputType('TokenInput', {
  description: 'One token of the vocabulary, by exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({
      description: 'Text that is one token where it follows the prompt; the leading space may be left out.',
    }),
    id: t.int({ description: 'Its number in the vocabulary.' }),
  }),
})

const LogitDifferenceInput = builder.inputType('LogitDifferenceInput', {
  description: 'The logit of one token minus that of another.',
  fields: (t) => ({
    token: t.field({ type: TokenInput, description: "The first token; the model's own next token when absent." }),
    minus: t.field({ type: TokenInput, required: true, description: 'The token whose logit is subtracted.' }),
  }),
})

const DirectionInput = builder.inputType('DirectionInput', {
  description: 'The projection of the stream on a direction: probe weights, a row of an SAE encoder …',
  fields: (t) => ({
    layer: t.int({
      required: true,
      description: 'The layer whose input is read; L (as many as there are) is the stream before the final norm.',
    }),
    vector: t.floatList({ required: true, description: 'D numbers.' }),
  }),
})

const TargetInput = builder.inputType('TargetInput', {
  description: 'The number to attribute, exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    logit: t.field({ type: TokenInput, description: 'The logit of this token.' }),
    logitDifference: t.field({ type: LogitDifferenceInput, description: 'The difference of two logits.' }),
    direction: t.field({ type: DirectionInput, description: 'A projection on a direction.' }),
  }),
})

const GroupBy = builder.enumType('GroupBy', {
  description: 'How positions are grouped by their text.',
  values: {
    WORDS: { value: 'words', description: 'The tokens of one word are one group.' },
    SENTENCES: { value: 'sentences', description: 'The tokens of one sentence are one group.' },
  },
} as const)

const TokenSplitInput = builder.inputType('TokenSplitInput', {
  description: 'One component per position.',
  fields: (t) => ({
    layer: t.int({ description: 'Split at the input of this layer; 0, the embedding, when absent.' }),
  }),
})

const GroupSplitInput = builder.inputType('GroupSplitInput', {
  description: 'One component per group of positions.',
  fields: (t) => ({
    by: t.field({ type: GroupBy, description: 'Grouped by the text; by words when `positions` is absent too.' }),
    positions: t.field({
      type: t.listRef(t.listRef('Int')),
      description: 'Disjoint groups of positions instead; positions in none of them become one last group, the rest.',
    }),
    layer: t.int({ description: 'Split at the input of this layer; 0, the embedding, when absent.' }),
  }),
})

const HeadSplitInput = builder.inputType('HeadSplitInput', {
  description: 'One component per attention head.',
  fields: (t) => ({
    layer: t.int({ description: 'Split after the attention of this layer; every layer, one start each, when absent.' }),
  }),
})

const NeuronSplitInput = builder.inputType('NeuronSplitInput', {
  description: 'One component per MLP neuron; needs `layer` or `everyLayer`.',
  fields: (t) => ({
    layer: t.int({ description: 'Split after the MLP of this layer.' }),
    everyLayer: t.boolean({ description: 'Split every layer, one start each.' }),
    neurons: t.intList({ description: 'The neurons to split out; all when absent. The others stay in the rest.' }),
  }),
})

const ModuleSplitInput = builder.inputType('ModuleSplitInput', {
  description: "A sublayer's output, and the stream that enters it.",
  fields: (t) => ({
    module: t.field({ type: Module, required: true, description: 'The sublayer.' }),
    layer: t.int({ description: 'Its layer; every layer, one start each, when absent.' }),
  }),
})

const SubspaceSplitInput = builder.inputType('SubspaceSplitInput', {
  description: 'What lies inside a subspace of the stream, and what outside.',
  fields: (t) => ({
    layer: t.int({ required: true, description: 'Split at the input of this layer.' }),
    basis: t.field({
      type: t.listRef(t.listRef('Float')),
      required: true,
      description: 'Vectors of D numbers that span it; they are orthonormalised.',
    }),
  }),
})

const PartitionInput = builder.inputType('PartitionInput', {
  description: 'How to split the residual stream, exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    token: t.field({ type: TokenSplitInput, description: 'By token.' }),
    group: t.field({ type: GroupSplitInput, description: 'By word, sentence or any group of positions.' }),
    head: t.field({ type: HeadSplitInput, description: 'By attention head.' }),
    neuron: t.field({ type: NeuronSplitInput, description: 'By MLP neuron.' }),
    module: t.field({ type: ModuleSplitInput, description: 'By sublayer.' }),
    subspace: t.field({ type: SubspaceSplitInput, description: 'By subspace.' }),
  }),
})

/** Longest that one `attribute` may wait; below the limit of the whole request. */
const LONGEST_WAIT_MS = 120_000
const DEFAULT_WAIT_MS = 60_000

export const AttributeInput = builder.inputType('AttributeInput', {
  description: 'One attribution to be computed, or to be found if it was computed before.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({ description: 'The prompt as text; instead of `tokenIds`.' }),
    tokenIds: t.intList({ description: 'The prompt as token ids, used as they are; instead of `text`.' }),
    position: t.int({
      description: 'Where the target is read: from 0, or negative from the end; the last position when absent.',
    }),
    target: t.field({
      type: TargetInput,
      description: "What to attribute; the logit of the model's own next token when absent.",
    }),
    partition: t.field({ type: PartitionInput, required: true, description: 'How to split the residual stream.' }),
    mode: t.field({ type: Mode, description: 'Which reading of the method; CORRECTED when absent.' }),
    rule: t.field({ type: Rule, description: "How neurons' outputs are shared; SOFTMAX when absent." }),
    temperature: t.float({ description: 'τ of the softmax rule; 0.1 when absent.' }),
    excludeFirst: t.boolean({
      description:
        'Whether the first position takes no MLP share except at itself (token partition only); when absent, as the ' +
        'tokenizer has it: yes where it adds a token at the beginning.',
    }),
    timeoutMs: t.int({
      defaultValue: DEFAULT_WAIT_MS,
      validate: { min: 0, max: LONGEST_WAIT_MS },
      description: 'How long to wait for a computation. When it ends, the error has the id of the job, which goes on.',
    }),
  }),
})

export type AttributeInputShape = typeof AttributeInput.$inferInput
export const waitOf = ({ timeoutMs }: AttributeInputShape) => timeoutMs ?? DEFAULT_WAIT_MS

/** As the command line writes it: `#12` is an id and `next` the model's own choice, unless a blank makes them text. */
function tokenName({ text, id }: typeof TokenInput.$inferInput): string {
  if (id != null) return `#${id}`
  return text === 'next' || text?.startsWith('#') ? ` ${text}` : (text ?? '')
}

function targetQuestion(target: typeof TargetInput.$inferInput | null | undefined): TargetQuestion {
  const { logit, logitDifference, direction } = target ?? {}
  if (logit) return { target: tokenName(logit) }
  if (direction) return { direction }
  if (!logitDifference) return {}
  const { token, minus } = logitDifference
  return { target: token ? tokenName(token) : 'next', minus: tokenName(minus) }
}

function partitionQuestion(partition: typeof PartitionInput.$inferInput): PartitionQuestion {
  const { token, group, head, neuron, module, subspace } = partition
  if (token) return { by: 'token', ...token }
  if (group) {
    const { by, positions, layer } = group
    if (by && positions) throw new UserError('BAD_INPUT', 'Groups were given by text and as positions; give one of them.')
    return { by: 'group', layer, groups: positions ?? by }
  }
  if (head) return { by: 'head', ...head }
  if (neuron) {
    const { everyLayer, layer, neurons } = neuron
    if (everyLayer && layer != null) {
      throw new UserError('BAD_INPUT', 'A layer and every layer were asked for; give one of them.')
    }
    return { by: 'neuron', layer: everyLayer ? 'all' : layer, neurons }
  }
  if (module) return { by: 'module', ...module }
  if (subspace) return { by: 'subspace', ...subspace }
  throw new Error('a @oneOf input arrived with nothing in it')
}

export function questionOf(input: AttributeInputShape): AttributionQuestion {
  const { text, tokenIds, position, mode, rule, temperature, excludeFirst } = input
  return {
    ...targetQuestion(input.target),
    ...partitionQuestion(input.partition),
    text,
    tokenIds,
    position,
    mode,
    rule,
    temperature,
    excludeFirst,
  }
}
