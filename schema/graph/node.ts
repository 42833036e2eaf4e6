/** Nodes and edges of a graph, filtered and ordered in the database. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { nodeKinds, type NodeKind } from '../../src/graph/node.ts'
import { builder } from '../builder.ts'
import { pageCost } from '../cost.ts'
import { childCounter } from '../loaders/counts.ts'
import { totalCount } from '../paging/connection.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'

export const GraphNodeKind = builder.enumType('GraphNodeKind', {
  description: 'What a node of a graph is.',
  values: {
    TOKEN: { value: 'token', description: 'A token of the prompt.' },
    FEATURE: { value: 'feature', description: 'A feature of a set at a position.' },
    HEAD: { value: 'head', description: 'What an attention head adds to the stream at a position.' },
    ATTENTION: { value: 'attention', description: "What a layer's attention adds at a position." },
    MLP: { value: 'mlp', description: 'What an MLP adds at a position.' },
    ERROR: { value: 'error', description: 'What a set does not rebuild of a position.' },
    REST: { value: 'rest', description: 'The features of a position that are no nodes of their own.' },
    SKIP: { value: 'skip', description: "A transcoder's linear path at a position." },
    STREAM: { value: 'stream', description: 'The stream beside a sublayer that is split into features; only with total edges.' },
    SAE_BIAS: { value: 'sae_bias', description: 'What a set adds whatever fires.' },
    BIAS: { value: 'bias', description: 'Every bias met on the way.' },
    LOGIT: { value: 'logit', description: "The logit of one of the model's first choices." },
  },
} as const satisfies { description: string; values: Record<Uppercase<NodeKind>, { value: NodeKind; description: string }> })

/** The database holds kinds as text. */
export function readKind(text: string): NodeKind {
  const kind = nodeKinds.find((each) => each === text)
  if (!kind) throw new Error(`unknown kind of node in the database: ${text}`)
  return kind
}

/** More than a drawing shows; a graph has some hundreds of nodes. */
export const LARGEST_GRAPH_PAGE = 1000

const nodeColumns = {
  graphId: true, ordinal: true, name: true, kind: true, source: true, layer: true, number: true, position: true, label: true,
  value: true, constant: true, activation: true, probability: true, influence: true, cumulative: true,
} as const
const edgeColumns = { graphId: true, ordinal: true, fromOrdinal: true, toOrdinal: true, weight: true, magnitude: true, share: true } as const

export const GraphEdge = builder.prismaObject('GraphEdge', {
  description: 'What one node adds to the value of another.',
  select: edgeColumns,
  fields: (t) => ({
    weight: t.float({ description: "In the unit of the target's value. Negative where it works against.", resolve: ({ weight }) => weight }),
    magnitude: t.float({ description: '|weight|.', resolve: ({ magnitude }) => magnitude }),
    share: t.float({
      description: '|weight| of the sum of all |weights| into the target, before pruning.', resolve: ({ share }) => share,
    }),
    from: t.relation('from', { description: 'Where it comes from.' }),
    to: t.relation('to', { description: 'Where it leads.' }),
  }),
})

const counted = { totalCount: totalCount(1) }
export const GraphEdgeConnection = builder.connectionObject(
  { type: GraphEdge, name: 'GraphEdgeConnection', fields: (t) => ({ totalCount: t.int(counted.totalCount) }) },
  { name: 'GraphEdgePlace' },
)

export const GraphEdgeFilter = builder.inputType('GraphEdgeFilter', {
  description: 'Which edges to give; every condition that is there must hold.',
  fields: (t) => ({
    minMagnitude: t.float({ description: 'Only edges of at least this size, for or against.' }),
    minShare: t.float({ description: "Only edges with at least this share of their target's." }),
    fromKinds: t.field({ type: [GraphNodeKind], description: 'Only from nodes of these kinds.' }),
    toKinds: t.field({ type: [GraphNodeKind], description: 'Only to nodes of these kinds.' }),
  }),
})
type EdgeFilter = typeof GraphEdgeFilter.$inferInput | null | undefined

interface EdgeArguments extends PageArguments {
  where?: EdgeFilter
}

const LARGEST_FIRST: Order<'magnitude' | 'ordinal'> = [
  { column: 'magnitude', direction: 'desc', type: 'float' }, { column: 'ordinal', direction: 'asc', type: 'int' },
]

export function edgeWhere(filter: EdgeFilter): Prisma.GraphEdgeWhereInput {
  const { minMagnitude, minShare, fromKinds, toKinds } = filter ?? {}
  return {
    ...(minMagnitude != null && { magnitude: { gte: minMagnitude } }),
    ...(minShare != null && { share: { gte: minShare } }),
    ...(fromKinds && { from: { kind: { in: fromKinds } } }),
    ...(toKinds && { to: { kind: { in: toKinds } } }),
  }
}

