/** Stores graphs that other programs made: the unchanged file, and its nodes and edges as rows. */
import { z } from 'zod'
import type { ForeignGraph } from '../graph/foreign.ts'
import { BinaryRows } from './binary-copy.ts'
import { addGraphRows, allowLargeImport, sendGraphRows } from './graphs.ts'
import { insertByKey } from './json-rows.ts'
import { inTransaction, type Store } from './store.ts'
import { storableText } from './text.ts'

/** What a file says about itself, in place of the facts that are stored with a graph computed here. */
const foreignSchema = z.object({
  /** The file's name for the model. */
  model: z.string(),
  prompt: z.string(),
  tokens: z.array(z.string()),
  maker: z.string(),
  nodeThreshold: z.number().nullable(),
})
export type ForeignFacts = z.infer<typeof foreignSchema>

/** null for a graph that is not foreign. */
export const readForeignFacts = ({ modelId, imported }: { modelId: number | null; imported: unknown }): ForeignFacts | null =>
  modelId === null ? foreignSchema.parse(imported) : null

const COLUMNS = { key: 'text', sets: 'jsonb', options: 'jsonb', node_count: 'int', edge_count: 'int', annotations: 'jsonb', imported: 'jsonb' }

export async function saveForeignGraph(store: Store, { key, file, maker, document }: ForeignGraph): Promise<void> {
  const { nodes, edges, model, prompt, tokens, annotations, settings: { nodeThreshold } } = file
  const facts: ForeignFacts = { model: storableText(model), prompt: storableText(prompt), tokens: tokens.map(storableText), maker: storableText(maker), nodeThreshold }
  await inTransaction(store, async (client) => {
    await allowLargeImport(client)
    const row = { key, sets: [], options: {}, node_count: nodes.length, edge_count: edges.length, annotations, imported: facts }
    const id = (await insertByKey(client, 'attribution_graph', COLUMNS, [row])).get(key)
    if (id === undefined) return
    await client.query('INSERT INTO graph_file (graph_id, document) VALUES ($1, $2)', [id, JSON.stringify(document)])
    const rows = [new BinaryRows(), new BinaryRows()] as const
    addGraphRows(...rows, id, { nodes, edges })
    await sendGraphRows(client, ...rows)
  })
}
