/** The graph of one prompt, from a question, or from a file, to what is printed. */
import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { describeCost } from '../../src/attribution/cost.ts'
import { resolveConfig, type ConfigFlags } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { noAnnotations } from '../../src/graph/annotations.ts'
import { computeGraph, graphEngine } from '../../src/graph/compute.ts'
import { graphDocument, readGraphDocument, type GraphFile } from '../../src/graph/document.ts'
import type { PreparedGraph } from '../../src/graph/prepare.ts'
import { prepareGraphQuestion, type GraphQuestion } from '../../src/graph/resolve.ts'
import type { Store } from '../../src/store/store.ts'
import type { TokenView } from '../../src/tokenizer/tokenizer.ts'
import { findModelFolder } from '../../ingest/models/find.ts'
import type { CliContext } from '../context.ts'
import { engineOptions } from '../engine.ts'
import type { SetOpener } from '../feature-sets.ts'
import { fetchModelFolder } from '../hub.ts'
import { locateInDatabase } from '../locate-model.ts'
import { withStore } from '../store.ts'
import { wantsColour } from '../terminal/colour.ts'
import { renderGraph } from '../terminal/graph.ts'
import { openWhenNeeded, type OpenAttributor } from './attribute.ts'

interface Graph {
  /** A model folder, the id of an added model, or `hf:org/name` of one on the hub. */
  model: string
  question: GraphQuestion
  sets: SetOpener
  /** Say what it would cost, and compute nothing. */
  estimate: boolean
  json: boolean
  settings: ConfigFlags
}

export async function graph(asked: Graph, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> {
  const { model, question, sets, estimate, json, settings } = asked
  const config = resolveConfig(settings, context.environment)
  const { dir, id } = await findModelFolder(model, config, locateInDatabase, (address) => fetchModelFolder(address, context))
  const attributor = await open(dir, engineOptions(config), sets)
  try {
    const prepared = await prepareGraphQuestion(question, attributor)
    for (const warning of prepared.warnings) context.say(`warning: ${warning}\n`)
    if (estimate) return context.print(cost(prepared.plan, json))
    const result = await computeGraph(prepared, graphEngine(attributor), context.signal)
    const { request, tokens } = prepared
    print({
      model: id ?? attributor.model.name,
      tokens: tokens.map(({ text }) => text),
      prompt: prepared.text ?? tokens.map(({ text }) => text).join(''),
      nodes: result.nodes,
      edges: result.edges,
      annotations: noAnnotations,
      settings: {
        nodeThreshold: request.nodeThreshold, edgeThreshold: request.edgeThreshold,
        features: request.nodes.by === 'feature' ? request.nodes.budget : null,
        replacement: result.replacement, completeness: result.completeness, completenessError: result.completenessError,
        edges: request.edges, engine: attributor.engine, modelHash: attributor.model.hash,
        request, whole: result.whole, milliseconds: result.milliseconds,
      },
    }, json, context)
  } finally {
    await attributor.close()
  }
}

/** What the question would need. It is said for questions over the limit, too. */
function cost(plan: PreparedGraph['plan'], json: boolean): string {
  if (plan === null) throw new Error('a loaded model has no configuration')
  return json ? `${JSON.stringify(plan.cost)}\n` : `This would need ${describeCost(plan.cost)}.\n`
}

function print(file: GraphFile, json: boolean, context: CliContext): void {
  context.print(json ? `${JSON.stringify(graphDocument(file))}\n` : renderGraph(file, wantsColour(context.printsToTerminal, context.environment)))
}

/** Larger than any graph that a person looks at; read whole. */
const MAX_FILE_BYTES = 512 * 2 ** 20

/** A graph that was exported, here or by others. */
export async function showGraph(path: string, json: boolean, context: CliContext): Promise<void> {
  print(readGraphDocument(await readDocument(path)), json, context)
}

/** A graph that was exported, into the database. */
export async function importGraphFile(path: string, context: CliContext): Promise<void> {
  const document = await readDocument(path)
  const { importGraph } = await import('../../src/store/index.ts')
  const key = await withStore(resolveConfig({}, context.environment), (store) => importGraph(store, document, (modelId, tokenIds) => describeTokens(store, modelId, tokenIds)))
  context.print(`${key}\n`)
}

/** A graph of the database, by its key. */
export async function showStoredGraph(key: string, json: boolean, context: CliContext): Promise<void> {
  const { readGraphFile } = await import('../../src/store/index.ts')
  const file = await withStore(resolveConfig({}, context.environment), ({ prisma }) => readGraphFile(prisma, key))
  if (file === null) throw new UserError('NOT_FOUND', `There is no graph ${JSON.stringify(key)} in the database; keys are those of attribution_graph, 64 hex digits.`)
  print(file, json, context)
}

/** The tokens of ids as the model's tokenizer has them; one of another folder would describe others. */
async function describeTokens(store: Store, modelId: number, tokenIds: readonly number[]): Promise<TokenView[]> {
  const { modelPaths } = await import('../../src/store/index.ts')
  const { openTokenizer } = await import('../../src/tokenizer/open.ts')
  const { tokenizerHash, slug } = await store.prisma.model.findUniqueOrThrow({ where: { id: modelId }, select: { tokenizerHash: true, slug: true } })
  if (tokenizerHash === null) return tokenIds.map((id, index) => ({ index, id, text: `#${id}`, start: null, end: null }))
  for (const path of await modelPaths(store, modelId, hostname())) {
    const tokenizer = await openTokenizer(path).catch(() => null)
    if (tokenizer?.hash === tokenizerHash) return tokenizer.describe(tokenIds).map((token, index) => ({ ...token, index }))
  }
  throw new UserError('NOT_FOUND', `No folder of the model ${slug} is on this machine; add it again: tributary model add FOLDER.`)
}

async function readDocument(path: string): Promise<unknown> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new UserError('NOT_FOUND', `There is no file ${path}; give the path of a graph's JSON.`)
  if (found.size > MAX_FILE_BYTES)
    throw new UserError('TOO_LARGE', `${path} has ${found.size} bytes, and a graph has at most ${MAX_FILE_BYTES}; export it with a higher pruning.`)
  return parse(await readFile(path, 'utf8'), path)
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError('BAD_INPUT', `${path} is no JSON; expected an attribution graph as circuit-tracer and Neuronpedia write it.`)
  }
}
