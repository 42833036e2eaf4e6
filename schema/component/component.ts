/**
 * A component, which gets a share of the target: a token, a head, a neuron … The kinds differ in their further fields.
 */
import type { GraphQLResolveInfo } from 'graphql'
import { componentLabel } from '../../src/attribution/label.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { featureSplitLoader } from '../loaders/feature-splits.ts'
import { groupLoader } from '../loaders/groups.ts'
import { tokenLoader } from '../loaders/tokens.ts'
import { ownPromptOf } from '../dataset/own-prompt.ts'
import { Token, withOwnSpans } from '../dataset/sequence.ts'

export const ComponentKind = builder.enumType('ComponentKind', {
  description: 'What a component is.',
  values: {
    TOKEN: { value: 'token', description: 'One position of the sequence.' },
    GROUP: { value: 'group', description: 'A group of positions, decomposed as a unit.' },
    HEAD: { value: 'head', description: 'One attention head.' },
    NEURON: { value: 'neuron', description: 'One neuron of an MLP.' },
    RESIDUAL: { value: 'residual', description: 'The stream that enters a split sublayer.' },
    ATTENTION: { value: 'attention', description: "A whole attention sublayer's output." },
    MLP: { value: 'mlp', description: "A whole MLP's output." },
    INSIDE: { value: 'inside', description: 'What lies inside the subspace.' },
    OUTSIDE: { value: 'outside', description: 'What lies outside the subspace.' },
    REST: {
      value: 'rest',
      description: 'Everything that a neuron split does not name, or the features of a position that a feature split leaves.',
    },
    FEATURE: { value: 'feature', description: 'One feature of a feature set.' },
    ERROR: { value: 'error', description: 'What a feature set does not rebuild of a position.' },
    SKIP: { value: 'skip', description: "A transcoder's linear path at a position." },
    STREAM: { value: 'stream', description: 'The stream beside a sublayer whose output is split into features.' },
    SAE_BIAS: { value: 'sae_bias', description: 'What a feature set adds whatever fires.' },
    BIAS: { value: 'bias', description: 'Every bias met on the way; exists only where the model has biases.' },
  },
})

/** The columns of a contribution that say which component it belongs to. */
export interface ComponentShape {
  resultId: bigint
  kind: typeof ComponentKind.$inferType
  layer: number | null
  componentIndex: number
  /** Place in component order, by which a feature's position is found; null if it is not needed. */
  ordinal: number | null
}

/** Kinds of a feature split whose number is a position. */
const PER_POSITION: ReadonlySet<ComponentShape['kind']> = new Set(['error', 'skip', 'rest'])

/** The position of a component of a feature split; null for components without one, and in other splits. */
async function positionOf({ resultId, kind, ordinal, componentIndex }: ComponentShape, context: Context): Promise<number | null> {
  if (kind !== 'feature' && !PER_POSITION.has(kind)) return null
  const { isByFeature, starts } = await featureSplitLoader(context).load(resultId)
  if (kind !== 'feature') return isByFeature ? componentIndex : null
  return ordinal === null || starts.length === 0 ? null : starts.findLastIndex((start) => start <= ordinal)
}

/** The token, with the text and span that it has in the prompt of whoever asked. */
async function tokenAt(resultId: bigint, index: number, context: Context, info: GraphQLResolveInfo) {
  const token = await tokenLoader(context).load({ resultId, index })
  return withOwnSpans([token], ownPromptOf(context, info, token.sequenceHash))[0] ?? token
}

const tokenOf = ({ resultId, componentIndex }: ComponentShape, context: Context, info: GraphQLResolveInfo) =>
  tokenAt(resultId, componentIndex, context, info)

async function positionsOf({ resultId, componentIndex }: ComponentShape, context: Context): Promise<number[]> {
  const groups = await groupLoader(context).load(resultId)
  return groups[componentIndex] ?? []
}

const tokensOf = async (component: ComponentShape, context: Context, info: GraphQLResolveInfo) => {
  const positions = await positionsOf(component, context)
  return Promise.all(positions.map((index) => tokenAt(component.resultId, index, context, info)))
}

