/**
 * Attribution graphs as three tables: `graphs` has a row per graph, `nodes` a row per node, `edges` a row per edge with a
 * description of both ends.
 */
import type pg from 'pg'
import { UserError } from '../../errors.ts'
import { cutBySize, type Part, PART_ROWS } from '../part.ts'
import type { ExportRequest } from '../request.ts'
import { column, type Column, type ExportKind, type ExportTable, type Source } from '../table.ts'

const GRAPHS = '(SELECT unnest(ARRAY[$graphs]::bigint[]) AS id) a'

const graphSource: Source = {
  name: 'graphs',
  columns: {
    graph_id: 'BIGINT', graph_key: 'VARCHAR', prompt: 'VARCHAR', tokens: 'VARCHAR[]', position: 'INTEGER', nodes_by: 'VARCHAR', edge_kind: 'VARCHAR',
    sets: 'VARCHAR', options: 'VARCHAR', rule: 'VARCHAR', temperature: 'DOUBLE', exclude_first: 'BOOLEAN', engine: 'VARCHAR', node_count: 'INTEGER',
    edge_count: 'INTEGER', whole_node_count: 'INTEGER', whole_edge_count: 'INTEGER', replacement_score: 'DOUBLE', completeness_score: 'DOUBLE',
    completeness_error: 'DOUBLE', created_at: 'TIMESTAMPTZ',
  },
  sql: `SELECT g.id, g.key, s.text, (SELECT json_agg(t.text ORDER BY t.index) FROM sequence_token t WHERE t.sequence_id = s.id), g.position,
      g.nodes_by, g.edge_kind, g.sets, g.options, g.rule, g.temperature, g.exclude_first, g.engine, g.node_count, g.edge_count,
      g.whole_node_count, g.whole_edge_count, g.replacement_score, g.completeness_score, g.completeness_error, g.created_at
    FROM ${GRAPHS} JOIN attribution_graph g ON g.id = a.id JOIN sequence s ON s.id = g.sequence_id`,
}
const nodeSource: Source = {
  name: 'nodes',
  columns: {
    graph_id: 'BIGINT', ordinal: 'INTEGER', node: 'VARCHAR', kind: 'VARCHAR', source: 'VARCHAR', layer: 'INTEGER', number: 'INTEGER', position: 'INTEGER',
    label: 'VARCHAR', value: 'DOUBLE', constant: 'DOUBLE', activation: 'DOUBLE', probability: 'DOUBLE', influence: 'DOUBLE', cumulative: 'DOUBLE',
  },
  sql: `SELECT n.graph_id, n.ordinal, n.name, n.kind, n.source, n.layer, n.number, n.position, n.label, n.value, n.constant, n.activation,
      n.probability, n.influence, n.cumulative
    FROM ${GRAPHS} JOIN graph_node n ON n.graph_id = a.id`,
}
const edgeSource: Source = {
  name: 'edges',
  columns: { graph_id: 'BIGINT', ordinal: 'INTEGER', from_ordinal: 'INTEGER', to_ordinal: 'INTEGER', weight: 'DOUBLE', share: 'DOUBLE' },
  sql: `SELECT e.graph_id, e.ordinal, e.from_ordinal, e.to_ordinal, e.weight, e.share FROM ${GRAPHS} JOIN graph_edge e ON e.graph_id = a.id`,
}

const whichGraph: readonly Column[] = [
  column('graph_id', 'int64', 'g.graph_id'),
  column('graph_key', 'text', 'g.graph_key'),
  column('prompt', 'text', 'g.prompt'),
]

const graphs: ExportTable = {
  sources: [graphSource],
  columns: [
    ...whichGraph,
    column('tokens', 'texts', 'g.tokens'),
    column('position', 'int32', 'g.position'),
    column('nodes_by', 'text', 'g.nodes_by'),
    column('edge_kind', 'text', 'g.edge_kind'),
    column('sets', 'text', 'g.sets'),
    column('options', 'text', 'g.options'),
    column('rule', 'text', 'g.rule'),
    column('temperature', 'float64', 'g.temperature'),
    column('exclude_first', 'bool', 'g.exclude_first'),
    column('engine', 'text', 'g.engine'),
    column('node_count', 'int32', 'g.node_count'),
    column('edge_count', 'int32', 'g.edge_count'),
    column('whole_node_count', 'int32', 'g.whole_node_count'),
    column('whole_edge_count', 'int32', 'g.whole_edge_count'),
    column('replacement_score', 'float64', 'g.replacement_score'),
    column('completeness_score', 'float64', 'g.completeness_score'),
    column('completeness_error', 'float64', 'g.completeness_error'),
    column('created_at', 'time', 'g.created_at'),
  ],
  from: 'FROM graphs g ORDER BY g.graph_id',
}

