/** Graphs that exist already, in a file or in the database. */
import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolveConfig } from '../../src/config.ts'
import { UserError } from '../../src/errors.ts'
import { readGraphDocument } from '../../src/graph/document.ts'
import type { Store } from '../../src/store/store.ts'
import type { TokenView } from '../../src/tokenizer/tokenizer.ts'
import type { CliContext } from '../context.ts'
import { withStore } from '../store.ts'
import { wantsColour } from '../terminal/colour.ts'
import { graphText, type GraphPrint } from '../terminal/graph.ts'

/** Larger than any graph that a person looks at. Bounded because files are read whole. */
const MAX_FILE_BYTES = 512 * 2 ** 20

/** A graph that was exported, here or by others. */
export async function showGraph(path: string, print: GraphPrint, context: CliContext): Promise<void> {
  printDocument(await readDocument(path), print, context)
}

/** A graph that was exported, into the database. */
export async function importGraphFile(path: string, context: CliContext): Promise<void> {
  const document = await readDocument(path)
  const { importGraph } = await import('../../src/store/index.ts')
  const key = await withStore(resolveConfig({}, context.environment), (store) => importGraph(store, document, (modelId, tokenIds) => describeTokens(store, modelId, tokenIds)))
  context.print(`${key}\n`)
}

/** A graph of the database, by its key. */
export async function showStoredGraph(key: string, print: GraphPrint, context: CliContext): Promise<void> {
  const { readStoredGraph } = await import('../../src/store/index.ts')
  const document = await withStore(resolveConfig({}, context.environment), ({ prisma }) => readStoredGraph(prisma, key))
  if (document === null) throw noGraph(key)
  printDocument(document, print, context)
}

export async function removeStoredGraph(key: string, context: CliContext): Promise<void> {
  const { removeGraph } = await import('../../src/store/index.ts')
  const isRemoved = await withStore(resolveConfig({}, context.environment), (store) => removeGraph(store, key))
  if (!isRemoved) throw noGraph(key)
  context.print(`removed ${key}\n`)
}

const noGraph = (key: string) =>
  new UserError('NOT_FOUND', `There is no graph ${JSON.stringify(key)} in the database; keys are those of attribution_graph, 64 hex digits.`)

/** Prints a file as it is. Files of other programs may have fields that ours do not. */
function printDocument(document: unknown, print: GraphPrint, context: CliContext): void {
  const file = readGraphDocument(document)
  const isForeign = file.maker !== null
  context.print(print.json && isForeign ? `${JSON.stringify(document)}\n` : graphText(file, print, wantsColour(context.printsToTerminal, context.environment)))
}

/**
 * The tokens of ids according to the model's tokenizer. It is found by its hash, since a tokenizer of another model
 * would describe other tokens.
 */
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
