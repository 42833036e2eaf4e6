/** The graph of a prompt: what leads to the logits, and along which paths. */
import { Prisma } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import type { Annotations } from '../../src/graph/annotations.ts'
import { pathsBetween } from '../../src/graph/paths.ts'
import { edgeKinds, type EdgeKind } from '../../src/graph/request.ts'
import { readForeignFacts } from '../../src/store/foreign-graphs.ts'
import { readStoredGraph } from '../../src/store/graph-files.ts'
import { readAnnotations, readGraphOptions, readGraphSets } from '../../src/store/graphs.ts'
import { requireKnown } from '../known.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { pageCost, rootPages } from '../cost.ts'
import { readRule, Rule } from '../attribution/method.ts'
import { totalCount } from '../paging/connection.ts'
import {
  countEdges, countNodes, edgesPage, edgesQuery, edgeWhere, GraphEdge, GraphEdgeConnection, GraphEdgeFilter, GraphNode, GraphNodeConnection,
  GraphNodeField, GraphNodeFilter, nodesPage, nodesQuery, nodeWhere,
} from './node.ts'

export const GraphEdges = builder.enumType('GraphEdges', {
  description: 'What an edge holds.',
  values: {
    DIRECT: { value: 'direct', description: 'What goes from node to node and through no other: the edges into a node sum to its value.' },
    TOTAL: {
      value: 'total',
      description: 'Everything on the way, through the nodes between, too: the edges from each feature set, or from each sublayer and what goes around it, sum to the value.',
    },
  },
} as const satisfies { description: string; values: Record<Uppercase<EdgeKind>, { value: EdgeKind; description: string }> })

export const GraphNodesBy = builder.enumType('GraphNodesBy', {
  description: 'What the nodes of a graph are.',
  values: {
    FEATURE: { value: 'feature', description: 'Features of feature sets.' },
    HEAD: { value: 'head', description: 'Every head and every MLP at every position.' },
    MODULE: { value: 'module', description: 'The attention and the MLP of every layer at every position.' },
  },
} as const)
const nodesBy = ['feature', 'head', 'module'] as const

const GraphOrigin = builder.enumType('GraphOrigin', {
  description: 'Where the numbers of a graph come from.',
  values: {
    COMPUTED: { value: 'computed', description: 'They were computed here.' },
    IMPORTED: { value: 'imported', description: 'They are the word of a file of Tributary, whose model is here.' },
    FOREIGN: { value: 'foreign', description: 'They are the word of a file of another program, which is all that is known of them.' },
  },
} as const)

/** What a graph of another program does not say. */
const UNKNOWN = 'Null where another program made the graph.'
const FOREIGN = { modelId: true, imported: true } as const
const SEQUENCE = { select: { text: true, tokens: { orderBy: { index: 'asc' }, select: { text: true } } } } as const
const OPTIONS = { ...FOREIGN, options: true } as const
const optionsOf = ({ modelId, options }: { modelId: number | null; options: unknown }) => (modelId === null ? null : readGraphOptions(options))

const GraphSet = builder.objectRef<ReturnType<typeof readGraphSets>[number]>('GraphSet').implement({
  description: 'A feature set whose features are nodes.',
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'sha256 (hex) of its weights and of all that changes a number.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    site: t.string({ description: 'What it reads, such as 2.resid_post.', resolve: ({ site }) => `${site.layer}.${site.name}` }),
    writes: t.string({
      nullable: true, description: 'What a transcoder writes; null for an autoencoder, which writes where it reads.',
      resolve: ({ writes }) => writes && `${writes.layer}.${writes.name}`,
    }),
  }),
})

const Supernode = builder.objectRef<Annotations['supernodes'][number]>('Supernode').implement({
  description: 'Nodes that someone has put together under a name.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'The name.' }),
    nodes: t.exposeStringList('nodes', { description: 'Ids of the nodes.' }),
  }),
})

const NodeLabel = builder.objectRef<Annotations['labels'][number]>('NodeLabel').implement({
  description: "Someone's own words for a node.",
  fields: (t) => ({
    node: t.exposeString('node', { description: 'The id of the node.' }),
    text: t.exposeString('text', { description: 'The words.' }),
  }),
})

