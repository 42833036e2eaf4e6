/** What an intervention changes, as a client says it. */
import type { Names } from '../loaders/feature-sources.ts'
import type { ChangesQuestion } from '../../src/interventions/resolve.ts'
import { builder } from '../builder.ts'
import { entries, NUMBER_COST } from '../cost.ts'
import { Module } from '../attribution/partition.ts'
import { PartitionInput, partitionQuestion } from '../attribution/partition-input.ts'
import { SelectionOrder, TakingOut } from './change.ts'

const HeadInput = builder.inputType('HeadInput', {
  description: 'One attention head.',
  fields: (t) => ({
    layer: t.int({ required: true, description: 'Its layer, from 0.' }),
    head: t.int({ required: true, description: 'Its number within the layer, from 0.' }),
  }),
})

const NeuronInput = builder.inputType('NeuronInput', {
  description: 'One neuron of an MLP.',
  fields: (t) => ({
    layer: t.int({ required: true, description: 'Its layer, from 0.' }),
    neuron: t.int({ required: true, description: 'Its number within the layer, from 0.' }),
  }),
})

const SublayerInput = builder.inputType('SublayerInput', {
  description: 'One sublayer of a layer.',
  fields: (t) => ({
    layer: t.int({ required: true, description: 'Its layer, from 0.' }),
    module: t.field({ type: Module, required: true, description: 'Which of the two.' }),
  }),
})

const ChangedFeatureInput = builder.inputType('ChangedFeatureInput', {
  description: 'A feature of one of the sets of the model.',
  fields: (t) => ({
    source: t.string({ required: true, description: "The feature set: one of the model's, such as 6-res-jb." }),
    index: t.int({ required: true, description: 'Its number in the set, from 0.' }),
  }),
})

const SteerInput = builder.inputType('SteerInput', {
  description: 'A direction that is added to the stream: a vector at a layer, or what a feature adds.',
  fields: (t) => ({
    layer: t.int({ description: 'With `vector`: at the input of this layer.' }),
    vector: t.floatList({ description: 'D numbers.', ...entries(NUMBER_COST) }),
    feature: t.field({ type: ChangedFeatureInput, description: 'Instead: its decoder row, where its set writes.' }),
    factor: t.float({ required: true, defaultValue: 1, description: 'Multiplies the vector as it is; nothing is normalised.' }),
  }),
})

const ChoiceInput = builder.inputType('ChoiceInput', {
  description: 'Components that are taken out by the scores of an attribution.',
  fields: (t) => ({
    order: t.field({ type: SelectionOrder, required: true, description: 'Those with the highest scores, or the lowest.' }),
    count: t.int({ required: true, description: 'How many.' }),
    partition: t.field({ type: PartitionInput, required: true, description: 'What the components are.' }),
    how: t.field({ type: TakingOut, description: 'How positions are taken out; REMOVE when absent.' }),
  }),
})

export const ChangesInput = builder.inputType('ChangesInput', {
  description: 'What is changed on the way of the pass; everything that is named is changed together.',
  fields: (t) => ({
    remove: t.intList({ description: 'Positions that are cut out of the prompt; negative ones count from the end.', ...entries(NUMBER_COST) }),
    mask: t.intList({ description: 'Positions that stay where they are, and that no other position attends to.', ...entries(NUMBER_COST) }),
    heads: t.field({ type: [HeadInput], description: 'Attention heads that are taken out.', ...entries(NUMBER_COST) }),
    neurons: t.field({ type: [NeuronInput], description: 'Neurons that are taken out.', ...entries(NUMBER_COST) }),
    modules: t.field({ type: [SublayerInput], description: 'Sublayers that are taken out.', ...entries(NUMBER_COST) }),
    features: t.field({
      type: [ChangedFeatureInput], description: 'Features whose activation times decoder row is taken out of what their set writes to.', ...entries(NUMBER_COST),
    }),
    steer: t.field({ type: SteerInput, description: 'A direction that is added.' }),
    choose: t.field({ type: ChoiceInput, description: 'Components that are taken out by their scores.' }),
    meanOver: t.string({
      description: "The slug of a dataset: its mean stands in for parts of the model that are taken out. Nothing does when absent.",
    }),
    at: t.intList({ description: 'Parts of the model are changed at these positions only; at all when absent.', ...entries(NUMBER_COST) }),
  }),
})

/** `to`: the content hash of the named dataset. `names`: resolves the names of feature sets and probes. */
export async function changesQuestion(
  input: typeof ChangesInput.$inferInput, to: { mean: string } | null, names: Names,
): Promise<ChangesQuestion> {
  const { remove, mask, heads, neurons, modules, steer, choose, at } = input
  const featureOf = async ({ source, index }: { source: string; index: number }) => ({ set: await names.set(source), index })
  const features = input.features && (await Promise.all(input.features.map(featureOf)))
  return {
    remove, mask, heads, neurons, modules, features, at, to,
    steer: steer && { layer: steer.layer, direction: steer.vector, feature: steer.feature && (await featureOf(steer.feature)), factor: steer.factor },
    choose: choose && {
      order: choose.order, count: choose.count, partition: await partitionQuestion(choose.partition, names), how: choose.how,
    },
  }
}