async function labelOf(component: ComponentShape, context: Context, info: GraphQLResolveInfo): Promise<string> {
  const { kind, layer, componentIndex: index } = component
  const position = await positionOf(component, context)
  const texts = new Map<number, string>()
  if (kind === 'token') texts.set(index, (await tokenOf(component, context, info)).text)
  const positions = kind === 'group' ? await positionsOf(component, context) : []
  if (kind === 'group') for (const token of await tokensOf(component, context, info)) texts.set(token.index, token.text)
  return componentLabel({ kind, layer, index, position }, { token: (position) => texts.get(position) ?? '', group: () => positions })
}

export const Component = builder.interfaceRef<ComponentShape>('Component').implement({
  description: 'A part of the residual stream that takes a share of the target: one element of a partition.',
  fields: (t) => ({
    kind: t.field({ type: ComponentKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    index: t.exposeInt('componentIndex', {
      description: 'Position, group, head, neuron or feature number (within its layer); 0 for kinds that occur once.',
    }),
    layer: t.exposeInt('layer', {
      nullable: true,
      description: 'The layer it belongs to; null for tokens and groups at the embedding.',
    }),
    label: t.string({
      description: "What a person reads: the token's text, `L3.H5`, `BIAS` …",
      resolve: (component, _args, context, info) => labelOf(component, context, info),
    }),
  }),
  resolveType: ({ kind }) => TYPE_OF_KIND[kind] ?? 'OtherComponent',
})

const TYPE_OF_KIND: Partial<Record<ComponentShape['kind'], string>> = {
  token: 'TokenComponent',
  group: 'GroupComponent',
  head: 'HeadComponent',
  neuron: 'NeuronComponent',
  feature: 'FeatureComponent',
}

builder.objectRef<ComponentShape>('TokenComponent').implement({
  description: 'One position of the sequence.',
  interfaces: [Component],
  fields: (t) => ({
    token: t.field({
      type: Token,
      description: 'The token at that position.',
      resolve: (component, _args, context, info) => tokenOf(component, context, info),
    }),
  }),
})

builder.objectRef<ComponentShape>('GroupComponent').implement({
  description: 'A group of positions (a word made of several tokens, a sentence, a span), decomposed as a unit.',
  interfaces: [Component],
  fields: (t) => ({
    positions: t.intList({
      description: 'Its positions.',
      resolve: (component, _args, context) => positionsOf(component, context),
    }),
    tokens: t.field({
      type: [Token],
      description: 'The tokens at its positions.',
      resolve: (component, _args, context, info) => tokensOf(component, context, info),
    }),
  }),
})

builder.objectRef<ComponentShape>('HeadComponent').implement({
  description: 'One attention head: what it adds to the stream.',
  interfaces: [Component],
  fields: (t) => ({
    head: t.exposeInt('componentIndex', { description: 'Its number within the layer, from 0.' }),
  }),
})

builder.objectRef<ComponentShape>('NeuronComponent').implement({
  description: 'One neuron of an MLP: what it adds to the stream.',
  interfaces: [Component],
  fields: (t) => ({
    neuron: t.exposeInt('componentIndex', { description: 'Its number within the layer, from 0.' }),
  }),
})

export const FeatureComponent = builder.objectRef<ComponentShape>('FeatureComponent').implement({
  description: 'One feature of a feature set: what it adds where it fires.',
  interfaces: [Component],
  fields: (t) => ({
    feature: t.exposeInt('componentIndex', { description: 'Its number within its set, from 0.' }),
    position: t.int({
      nullable: true,
      description: 'The position at which it fires; null where it is carried over all positions as a unit.',
      resolve: (component, _args, context) => positionOf(component, context),
    }),
  }),
})

builder.objectRef<ComponentShape>('OtherComponent').implement({
  description: 'Any other component: a sublayer, a side of a subspace, the rest, an error, the biases.',
  interfaces: [Component],
})