const GraphAnnotations = builder.objectRef<Annotations>('GraphAnnotations').implement({
  description: 'What people have saved with a graph.',
  fields: (t) => ({
    pinned: t.exposeStringList('pinned', { description: 'Ids of nodes that are pinned.' }),
    supernodes: t.field({ type: [Supernode], description: 'Groups of nodes.', resolve: ({ supernodes }) => supernodes }),
    labels: t.field({ type: [NodeLabel], description: 'Words for nodes.', resolve: ({ labels }) => labels }),
  }),
})

interface PathShape {
  graphId: bigint
  weight: number
  ordinals: number[]
}

const GraphPath = builder.objectRef<PathShape>('GraphPath').implement({
  description: 'One way through a graph.',
  fields: (t) => ({
    weight: t.exposeFloat('weight', {
      description: 'The product of the shares of its edges, with the sign of their weights: how much of its last node goes this way.',
    }),
    nodes: t.field({
      type: [GraphNode],
      description: 'From the first to the last.',
      resolve: async ({ graphId, ordinals }, _args, { database }) => {
        const rows = await database.graphNode.findMany({ where: { graphId, ordinal: { in: ordinals } } })
        return ordinals.map((ordinal) => rows.find((row) => row.ordinal === ordinal)!)
      },
    }),
  }),
})

/** High, because all nodes and edges are read and returned as one value. */
const DOCUMENT = 500

/** What finding paths costs: all edges are read. */
const PATHS = 200
const MOST_PATHS = 100
const DEFAULT_PATHS = 10

interface PathArguments {
  from?: string | null | undefined
  to?: string | null | undefined
  first?: number | null | undefined
}

async function pathsOf({ id }: { id: bigint }, { from, to, first }: PathArguments, { database }: Context): Promise<PathShape[]> {
  const count = first ?? DEFAULT_PATHS
  if (count < 1 || count > MOST_PATHS) throw new UserError('BAD_INPUT', `${count} paths were asked for; expected 1 to ${MOST_PATHS}.`)
  const nodes = await database.graphNode.findMany({ where: { graphId: id }, select: { ordinal: true, name: true, kind: true, probability: true } })
  const edges = await database.graphEdge.findMany({ where: { graphId: id }, select: { fromOrdinal: true, toOrdinal: true, weight: true, share: true } })
  const found = pathsBetween(
    nodes, edges.map((edge) => ({ ...edge, from: edge.fromOrdinal, to: edge.toOrdinal })), { from: from ?? null, to: to ?? null }, count)
  return found.map(({ nodes: ordinals, weight }) => ({ graphId: id, ordinals, weight }))
}

