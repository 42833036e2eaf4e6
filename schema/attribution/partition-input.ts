/** How to split the residual stream, as a client says it: exactly one kind of partition. */
import { DEFAULT_FEATURES } from '../../src/depass/partition/feature.ts'
import type { PartitionQuestion } from '../../src/depass/partition/kind.ts'
import { UserError } from '../../src/errors.ts'
import { builder } from '../builder.ts'
import type { Names } from '../loaders/feature-sources.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { Module } from './partition.ts'

const GroupBy = builder.enumType('GroupBy', {
  description: 'How positions are grouped by their text.',
  values: {
    WORDS: { value: 'words', description: 'The tokens of one word are one group.' },
    SENTENCES: { value: 'sentences', description: 'The tokens of one sentence are one group.' },
    ROLES: { value: 'roles', description: 'The tokens of one message of a chat are one group, what stands between them another.' },
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
      ...entries(NUMBER_COST),
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
    neurons: t.intList({
      description: 'The neurons to split out; all when absent. The others stay in the rest.',
      ...entries(NUMBER_COST),
    }),
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
    layer: t.int({ description: "Split at the input of this layer; the probe's own when absent." }),
    basis: t.field({
      type: t.listRef(t.listRef('Float')),
      description: 'Vectors of D numbers that span it; they are orthonormalised.',
      ...entries(NUMBER_COST),
    }),
    probe: t.string({ description: 'Instead of `basis`: a trained probe of the model, whose weights span it; its name in `probes`.' }),
  }),
})

const FeatureUnit = builder.enumType('FeatureUnit', {
  description: 'What one component of a split by feature is.',
  values: {
    POSITION: { value: 'position', description: 'A feature at one position.' },
    FEATURE: { value: 'feature', description: 'A feature at all positions, carried as one.' },
  },
} as const)

const FeatureSplitInput = builder.inputType('FeatureSplitInput', {
  description: 'One component per feature that fires, what the set does not rebuild, and what it adds anyway.',
  fields: (t) => ({
    source: t.string({ required: true, description: "The feature set: one of the model's, such as 6-res-jb." }),
    budget: t.int({
      description:
        `How many of the strongest are split out; ${DEFAULT_FEATURES} when absent. The others stay in the rest. Beside \`features\`: at how many of the ` +
        'places where they fire, or how many of them where each is one component (when absent, all that are named).',
    }),
    features: t.intList({
      description: `Only these are split out, at the \`budget\` places where they fire most strongly; \`warnings\` says when that is reached.`,
      ...entries(NUMBER_COST),
    }),
    per: t.field({ type: FeatureUnit, description: 'What one component is; POSITION when absent.' }),
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
    feature: t.field({ type: FeatureSplitInput, description: 'By feature of a feature set.' }),
  }),
})

/** `names`: what the names of feature sets and probes stand for. */
export async function partitionQuestion(
  partition: typeof PartitionInput.$inferInput, names: Names,
): Promise<PartitionQuestion> {
  const { token, group, head, neuron, module, subspace, feature } = partition
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
  if (subspace) {
    const { probe, ...rest } = subspace
    if ((probe == null) === (rest.basis == null)) throw new UserError('BAD_INPUT', 'A subspace is spanned by `basis` or by a `probe`; give one of them.')
    if (probe == null) return { by: 'subspace', ...rest }
    const { layer, weights } = await names.probe(probe)
    return { by: 'subspace', layer: rest.layer ?? layer, basis: weights }
  }
  if (feature) {
    const { source, budget, features, per } = feature
    return { by: 'feature', sae: await names.set(source), features: features ?? budget, ...(features && { budget }), per }
  }
  throw new Error('a @oneOf input arrived with nothing in it')
}
