/**
 * The part of a graph that a picture shows. It is chosen in the database, so that a browser loads only what it draws.
 */
import { z } from 'zod'
import { Prisma } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import { alwaysDrawn, cutOf, type Cut } from '../../src/graph/drawing.ts'
import { unknownNode } from '../../src/graph/unknown-node.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { AttributionGraph } from './graph.ts'
import { GraphNode, readKind } from './node.ts'

const MOST_NODES = 5000
const MOST_EDGES = 10_000
const DEFAULT_NODES = 500
const DEFAULT_EDGES = 2000
/** An edge here is four numbers. */
const EDGE_COST = 0.25

/** Which nodes are drawn: those up to a cut, with all tokens and logits; or the given ones. */
type Choice = { cut: Cut | null } | { ordinals: number[] }

interface DrawingShape {
  graphId: bigint
  choice: Choice
  maxEdges: number
}

/** Filters by columns of the nodes, because a list of thousands of ordinals would be searched for every edge. */
function whereDrawn(choice: Choice): Prisma.GraphNodeWhereInput {
  if ('ordinals' in choice) return { ordinal: { in: choice.ordinals } }
  const { cut } = choice
  const ends: Prisma.GraphNodeWhereInput = { kind: { in: [...alwaysDrawn] } }
  if (cut === null) return ends
  return { OR: [ends, { cumulative: { lt: cut.cumulative } }, { cumulative: cut.cumulative, ordinal: { lte: cut.ordinal } }] }
}

function drawnSql(choice: Choice, node: Prisma.Sql): Prisma.Sql {
  if ('ordinals' in choice) return Prisma.sql`${node}.ordinal = ANY(${choice.ordinals}::int[])`
  const { cut } = choice
  const ends = Prisma.sql`${node}.kind IN (${Prisma.join([...alwaysDrawn])})`
  return cut === null ? ends : Prisma.sql`(${ends} OR (${node}.cumulative, ${node}.ordinal) <= (${cut.cumulative}::float8, ${cut.ordinal}::int))`
}

function betweenSql({ graphId, choice }: DrawingShape): Prisma.Sql {
  const [from, to] = [Prisma.sql`f`, Prisma.sql`t`]
  return Prisma.sql`
    FROM graph_edge e
    JOIN graph_node f ON f.graph_id = e.graph_id AND f.ordinal = e.from_ordinal
    JOIN graph_node t ON t.graph_id = e.graph_id AND t.ordinal = e.to_ordinal
    WHERE e.graph_id = ${graphId}::int8 AND ${drawnSql(choice, from)} AND ${drawnSql(choice, to)}`
}

const drawnEdgeSchema = z.object({ from: z.number(), to: z.number(), weight: z.number(), share: z.number() })
type DrawnEdge = z.infer<typeof drawnEdgeSchema>

const GraphDrawnEdge = builder.objectRef<DrawnEdge>('GraphDrawnEdge').implement({
  description: 'An edge of a drawing, as short as it can be.',
  fields: (t) => ({
    from: t.exposeInt('from', { description: 'The ordinal of the node that it comes from.' }),
    to: t.exposeInt('to', { description: 'The ordinal of the node that it leads to.' }),
    weight: t.exposeFloat('weight', { description: "In the unit of the target's value. Negative where it works against." }),
    share: t.exposeFloat('share', { description: '|weight| of the sum of all |weights| into the target, before pruning.' }),
  }),
})

/** The edges that matter most: those with the largest share of the target, times what the target passes on. */
async function edgesOf(drawing: DrawingShape, { database }: Context): Promise<DrawnEdge[]> {
  const rows = await database.$queryRaw`
    SELECT e.from_ordinal AS "from", e.to_ordinal AS "to", e.weight, e.share ${betweenSql(drawing)}
    ORDER BY e.share * (t.influence + COALESCE(t.probability, 0)) DESC, e.ordinal LIMIT ${drawing.maxEdges}::int`
  return z.array(drawnEdgeSchema).parse(rows)
}

const countSchema = z.tuple([z.object({ count: z.number() })])

