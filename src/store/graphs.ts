/** Stores graphs of prompts and reads them: the whole of a graph or nothing, each key once. */
import type pg from 'pg'
import { z } from 'zod'
import type { Model } from '../../prisma/generated/client/client.ts'
import { noAnnotations, annotationsSchema, type Annotations } from '../graph/annotations.ts'
import type { GraphRequest } from '../graph/request.ts'
import type { GraphResult } from '../graph/result.ts'
import { siteSchema } from '../features/site.ts'
import { BinaryRows } from './binary-copy.ts'
import { insertByKey } from './json-rows.ts'
import type { StoredResult } from './save-results.ts'
import { type NewSequence, saveSequencesIn } from './sequences.ts'
import { inTransaction, type Store } from './store.ts'
import { storableText } from './text.ts'

export interface ComputedGraphs {
  model: Pick<Model, 'id'>
  engine: string
  items: readonly { key: string; request: GraphRequest; result: GraphResult; sequence: NewSequence; file?: GraphOfFile }[]
}

/** What is stored in addition for a graph that came from a file. */
export interface GraphOfFile {
  annotations: Annotations
  imported: Record<string, unknown>
}

const COLUMNS = {
  key: 'text',
  model_id: 'smallint',
  sequence_id: 'int',
  position: 'int',
  nodes_by: 'text',
  sets: 'jsonb',
  edge_kind: 'text',
  options: 'jsonb',
  rule: 'text',
  temperature: 'float8',
  exclude_first: 'bool',
  engine: 'text',
  node_count: 'int',
  edge_count: 'int',
  whole_node_count: 'int',
  whole_edge_count: 'int',
  replacement_score: 'float8',
  completeness_score: 'float8',
  completeness_error: 'float8',
  annotations: 'jsonb',
  imported: 'jsonb',
  milliseconds: 'float8',
}

const NODE_COLUMNS = 'graph_node (graph_id, ordinal, name, kind, source, layer, number, position, label, value, constant, activation, probability, influence, cumulative)'
const EDGE_COLUMNS = 'graph_edge (graph_id, ordinal, from_ordinal, to_ordinal, weight, magnitude, share)'

export async function saveGraphs(store: Store, { model, engine, items }: ComputedGraphs): Promise<void> {
  await inTransaction(store, async (client) => {
    if (items.some(({ file }) => file !== undefined)) await allowLargeImport(client)
    const sequenceIds = await saveSequencesIn(client, items.map(({ sequence }) => sequence))
    const rows = items.map(({ key, request, result, file }, i) => ({
      key,
      model_id: model.id,
      sequence_id: sequenceIds[i],
      ...requestColumns(request),
      engine,
      node_count: result.nodes.length,
      edge_count: result.edges.length,
      whole_node_count: result.whole.nodes,
      whole_edge_count: result.whole.edges,
      replacement_score: result.replacement,
      completeness_score: result.completeness,
      completeness_error: result.completenessError,
      annotations: file?.annotations ?? {},
      imported: file?.imported ?? null,
      milliseconds: result.milliseconds,
    }))
    const inserted = await insertByKey(client, 'attribution_graph', COLUMNS, rows)
    const [nodes, edges] = [new BinaryRows(), new BinaryRows()]
    for (const { key, result } of new Map(items.map((item) => [item.key, item])).values()) {
      const id = inserted.get(key)
      if (id !== undefined) addGraphRows(nodes, edges, id, result)
    }
    await sendGraphRows(client, nodes, edges)
  })
}

/**
 * The longest time for one statement of an import: COPY of hundreds of thousands of edges takes longer than a query
 * may.
 */
const IMPORT_STATEMENT_MS = 120_000

/** Raises the limit for the rest of the transaction. */
export const allowLargeImport = (client: pg.ClientBase) => client.query(`SET LOCAL statement_timeout = ${IMPORT_STATEMENT_MS}`)

export async function sendGraphRows(client: pg.ClientBase, nodes: BinaryRows, edges: BinaryRows): Promise<void> {
  if (nodes.rowCount > 0) await nodes.send(client, NODE_COLUMNS)
  if (edges.rowCount > 0) await edges.send(client, EDGE_COLUMNS)
}

function requestColumns({ nodes, edges, position, rule, temperature, excludeFirst, logits, nodeThreshold, edgeThreshold, maxNodes }: GraphRequest) {
  const features = nodes.by === 'feature' ? { features: nodes.budget } : {}
  return {
    position,
    nodes_by: nodes.by,
    sets: nodes.by === 'feature' ? nodes.sets : [],
    edge_kind: edges,
    options: { ...features, logits, nodeThreshold, edgeThreshold, maxNodes },
    rule,
    temperature,
    exclude_first: excludeFirst,
  }
}

export function addGraphRows(nodes: BinaryRows, edges: BinaryRows, id: bigint, result: Pick<GraphResult, 'nodes' | 'edges'>): void {
  for (const [ordinal, node] of result.nodes.entries()) {
    nodes.row(15).int8(id).int4(ordinal).text(node.id).text(node.kind).textOrNull(node.source).int2OrNull(node.layer)
      .int4(node.index).int4OrNull(node.position).text(storableText(node.label)).float8OrNull(node.value).float8(node.constant)
      .float8OrNull(node.activation).float8OrNull(node.probability).float8(node.influence).float8(node.cumulative)
  }
  for (const [ordinal, { from, to, weight, share }] of result.edges.entries()) {
    edges.row(7).int8(id).int4(ordinal).int4(from).int4(to).float8(weight).float8(Math.abs(weight)).float8(share)
  }
}

/** The stored graphs among `keys`. */
export async function findGraphs(store: Store, keys: readonly string[]): Promise<Map<string, StoredResult>> {
  if (keys.length === 0) return new Map()
  const rows = await store.query<{ id: string; key: string }>('SELECT id, key FROM attribution_graph WHERE key = ANY($1)', [[...new Set(keys)]])
  return new Map(rows.map(({ id, key }) => [key, { id: BigInt(id), key }]))
}

const setsSchema = z.array(z.object({ hash: z.string(), name: z.string(), site: siteSchema, writes: siteSchema.nullable() }))
const optionsSchema = z.object({
  features: z.number().optional(),
  logits: z.union([z.object({ mass: z.number(), most: z.number() }), z.object({ tokenIds: z.array(z.number()) })]),
  nodeThreshold: z.number(), edgeThreshold: z.number(), maxNodes: z.number(),
})

/** Readers of the columns that hold JSON. */
export const readGraphSets = (column: unknown) => setsSchema.parse(column)
export const readGraphOptions = (column: unknown) => optionsSchema.parse(column)
export const readAnnotations = (column: unknown): Annotations => annotationsSchema.parse({ ...noAnnotations, ...z.looseObject({}).parse(column) })
