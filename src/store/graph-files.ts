/** Stored graphs ⇄ the common JSON: what was computed here goes out, what comes in is stored beside it. */
import { z } from 'zod'
import type { PrismaClient } from '../../prisma/generated/client/client.ts'
import { UserError } from '../errors.ts'
import type { GraphFile } from '../graph/document.ts'
import { checkImport, importKey, readWholeGraph } from '../graph/import.ts'
import { nodeKinds } from '../graph/node.ts'
import { graphRequestSchema } from '../graph/request.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import { readAnnotations, readGraphOptions, readGraphSets, saveGraphs } from './graphs.ts'
import { findModel, identityOf } from './models.ts'
import { tokenNamespace } from './sequences.ts'
import type { Store } from './store.ts'

/** The tokens of ids, as the model's tokenizer describes them. */
export type DescribeTokens = (modelId: number, tokenIds: readonly number[]) => Promise<readonly TokenView[]>

/** Stores a graph of a file, once. Refuses (UserError) one that cannot be, or whose model is not here. Gives its key. */
export async function importGraph(store: Store, document: unknown, describe: DescribeTokens): Promise<string> {
  const file = readWholeGraph(document)
  const { request, engine, modelHash, whole, replacement, completeness, completenessError, milliseconds } = file.settings
  const model = await findModel(store, modelHash)
  if (!model)
    throw new UserError('NOT_FOUND', `The graph is of the model ${JSON.stringify(file.model)} (${modelHash.slice(0, 12)}…), which is not in this database; add it with: tributary model add FOLDER.`)
  const identity = identityOf(model)
  checkImport(file, identity)
  const key = importKey(file)
  const tokens = await describe(model.id, request.tokenIds)
  await saveGraphs(store, {
    model, engine,
    items: [{
      key, request,
      result: { nodes: file.nodes, edges: file.edges, whole, replacement, completeness, completenessError, milliseconds },
      sequence: { tokenizerHash: tokenNamespace(identity), tokens: tokens.map(({ id, text, start, end }) => ({ id, text, start, end })) },
      file: { annotations: file.annotations, imported: { model: file.model, modelHash, prompt: file.prompt, tokens: file.tokens } },
    }],
  })
  return key
}

/** The words of a file, in the place of those of this database. */
const importedSchema = z.object({ model: z.string(), modelHash: z.string(), prompt: z.string(), tokens: z.array(z.string()) })

/** A stored graph as a file; one that came from a file is that file again. null where there is none. */
export async function readGraphFile(database: Pick<PrismaClient, 'attributionGraph'>, key: string): Promise<GraphFile | null> {
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
  const imported = row.imported === null ? null : importedSchema.parse(row.imported)
  const options = readGraphOptions(row.options)
  const sets = readGraphSets(row.sets)
  const tokens = row.sequence.tokens.map(({ text }) => text)
  const { position, rule, temperature, excludeFirst, edgeKind, nodesBy } = row
  const request = graphRequestSchema.parse({
    tokenIds: row.sequence.tokens.map(({ tokenId }) => tokenId), position,
    nodes: nodesBy === 'feature' ? { by: 'feature', sets, budget: options.features } : { by: nodesBy },
    edges: edgeKind, logits: options.logits, nodeThreshold: options.nodeThreshold, edgeThreshold: options.edgeThreshold, maxNodes: options.maxNodes,
    rule, temperature, excludeFirst,
  })
  return {
    model: imported?.model ?? row.model.slug,
    tokens: imported?.tokens ?? tokens,
    prompt: imported?.prompt ?? row.sequence.text ?? tokens.join(''),
    nodes: row.nodes.map((node) => ({
      id: node.name, kind: z.enum(nodeKinds).parse(node.kind), source: node.source, layer: node.layer, index: node.number, position: node.position,
      label: node.label, value: node.value, constant: node.constant, activation: node.activation, probability: node.probability,
      influence: node.influence, cumulative: node.cumulative,
    })),
    edges: row.edges.map(({ fromOrdinal, toOrdinal, weight, share }) => ({ from: fromOrdinal, to: toOrdinal, weight, share })),
    annotations: readAnnotations(row.annotations),
    settings: {
      nodeThreshold: request.nodeThreshold, edgeThreshold: request.edgeThreshold, features: options.features ?? null,
      replacement: row.replacementScore, completeness: row.completenessScore, completenessError: row.completenessError,
      edges: request.edges, engine: row.engine, modelHash: imported?.modelHash ?? row.model.hash, request,
      whole: { nodes: row.wholeNodeCount, edges: row.wholeEdgeCount }, milliseconds: row.milliseconds,
    },
  }
}
