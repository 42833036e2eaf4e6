/** The statement for edges of a stored graph. */
import { sqlCommand, sqlText } from '../../export/command-line.ts'

const COLUMNS = ['from_node', 'from_label', 'to_node', 'to_label', 'weight', 'share']

const edgesWhere = (key: string, condition: string): string =>
  sqlCommand(
    `SELECT ${COLUMNS.map((name) => `e.${name}`).join(', ')} FROM graph_edge_readable e JOIN attribution_graph g ON g.id = e.graph_id` +
      ` WHERE g.key = ${sqlText(key)} AND ${condition} ORDER BY abs(e.weight) DESC`,
  )

/** Edges into a node and out of it. */
export const edgesAround = (key: string, node: string): string => edgesWhere(key, `${sqlText(node)} IN (e.from_node, e.to_node)`)

/** Edges that have both ends among some nodes. */
export function edgesBetween(key: string, nodes: readonly string[]): string {
  const names = `(${nodes.map(sqlText).join(', ')})`
  return edgesWhere(key, `e.from_node IN ${names} AND e.to_node IN ${names}`)
}