export const AttributionGraph = builder.prismaNode('AttributionGraph', {
  description:
    'How tokens, features, heads and MLPs of one prompt lead to the logits: nodes, and edges whose weights sum to the value of ' +
    'the node that they lead into. Addressed by content.',
  id: { field: 'key', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, key: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'sha256 (hex) of everything that the numbers depend on.' }),
    origin: t.field({
      type: GraphOrigin, description: 'Where its numbers come from.', select: { modelId: true, imported: true },
      resolve: ({ modelId, imported }) => (modelId === null ? 'foreign' : imported === null ? 'computed' : 'imported'),
    }),
    maker: t.string({
      nullable: true, description: 'The program that made it, in the words of its file, where it was another one; null of a graph of Tributary.',
      select: FOREIGN,
      resolve: (row) => readForeignFacts(row)?.maker ?? null,
    }),
    model: t.relation('model', { nullable: true, description: 'The model. Null where another program made the graph, whose word for the model is `modelName`.' }),
    modelName: t.string({
      description: "What the model is called: its slug here, or another program's word for it.",
      select: { ...FOREIGN, model: { select: { slug: true } } },
      resolve: (row) => row.model?.slug ?? readForeignFacts(row)!.model,
    }),
    sequence: t.relation('sequence', { nullable: true, description: 'The tokens that it read. Null where another program made the graph: see `tokenTexts`.' }),
    prompt: t.string({
      description: 'The prompt as text.',
      select: { ...FOREIGN, sequence: SEQUENCE },
      resolve: (row) => readForeignFacts(row)?.prompt ?? row.sequence!.text ?? row.sequence!.tokens.map(({ text }) => text).join(''),
    }),
    tokenTexts: t.stringList({
      description: 'The texts of its tokens, by position.',
      select: { ...FOREIGN, sequence: SEQUENCE },
      resolve: (row) => readForeignFacts(row)?.tokens ?? row.sequence!.tokens.map(({ text }) => text),
    }),
    position: t.exposeInt('position', { nullable: true, description: `Where the logits are read. ${UNKNOWN}` }),
    nodesBy: t.field({
      type: GraphNodesBy, nullable: true, description: `What the nodes are. ${UNKNOWN}`, select: { nodesBy: true },
      resolve: (row) => nodesBy.find((by) => by === row.nodesBy),
    }),
    edgeKind: t.field({
      type: GraphEdges, nullable: true, description: `What an edge holds. ${UNKNOWN}`, select: { edgeKind: true },
      resolve: ({ edgeKind }) => edgeKinds.find((kind) => kind === edgeKind),
    }),
    sets: t.field({
      type: [GraphSet], description: 'The feature sets in the order of computation; empty for heads and MLPs, and for graphs of other programs.',
      select: { sets: true },
      resolve: ({ sets }) => readGraphSets(sets),
    }),
    features: t.int({
      nullable: true, description: 'Of each set, at most so many features are nodes before pruning; null for heads and MLPs.', select: OPTIONS,
      resolve: (row) => optionsOf(row)?.features,
    }),
    nodeThreshold: t.float({
      nullable: true, description: 'The share of all influence that the nodes make up. Null where another program made the graph and does not say it.',
      select: OPTIONS,
      resolve: (row) => optionsOf(row)?.nodeThreshold ?? readForeignFacts(row)?.nodeThreshold,
    }),
    edgeThreshold: t.float({
      nullable: true, description: `The share of what goes through edges that the edges make up. ${UNKNOWN}`, select: OPTIONS,
      resolve: (row) => optionsOf(row)?.edgeThreshold,
    }),
    maxNodes: t.int({ nullable: true, description: `The budget of nodes. ${UNKNOWN}`, select: OPTIONS, resolve: (row) => optionsOf(row)?.maxNodes }),
    rule: t.field({
      type: Rule, nullable: true, description: `How neurons' outputs are shared. ${UNKNOWN}`, select: { rule: true },
      resolve: ({ rule }) => (rule === null ? null : readRule(rule)),
    }),
    temperature: t.exposeFloat('temperature', { nullable: true, description: `τ of the softmax rule. ${UNKNOWN}` }),
    excludeFirst: t.exposeBoolean('excludeFirst', { nullable: true, description: `Whether the first token takes no share of MLPs except at itself. ${UNKNOWN}` }),
    engine: t.exposeString('engine', { nullable: true, description: `What computed it, e.g. \`onnx-cpu-float32\`. ${UNKNOWN}` }),
    nodeCount: t.exposeInt('nodeCount', { description: 'Nodes that were kept.' }),
    edgeCount: t.exposeInt('edgeCount', { description: 'Edges that were kept.' }),
    wholeNodeCount: t.exposeInt('wholeNodeCount', { nullable: true, description: `Nodes before pruning. ${UNKNOWN}` }),
    wholeEdgeCount: t.exposeInt('wholeEdgeCount', { nullable: true, description: `Edges before pruning. ${UNKNOWN}` }),
    replacementScore: t.exposeFloat('replacementScore', {
      nullable: true, description: 'Of the influence that ends at tokens or at what the nodes do not explain, the share of tokens. Null without either, and where another program made the graph.',
    }),
    completenessScore: t.exposeFloat('completenessScore', {
      nullable: true, description: 'How much of what leads into nodes, weighted by their influence, is explained. Null without influence, and where another program made the graph.',
    }),
    completenessError: t.exposeFloat('completenessError', {
      nullable: true,
      description: `The largest deviation of a node's edges and constant from its value, relative to the largest of them; 0 is exact. ${UNKNOWN}`,
    }),
    milliseconds: t.exposeFloat('milliseconds', { nullable: true, description: `How long the computation took. ${UNKNOWN}` }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
    annotations: t.field({
      type: GraphAnnotations, description: 'What people have saved with it.', select: { annotations: true },
      resolve: ({ annotations }) => readAnnotations(annotations),
    }),
    isImported: t.boolean({
      description: 'Whether it came from a file, whose word its numbers are; it is never the answer to a question.',
      select: { imported: true },
      resolve: ({ imported }) => imported !== null,
    }),
    document: t.field({
      type: 'JSON',
      description: 'The whole graph in the form that circuit-tracer and Neuronpedia exchange; `importAttributionGraph` takes it back.',
      complexity: DOCUMENT,
      resolve: async ({ key }, _args, { database }) => {
        const document = await readStoredGraph(database, key)
        if (document === null) throw new UserError('NOT_FOUND', 'The graph was removed a moment ago.')
        return document
      },
    }),
    nodes: t.connection(
      {
        type: GraphNode,
        description: 'Its nodes, filtered and ordered before they are cut into pages.',
        complexity: pageCost,
        args: {
          where: t.arg({ type: GraphNodeFilter, description: 'All of them when absent.' }),
          orderBy: t.arg({ type: GraphNodeField, description: 'The order of computation when absent.' }),
        },
        select: (args, _context, nestedSelection) => ({
          id: true, nodeCount: true, nodes: nestedSelection(nestedSelection(nodesQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...nodesPage(row.nodes, args), totalCount: () => (args.where ? countNodes(context, row.id, nodeWhere(args.where)) : row.nodeCount),
        }),
      },
      GraphNodeConnection,
    ),
    edges: t.connection(
      {
        type: GraphEdge,
        description: 'Its edges, the largest first.',
        complexity: pageCost,
        args: { where: t.arg({ type: GraphEdgeFilter, description: 'All of them when absent.' }) },
        select: (args, _context, nestedSelection) => ({
          id: true, edgeCount: true, edges: nestedSelection(nestedSelection(edgesQuery(args), ['edges', 'node']), ['nodes']),
        }),
        resolve: (row, args, context) => ({
          ...edgesPage(row.edges, args), totalCount: () => (args.where ? countEdges(context, row.id, edgeWhere(args.where)) : row.edgeCount),
        }),
      },
      GraphEdgeConnection,
    ),
    paths: t.field({
      type: [GraphPath],
      description: 'The strongest ways from one node to another, the strongest first.',
      complexity: { field: PATHS, multiplier: DEFAULT_PATHS },
      args: {
        from: t.arg.string({ description: 'Id of the node where they begin; any token when absent.' }),
        to: t.arg.string({ description: 'Id of the node where they end; the likeliest logit when absent.' }),
        first: t.arg.int({ description: `How many, at most ${MOST_PATHS}; ${DEFAULT_PATHS} when absent.` }),
      },
      select: { id: true },
      resolve: pathsOf,
    }),
  }),
})

