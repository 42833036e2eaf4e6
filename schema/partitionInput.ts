/** How to split the residual stream, as a client says it: exactly one kind of partition. */
import type { PartitionQuestion } from '../src/attribution/resolve-partition.ts'
import { UserError } from '../src/errors.ts'
import { builder } from './builder.ts'
import { Module } from './partition.ts'

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

export const PartitionInput = builder.inputType('PartitionInput', {
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

export function partitionQuestion(partition: typeof PartitionInput.$inferInput): PartitionQuestion {
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
