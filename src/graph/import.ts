/**
 * Imports a graph from a file, to be stored. It is checked as far as possible without computing it again. Its numbers
 * cannot be verified, so it is stored under its own key and is never given as the answer to a question. A file of Tributary
 * says which request it answers, and for which model; a file of another program is stored as foreign (foreign.ts).
 */
import type { PrepareContext } from '../attribution/prepare.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { checkAnnotations } from './annotations.ts'
import { graphDocument, type GraphFile } from './document.ts'
import { prepareGraph } from './prepare.ts'
import type { GraphRequest } from './request.ts'

/** A file with everything that a stored graph needs. */
export interface WholeGraphFile extends GraphFile {
  settings: GraphFile['settings'] & {
    request: GraphRequest
    whole: { nodes: number; edges: number }
    engine: string
    modelHash: string
    completenessError: number
    milliseconds: number
  }
}

const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

/** Refuses (BAD_INPUT) a graph of Tributary without the request that it answers. */
export function wholeGraphFile(file: GraphFile): WholeGraphFile {
  const { request, whole, engine, modelHash, completenessError, milliseconds } = file.settings
  if (request === null || whole === null || engine === null || modelHash === null || completenessError === null || milliseconds === null)
    throw new UserError('BAD_INPUT', 'The graph does not say what was asked for it: it is of an earlier version, and can be shown (graph --show) but not stored.')
  return { ...file, settings: { ...file.settings, request, whole, engine, modelHash, completenessError, milliseconds } }
}

const LONGEST_ID = 300
const LARGEST = 2 ** 31 - 1
const UNPRINTABLE = /[\p{Cc}\p{Surrogate}]/u
/** The most that a database column for layers holds. */
const MOST_LAYERS = 2 ** 15 - 1

/**
 * Refuses (BAD_INPUT) impossible ids, positions, layers and indices of nodes. N positions; `model` is null if it is not
 * known.
 */
export function checkNodes(nodes: GraphFile['nodes'], N: number, model: ModelIdentity | null): void {
  const most = model?.layers ?? MOST_LAYERS
  for (const { id, layer, index, position } of nodes) {
    if (id.length > LONGEST_ID) refuse(`A node has an id of ${id.length} characters; expected at most ${LONGEST_ID}.`)
    if (UNPRINTABLE.test(id)) refuse(`A node has the id ${JSON.stringify(id)}, with a character that is not printed; expected letters, digits and signs.`)
    if (position !== null && (position < 0 || position >= N)) refuse(`The node ${id} stands at position ${position}; the prompt has the positions 0 to ${N - 1}.`)
    if (layer !== null && (layer < 0 || layer > most))
      refuse(`The node ${id} belongs to layer ${layer}; ${model === null ? `expected 0 to ${most}` : `${model.name} has the layers 0 to ${model.layers - 1}`}.`)
    if (index < 0 || index > LARGEST) refuse(`The node ${id} has the number ${index}; expected 0 to ${LARGEST}.`)
  }
}

/**
 * Refuses (BAD_INPUT) a request that the model cannot answer, and nodes and edges that no graph of the model can have. //
 * Paths are followed along edges, and must end.
 */
export function checkImport(file: WholeGraphFile, model: ModelIdentity): void {
  const { nodes, edges, tokens, settings: { request, engine }, annotations } = file
  const context: PrepareContext = { model, engine, config: null, memoryLimitBytes: 0 }
  prepareGraph(request, context)
  const N = request.tokenIds.length
  if (tokens.length !== N) refuse(`The graph has the texts of ${tokens.length} tokens, and ${N} were asked about.`)
  checkNodes(nodes, N, model)
  // Paths are followed from edge to edge, and must come to an end.
  const back = edges.find(({ from, to }) => from >= to)
  if (back) refuse(`An edge leads from ${nodes[back.from]!.id} back to ${nodes[back.to]!.id}; edges lead from earlier to later nodes.`)
  checkAnnotations(annotations, new Set(nodes.map(({ id }) => id)))
}

/** The key of an imported graph; the same file gives the same key, whatever people saved with the graph. */
export const importKey = (file: GraphFile): string =>
  sha256(canonicalJson({ what: 'imported graph', document: graphDocument({ ...file, annotations: { pinned: [], supernodes: [], labels: [] } }) }))