const GraphFilter = builder.inputType('AttributionGraphFilter', {
  description: 'Which stored graphs to give; every condition that is there must hold.',
  fields: (t) => ({
    model: t.string({ description: 'Only of the model with this slug.' }),
    origin: t.field({ type: GraphOrigin, description: 'Only with numbers from there.' }),
    nodesBy: t.field({ type: GraphNodesBy, description: 'Only with such nodes.' }),
    set: t.string({ description: 'Only with nodes of the feature set with this name.' }),
  }),
})

const ORIGINS = {
  computed: { imported: { equals: Prisma.DbNull } },
  imported: { imported: { not: Prisma.DbNull }, modelId: { not: null } },
  foreign: { modelId: null },
} as const satisfies Record<string, Prisma.AttributionGraphWhereInput>

function graphWhere(filter: typeof GraphFilter.$inferInput | null | undefined): Prisma.AttributionGraphWhereInput {
  const { model, nodesBy: by, set, origin } = filter ?? {}
  return {
    ...(origin && ORIGINS[origin]),
    ...(model != null && { model: { slug: model } }),
    ...(by && { nodesBy: by }),
    ...(set != null && { nodes: { some: { source: set } } }),
  }
}

const AttributionGraphConnection = builder.connectionObject(
  { type: AttributionGraph, name: 'AttributionGraphConnection', fields: (t) => ({ totalCount: t.int(totalCount(100)) }) },
  { name: 'AttributionGraphEdge' },
)

builder.queryField('attributionGraphs', (t) =>
  t.prismaConnection({
    type: AttributionGraph,
    description: 'Stored graphs, newest first. Null only with an error.',
    cursor: 'id',
    nullable: true,
    totalCount: async (_connection, { where }, { database }) => {
      await requireKnown(database, { model: where?.model })
      return database.attributionGraph.count({ where: graphWhere(where) })
    },
    ...rootPages,
    args: { where: t.arg({ type: GraphFilter, description: 'All of them when absent.' }) },
    resolve: async (query, _root, { where }, { database }) => {
      await requireKnown(database, { model: where?.model })
      return database.attributionGraph.findMany({ ...query, where: graphWhere(where), orderBy: { id: 'desc' } })
    },
  }, AttributionGraphConnection),
)