const GraphDrawing = builder.objectRef<DrawingShape>('GraphDrawing').implement({
  description: 'The part of a graph that a picture shows.',
  fields: (t) => ({
    nodes: t.prismaField({
      type: [GraphNode],
      description: 'Its nodes in the order of computation.',
      complexity: { field: 1, multiplier: 1 },
      resolve: (query, { graphId, choice }, _args, { database }) =>
        database.graphNode.findMany({ ...query, where: { AND: [{ graphId }, whereDrawn(choice)] }, orderBy: { ordinal: 'asc' } }),
    }),
    edges: t.field({
      type: [GraphDrawnEdge],
      description: 'The edges between its nodes that matter most: those with the largest share of their target, times its influence.',
      complexity: { field: 1, multiplier: 1 },
      resolve: (drawing, _args, context) => edgesOf(drawing, context),
    }),
    edgeCount: t.int({
      description: 'Edges between its nodes, also those that are not given.',
      resolve: async (drawing, _args, { database }) =>
        countSchema.parse(await database.$queryRaw`SELECT count(*)::int AS count ${betweenSql(drawing)}`)[0].count,
    }),
  }),
})

interface DrawingArguments {
  threshold?: number | null | undefined
  maxNodes?: number | null | undefined
  maxEdges?: number | null | undefined
  nodeIds?: readonly string[] | null | undefined
}

function limitsOf({ threshold, maxNodes, maxEdges }: DrawingArguments) {
  const limits = { threshold: threshold ?? 1, maxNodes: maxNodes ?? DEFAULT_NODES, maxEdges: maxEdges ?? DEFAULT_EDGES }
  if (!(limits.threshold >= 0 && limits.threshold <= 1))
    throw new UserError('BAD_INPUT', `The threshold of the drawing is ${limits.threshold}; expected a share from 0 to 1.`)
  if (limits.maxNodes < 1 || limits.maxNodes > MOST_NODES)
    throw new UserError('BAD_INPUT', `A drawing of ${limits.maxNodes} nodes was asked for; expected 1 to ${MOST_NODES}.`)
  if (limits.maxEdges < 0 || limits.maxEdges > MOST_EDGES)
    throw new UserError('BAD_INPUT', `A drawing with ${limits.maxEdges} edges was asked for; expected 0 to ${MOST_EDGES}.`)
  return limits
}

async function drawingOf(graphId: bigint, args: DrawingArguments, { database }: Context): Promise<DrawingShape> {
  const { maxEdges, ...limits } = limitsOf(args)
  const { nodeIds } = args
  const rows = await database.graphNode.findMany({
    where: { graphId, ...(nodeIds && { name: { in: [...nodeIds] } }) },
    select: { ordinal: true, kind: true, cumulative: true, name: true },
  })
  const missing = nodeIds?.find((id) => rows.every(({ name }) => name !== id))
  if (missing !== undefined) {
    const any = await database.graphNode.findFirst({ where: { graphId }, orderBy: { cumulative: 'asc' }, select: { name: true } })
    throw unknownNode('NOT_FOUND', missing, any?.name)
  }
  const choice: Choice = nodeIds
    ? { ordinals: rows.map(({ ordinal }) => ordinal) }
    : { cut: cutOf(rows.map((row) => ({ ...row, kind: readKind(row.kind) })), limits) }
  return { graphId, choice, maxEdges }
}

const rowsOf = ({ maxNodes, maxEdges, nodeIds }: DrawingArguments): number =>
  Math.max(1, nodeIds?.length ?? maxNodes ?? DEFAULT_NODES, (maxEdges ?? DEFAULT_EDGES) * EDGE_COST)

builder.prismaObjectField(AttributionGraph, 'drawing', (t) =>
  t.field({
    type: GraphDrawing,
    description: 'What of it a picture shows. Stricter limits than those that it was pruned with cut it here, without computing it again.',
    complexity: (args) => ({ field: 1, multiplier: rowsOf(args) }),
    args: {
      threshold: t.arg.float({ description: 'Nodes until they make up this share of all influence; all of them when absent.' }),
      maxNodes: t.arg.int({ description: `At most so many nodes; tokens and logits in any case. ${DEFAULT_NODES} when absent, at most ${MOST_NODES}.` }),
      maxEdges: t.arg.int({ description: `At most so many edges. ${DEFAULT_EDGES} when absent, at most ${MOST_EDGES}.` }),
      nodeIds: t.arg.stringList({ description: 'These nodes and no others, whatever the threshold and the budget are.' }),
    },
    select: { id: true },
    resolve: ({ id }, args, context) => drawingOf(id, args, context),
  }),
)