/** For a relation to edges: the largest first. */
export function edgesQuery({ where, ...page }: EdgeArguments) {
  const { beyond, ...query } = pageQuery(LARGEST_FIRST, page, LARGEST_GRAPH_PAGE)
  const conditions: Prisma.GraphEdgeWhereInput = { AND: [edgeWhere(where), { OR: beyond }] }
  return { ...query, where: conditions, select: edgeColumns } as const
}

export const edgesPage = <Row extends { magnitude: number; ordinal: number }>(rows: readonly Row[], args: EdgeArguments) =>
  pageOf(rows, LARGEST_FIRST, args, LARGEST_GRAPH_PAGE)

/** A node of a graph as one number. */
const ORDINAL_BITS = 32n
const placeOf = ({ graphId, ordinal }: { graphId: bigint; ordinal: number }) => (graphId << ORDINAL_BITS) | BigInt(ordinal)
const partsOf = (place: bigint) => ({ graphId: place >> ORDINAL_BITS, ordinal: Number(place & ((1n << ORDINAL_BITS) - 1n)) })

const countAt = (end: 'fromOrdinal' | 'toOrdinal') => childCounter<bigint, Prisma.GraphEdgeWhereInput>(async ({ database }, places, where) => {
  const ends = places.map(partsOf).map(({ graphId, ordinal }) => ({ graphId, [end]: ordinal }))
  const counts = await database.graphEdge.groupBy({ by: ['graphId', end], where: { AND: [{ OR: ends }, where] }, _count: true })
  return new Map(counts.map((row) => [placeOf({ graphId: row.graphId, ordinal: row[end] }), row._count]))
})
const countIncoming = countAt('toOrdinal')
const countOutgoing = countAt('fromOrdinal')

const edgeArguments = { description: 'All of them when absent.' }