const nodes: ExportTable = {
  sources: [graphSource, nodeSource],
  columns: [
    ...whichGraph,
    column('ordinal', 'int32', 'n.ordinal'),
    column('node', 'text', 'n.node'),
    column('kind', 'text', 'n.kind'),
    column('source', 'text', 'n.source'),
    column('layer', 'int32', 'n.layer'),
    column('number', 'int32', 'n.number'),
    column('position', 'int32', 'n.position'),
    column('label', 'text', 'n.label'),
    column('value', 'float64', 'n.value'),
    column('constant', 'float64', 'n.constant'),
    column('activation', 'float32', 'n.activation::FLOAT'),
    column('probability', 'float64', 'n.probability'),
    column('influence', 'float32', 'n.influence::FLOAT'),
    column('cumulative', 'float32', 'n.cumulative::FLOAT'),
  ],
  from: 'FROM nodes n JOIN graphs g ON g.graph_id = n.graph_id ORDER BY g.graph_id, n.ordinal',
}

const ends = (side: 'from' | 'to', alias: string): Column[] => [
  column(`${side}_ordinal`, 'int32', `e.${side}_ordinal`),
  column(`${side}_node`, 'text', `${alias}.node`),
  column(`${side}_kind`, 'text', `${alias}.kind`),
  column(`${side}_label`, 'text', `${alias}.label`),
]
const edges: ExportTable = {
  sources: [graphSource, nodeSource, edgeSource],
  columns: [
    ...whichGraph,
    column('ordinal', 'int32', 'e.ordinal'),
    ...ends('from', 'f'),
    ...ends('to', 't'),
    column('weight', 'float32', 'e.weight::FLOAT'),
    column('share', 'float32', 'e.share::FLOAT'),
    column('to_value', 'float64', 't.value'),
    column('to_influence', 'float32', 't.influence::FLOAT'),
  ],
  from: `FROM edges e JOIN graphs g ON g.graph_id = e.graph_id
    JOIN nodes f ON f.graph_id = e.graph_id AND f.ordinal = e.from_ordinal
    JOIN nodes t ON t.graph_id = e.graph_id AND t.ordinal = e.to_ordinal
    ORDER BY g.graph_id, e.ordinal`,
}

interface Graph {
  model: string
  id: string
  key: string
  nodes: number
  edges: number
}

/** Files of the three tables are divided at the same graphs. */
async function plan(client: pg.ClientBase, request: ExportRequest): Promise<Part[]> {
  const { model = null, dataset = null, graphs: keys = null } = request
  const { rows } = await client.query<Graph>(
    `SELECT m.slug AS model, g.id::text, g.key, g.node_count AS nodes, g.edge_count AS edges
      FROM attribution_graph g JOIN model m ON m.id = g.model_id
      WHERE ($1::text IS NULL OR m.slug = $1) AND ($3::text[] IS NULL OR g.key = ANY($3))
        AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM prompt_sequence ps JOIN prompt p ON p.id = ps.prompt_id
          JOIN dataset d ON d.id = p.dataset_id WHERE ps.sequence_id = g.sequence_id AND d.slug = $2))
      ORDER BY m.slug, g.id`,
    [model, dataset, keys],
  )
  const found = new Set(rows.map(({ key }) => key))
  const missing = keys?.find((key) => !found.has(key))
  if (missing !== undefined) throw new UserError('NOT_FOUND', `There is no graph ${missing} in the database that fits.`)
  return [...new Set(rows.map((graph) => graph.model))].flatMap((slug) => {
    const mine = rows.filter((graph) => graph.model === slug)
    const sizes = { graphs: () => 1, nodes: (graph: Graph) => graph.nodes, edges: (graph: Graph) => graph.edges }
    return cutBySize(mine.map(({ nodes: n, edges: e }) => n + e), PART_ROWS).flatMap(({ first, end }, number) => {
      const all = mine.slice(first, end)
      return Object.entries(sizes).map(([table, size]): Part => ({
        table, model: slug, folder: null, number, ids: { graphs: all.map(({ id }) => id) }, items: all.length,
        rows: all.reduce((sum, graph) => sum + size(graph), 0), state: null,
      }))
    })
  })
}

export const graph: ExportKind = {
  tables: { graphs, nodes, edges },
  plan,
  nothing: 'No graph that fits is in the database; the server computes and stores them (attributionGraph in GraphQL, graph() in Python).',
  narrower: 'name the key of a graph (graph)',
}
