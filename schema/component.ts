/** What a share of the target is given to: a token, a head, a neuron … Kinds differ in what more they can tell. */
import { groupLabel } from '../src/attribution/groups.ts'
import { builder } from './builder.ts'
import { componentLabel } from './componentLabel.ts'
import type { Context } from './context.ts'
import { groupLoader } from './loaders/groups.ts'
import { tokenLoader } from './loaders/tokens.ts'
import { Token } from './sequence.ts'

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
    REST: { value: 'rest', description: 'Everything that a neuron split does not name.' },
    BIAS: { value: 'bias', description: 'Every bias met on the way; exists only where the model has biases.' },
  },
})

/** The columns of a contribution that say which component it belongs to. */
export interface ComponentShape {
  resultId: bigint
  kind: typeof ComponentKind.$inferType
  layer: number | null
  componentIndex: number
}

const tokenOf = ({ resultId, componentIndex }: ComponentShape, context: Context) =>
  tokenLoader(context).load({ resultId, index: componentIndex })

async function positionsOf({ resultId, componentIndex }: ComponentShape, context: Context): Promise<number[]> {
  const groups = await groupLoader(context).load(resultId)
  return groups[componentIndex] ?? []
}

const tokensOf = async (component: ComponentShape, context: Context) => {
  const positions = await positionsOf(component, context)
  return Promise.all(positions.map((index) => tokenLoader(context).load({ resultId: component.resultId, index })))
}

/** As the command line says it: the word without its blanks, an ellipsis where positions are left out. */
async function groupLabelOf(component: ComponentShape, context: Context): Promise<string> {
  const byPosition: { text: string }[] = []
  const positions = await positionsOf(component, context)
  for (const token of await tokensOf(component, context)) byPosition[token.index] = token
  return groupLabel(byPosition, positions)
}

async function labelOf(component: ComponentShape, context: Context): Promise<string> {
  if (component.kind === 'token') return (await tokenOf(component, context)).text
  if (component.kind === 'group') return groupLabelOf(component, context)
  return componentLabel(component)
}

export const Component = builder.interfaceRef<ComponentShape>('Component').implement({
  description: 'A part of the residual stream that takes a share of the target: one element of a partition.',
  fields: (t) => ({
    kind: t.field({ type: ComponentKind, description: 'What it is.', resolve: ({ kind }) => kind }),
    index: t.exposeInt('componentIndex', {
      description: 'Position, group, head or neuron number (within its layer); 0 for kinds that occur once.',
    }),
    layer: t.exposeInt('layer', {
      nullable: true,
      description: 'The layer it belongs to; null for tokens and groups at the embedding.',
    }),
    label: t.string({
      description: "What a person reads: the token's text, `L3.H5`, `BIAS` …",
      resolve: (component, _args, context) => labelOf(component, context),
    }),
  }),
  resolveType: ({ kind }) => TYPE_OF_KIND[kind] ?? 'OtherComponent',
})

const TYPE_OF_KIND: Partial<Record<ComponentShape['kind'], string>> = {
  token: 'TokenComponent',
  group: 'GroupComponent',
  head: 'HeadComponent',
  neuron: 'NeuronComponent',
}

builder.objectRef<ComponentShape>('TokenComponent').implement({
  description: 'One position of the sequence.',
  interfaces: [Component],
  fields: (t) => ({
    token: t.field({
      type: Token,
      description: 'The token at that position.',
      resolve: (component, _args, context) => tokenOf(component, context),
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
      resolve: (component, _args, context) => tokensOf(component, context),
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

builder.objectRef<ComponentShape>('OtherComponent').implement({
  description: 'A component that occurs once in its split: a sublayer, a side of a subspace, the rest, the biases.',
  interfaces: [Component],
})
