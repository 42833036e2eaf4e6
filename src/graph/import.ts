/**
 * A graph from a file, to be stored: checked as far as one can without computing it again. Its numbers are the file's word, so
 * it is stored under a key of its own, and never given as the answer to a question. A file of Tributary says what was asked
 * of which model; one of another program is stored as foreign (foreign.ts).
 */
import type { PrepareContext } from '../attribution/prepare.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { checkAnnotations } from './annotations.ts'
import { graphDocument, type GraphFile } from './document.ts'
import { prepareGraph } from './prepare.ts'
import type { GraphRequest } from './request.ts'

/** A file that says all that a stored graph has. */
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

/** Refuses (BAD_INPUT) a graph of Tributary that does not say what was asked for it. */
export function wholeGraphFile(file: GraphFile): WholeGraphFile {
  const { request, whole, engine, modelHash, completenessError, milliseconds } = file.settings
  if (request === null || whole === null || engine === null || modelHash === null || completenessError === null || milliseconds === null)
    throw new UserError('BAD_INPUT', 'The graph does not say what was asked for it: it is of an earlier version, and can be shown (graph --show) but not stored.')
  return { ...file, settings: { ...file.settings, request, whole, engine, modelHash, completenessError, milliseconds } }
}

const LONGEST_ID = 300
const LARGEST = 2 ** 31 - 1
const UNPRINTABLE = /[\p{Cc}\p{Surrogate}]/u
/** Of a column that holds a layer. */
const MOST_LAYERS = 2 ** 15 - 1

/** Refuses (BAD_INPUT) ids, positions, layers and numbers that no node has. N positions; of a model that is not known, null. */
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

/** Refuses (BAD_INPUT) what the model cannot have been asked, and nodes and edges that no graph of it has. */
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

/** What it is stored under: the same file twice is one graph. What people saved with it is no part of it. */
export const importKey = (file: GraphFile): string =>
  sha256(canonicalJson({ what: 'imported graph', document: graphDocument({ ...file, annotations: { pinned: [], supernodes: [], labels: [] } }) }))