export const GraphNode = builder.prismaObject('GraphNode', {
  description: 'One node of a graph.',
  select: nodeColumns,
  fields: (t) => ({
    nodeId: t.string({
      description: 'Its id in the graph, as in the common JSON: 2_320_5 is feature 320 of layer 2 at position 5.', resolve: ({ name }) => name,
    }),
    kind: t.field({ type: GraphNodeKind, description: 'What it is.', resolve: ({ kind }) => readKind(kind) }),
    ordinal: t.int({ description: 'Place in the order of computation: edges lead from smaller to larger.', resolve: ({ ordinal }) => ordinal }),
    source: t.string({ nullable: true, description: 'The name of its feature set; null for other nodes.', resolve: ({ source }) => source }),
    layer: t.int({ nullable: true, description: 'Its layer; null for tokens and biases.', resolve: ({ layer }) => layer }),
    number: t.int({
      description: 'Of the feature, the head, or the token in the vocabulary; 0 for kinds of which a place has one.', resolve: ({ number }) => number,
    }),
    position: t.int({ nullable: true, description: 'Its position; null for what reaches every position.', resolve: ({ position }) => position }),
    label: t.string({ description: "What a person reads: a token's text, L2.F320@5 …", resolve: ({ label }) => label }),
    value: t.float({
      nullable: true,
      description: "What the edges into it and its constant sum to before pruning: a feature's pre-activation, a logit, the length of what a head or an MLP adds. Null for nodes without edges into them.",
      resolve: ({ value }) => value,
    }),
    constant: t.float({ description: "Of a feature: what its set's biases add to the value.", resolve: ({ constant }) => constant }),
    activation: t.float({ nullable: true, description: 'How strongly a feature fires; null for other nodes.', resolve: ({ activation }) => activation }),
    probability: t.float({ nullable: true, description: 'Of a logit; null for other nodes.', resolve: ({ probability }) => probability }),
    influence: t.float({ description: 'On the logits, by all ways, before pruning.', resolve: ({ influence }) => influence }),
    cumulative: t.float({
      description: 'The share of all influence that this node and those with more have: what a threshold cuts.', resolve: ({ cumulative }) => cumulative,
    }),
    incoming: t.connection(
      {
        type: GraphEdge,
        description: 'Edges into it, the largest first.',
        complexity: pageCost,
        args: { where: t.arg({ type: GraphEdgeFilter, ...edgeArguments }) },
        select: (args, _context, nestedSelection) => ({
          graphId: true, ordinal: true, incoming: nestedSelection(nestedSelection(edgesQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...edgesPage(row.incoming, args), totalCount: () => countIncoming(context, placeOf(row), edgeWhere(args.where)),
        }),
      },
      GraphEdgeConnection,
    ),
    outgoing: t.connection(
      {
        type: GraphEdge,
        description: 'Edges from it, the largest first.',
        complexity: pageCost,
        args: { where: t.arg({ type: GraphEdgeFilter, ...edgeArguments }) },
        select: (args, _context, nestedSelection) => ({
          graphId: true, ordinal: true, outgoing: nestedSelection(nestedSelection(edgesQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...edgesPage(row.outgoing, args), totalCount: () => countOutgoing(context, placeOf(row), edgeWhere(args.where)),
        }),
      },
      GraphEdgeConnection,
    ),
  }),
})

export const GraphNodeConnection = builder.connectionObject(
  { type: GraphNode, name: 'GraphNodeConnection', fields: (t) => ({ totalCount: t.int(counted.totalCount) }) },
  { name: 'GraphNodePlace' },
)

const GraphNodeField = builder.enumType('GraphNodeField', {
  description: 'What nodes can be ordered by.',
  values: {
    ORDINAL: { value: 'ordinal', description: 'The order of computation, tokens first.' },
    INFLUENCE: { value: 'influence', description: 'Influence on the logits, the largest first.' },
  },
} as const)

export const GraphNodeFilter = builder.inputType('GraphNodeFilter', {
  description: 'Which nodes to give; every condition that is there must hold.',
  fields: (t) => ({
    kinds: t.field({ type: [GraphNodeKind], description: 'Only of these kinds.' }),
    layers: t.intList({ description: 'Only of these layers.' }),
    positions: t.intList({ description: 'Only at these positions.' }),
    sources: t.stringList({ description: 'Only of the feature sets with these names.' }),
    nodeIds: t.stringList({ description: 'Only these.' }),
    minInfluence: t.float({ description: 'Only with at least this influence.' }),
    maxCumulative: t.float({ description: 'Only those that make up this share of all influence.' }),
  }),
})
type NodeFilter = typeof GraphNodeFilter.$inferInput | null | undefined
export { GraphNodeField }

export interface NodeArguments extends PageArguments {
  where?: NodeFilter
  orderBy?: 'ordinal' | 'influence' | null
}

type NodeColumn = 'ordinal' | 'influence'
const BY_ORDINAL: Order<NodeColumn> = [{ column: 'ordinal', direction: 'asc', type: 'int' }]
const BY_INFLUENCE: Order<NodeColumn> = [
  { column: 'influence', direction: 'desc', type: 'float' }, { column: 'ordinal', direction: 'asc', type: 'int' },
]
const orderOf = ({ orderBy }: NodeArguments) => (orderBy === 'influence' ? BY_INFLUENCE : BY_ORDINAL)

const LARGEST_LAYER = 32_767

export function nodeWhere(filter: NodeFilter): Prisma.GraphNodeWhereInput {
  const { kinds, layers, positions, sources, nodeIds, minInfluence, maxCumulative } = filter ?? {}
  return {
    ...(kinds && { kind: { in: kinds } }),
    // The column is a smallint, and comparing it with a larger number is an error.
    ...(layers && { layer: { in: layers.filter((layer) => Math.abs(layer) <= LARGEST_LAYER) } }),
    ...(positions && { position: { in: positions } }),
    ...(sources && { source: { in: sources } }),
    ...(nodeIds && { name: { in: nodeIds } }),
    ...(minInfluence != null && { influence: { gte: minInfluence } }),
    ...(maxCumulative != null && { cumulative: { lte: maxCumulative } }),
  }
}

export function nodesQuery(args: NodeArguments) {
  const { beyond, ...query } = pageQuery(orderOf(args), args, LARGEST_GRAPH_PAGE)
  const conditions: Prisma.GraphNodeWhereInput = { AND: [nodeWhere(args.where), { OR: beyond }] }
  return { ...query, where: conditions, select: nodeColumns } as const
}

export const nodesPage = <Row extends Record<NodeColumn, number>>(rows: readonly Row[], args: NodeArguments) =>
  pageOf(rows, orderOf(args), args, LARGEST_GRAPH_PAGE)

export const countNodes = childCounter<bigint, Prisma.GraphNodeWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.graphNode.groupBy({ by: ['graphId'], where: { AND: [{ graphId: { in: ids } }, where] }, _count: true })
  return new Map(counts.map(({ graphId, _count }) => [graphId, _count]))
})

export const countEdges = childCounter<bigint, Prisma.GraphEdgeWhereInput>(async ({ database }, ids, where) => {
  const counts = await database.graphEdge.groupBy({ by: ['graphId'], where: { AND: [{ graphId: { in: ids } }, where] }, _count: true })
  return new Map(counts.map(({ graphId, _count }) => [graphId, _count]))
})
