/**
 * Stored graphs ⇄ the common JSON: exports graphs that were computed here, and imports files, which are stored beside
 * them.
 */
import { z } from 'zod'
import type { PrismaClient } from '../../prisma/generated/client/client.ts'
import { UserError } from '../errors.ts'
import { graphDocument, readGraphDocument, type GraphFile } from '../graph/document.ts'
import { foreignDocument, parseForeignDocument, readForeignGraph } from '../graph/foreign.ts'
import { checkImport, importKey, wholeGraphFile, type WholeGraphFile } from '../graph/import.ts'
import { nodeKinds } from '../graph/node.ts'
import { graphRequestSchema } from '../graph/request.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import { saveForeignGraph } from './foreign-graphs.ts'
import { readAnnotations, readGraphOptions, readGraphSets, saveGraphs } from './graphs.ts'
import { findModel, identityOf } from './models.ts'
import { tokenNamespace } from './sequences.ts'
import type { Store } from './store.ts'

/** Describes token ids as the model's tokenizer does. */
export type DescribeTokens = (modelId: number, tokenIds: readonly number[]) => Promise<readonly TokenView[]>

/** A graph from a file, checked and ready to be stored. */
export interface ReadyGraph {
  key: string
  /** How many nodes and edges it has, which become rows. */
  rows: number
  /** Stores the whole graph or nothing; a graph that is already stored stays as it is. */
  save(): Promise<void>
}

/**
 * Stores a graph from a file, once, and returns its key. Refuses (UserError) an invalid graph, or one of a model that is
 * not here.
 */
export async function importGraph(store: Store, document: unknown, describe: DescribeTokens): Promise<string> {
  const { key, save } = await readyGraph(store, document, describe)
  await save()
  return key
}

/** Does the same as `importGraph`, up to the point where the graph would be stored. */
export async function readyGraph(store: Store, document: unknown, describe: DescribeTokens): Promise<ReadyGraph> {
  const file = readGraphDocument(document)
  const { maker } = file
  const rows = file.nodes.length + file.edges.length
  if (maker !== null) {
    const graph = readForeignGraph(document, { ...file, maker })
    return { key: graph.key, rows, save: () => saveForeignGraph(store, graph) }
  }
  const { key, model, identity, ...whole } = await checkedGraph(store, wholeGraphFile(file))
  const { request, engine, modelHash, whole: before, replacement, completeness, completenessError, milliseconds } = whole.file.settings
  return {
    key, rows,
    async save() {
      const tokens = await describe(model.id, request.tokenIds)
      await saveGraphs(store, {
        model, engine,
        items: [{
          key, request,
          result: { nodes: file.nodes, edges: file.edges, whole: before, replacement, completeness, completenessError, milliseconds },
          sequence: { tokenizerHash: tokenNamespace(identity), tokens: tokens.map(({ id, text, start, end }) => ({ id, text, start, end })) },
          file: { annotations: file.annotations, imported: { model: file.model, modelHash, prompt: file.prompt, tokens: file.tokens } },
        }],
      })
    },
  }
}

async function checkedGraph(store: Store, file: WholeGraphFile) {
  const { modelHash } = file.settings
  const model = await findModel(store, modelHash)
  if (!model)
    throw new UserError('NOT_FOUND', `The graph is of the model ${JSON.stringify(file.model)} (${modelHash.slice(0, 12)}…), which is not in this database; add it with: tributary model add FOLDER.`)
  const identity = identityOf(model)
  checkImport(file, identity)
  return { file, key: importKey(file), model, identity }
}

/** The fields that only a computed graph has. */
const computedSchema = z.object({
  model: z.object({ slug: z.string(), hash: z.string() }),
  sequence: z.object({ text: z.string().nullable(), tokens: z.array(z.object({ tokenId: z.number(), text: z.string() })) }),
  engine: z.string(), wholeNodeCount: z.number(), wholeEdgeCount: z.number(), completenessError: z.number(), milliseconds: z.number(),
})
/** Removes a graph; returns whether there was one. */
export async function removeGraph(store: Store, key: string): Promise<boolean> {
  const rows = await store.query('DELETE FROM attribution_graph WHERE key = $1 RETURNING id', [key])
  return rows.length > 0
}

/** The names in a file, which replace those of this database. */
const importedSchema = z.object({ model: z.string(), modelHash: z.string(), prompt: z.string(), tokens: z.array(z.string()) })

/** A stored graph in the common JSON; for a graph that came from a file, that very file. null if there is none. */
export async function readStoredGraph(database: Database, key: string): Promise<unknown> {
  const row = await database.attributionGraph.findUnique({ where: { key }, select: { annotations: true, file: { select: { document: true } } } })
  if (row === null) return null
  if (row.file !== null) return foreignDocument(parseForeignDocument(row.file.document), readAnnotations(row.annotations))
  const file = await readGraphFile(database, key)
  return file && graphDocument(file)
}
type Database = Pick<PrismaClient, 'attributionGraph'>

async function readGraphFile(database: Database, key: string): Promise<GraphFile | null> {
  const row = await database.attributionGraph.findUnique({
    where: { key },
    include: {
      model: { select: { slug: true, hash: true } },
      sequence: { select: { text: true, tokens: { orderBy: { index: 'asc' }, select: { tokenId: true, text: true } } } },
      nodes: { orderBy: { ordinal: 'asc' } },
      edges: { orderBy: { ordinal: 'asc' } },
    },
  })
  if (row === null) return null
  const { model, sequence, engine, wholeNodeCount, wholeEdgeCount, completenessError, milliseconds } = computedSchema.parse(row)
  const imported = row.imported === null ? null : importedSchema.parse(row.imported)
  const options = readGraphOptions(row.options)
  const sets = readGraphSets(row.sets)
  const tokens = sequence.tokens.map(({ text }) => text)
  const { position, rule, temperature, excludeFirst, edgeKind, nodesBy } = row
  const request = graphRequestSchema.parse({
    tokenIds: sequence.tokens.map(({ tokenId }) => tokenId), position,
    nodes: nodesBy === 'feature' ? { by: 'feature', sets, budget: options.features } : { by: nodesBy },
    edges: edgeKind, logits: options.logits, nodeThreshold: options.nodeThreshold, edgeThreshold: options.edgeThreshold, maxNodes: options.maxNodes,
    rule, temperature, excludeFirst,
  })
  return {
    maker: null,
    model: imported?.model ?? model.slug,
    tokens: imported?.tokens ?? tokens,
    prompt: imported?.prompt ?? sequence.text ?? tokens.join(''),
    nodes: row.nodes.map((node) => ({
      id: node.name, kind: z.enum(nodeKinds).parse(node.kind), source: node.source, layer: node.layer, index: node.number, position: node.position,
      label: node.label, value: node.value, constant: node.constant, activation: node.activation, probability: node.probability,
      influence: node.influence, cumulative: node.cumulative,
    })),
    edges: row.edges.map(({ fromOrdinal, toOrdinal, weight, share }) => ({ from: fromOrdinal, to: toOrdinal, weight, share })),
    annotations: readAnnotations(row.annotations),
    settings: {
      nodeThreshold: request.nodeThreshold, edgeThreshold: request.edgeThreshold, features: options.features ?? null,
      replacement: row.replacementScore, completeness: row.completenessScore, completenessError,
      edges: request.edges, engine, modelHash: imported?.modelHash ?? model.hash, request,
      whole: { nodes: wholeNodeCount, edges: wholeEdgeCount }, milliseconds,
    },
  }
}
