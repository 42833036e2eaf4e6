/**
 * A graph of another program, to be stored. Its file is kept unchanged, its nodes and edges are stored as rows beside it,
 * and nothing is claimed about the graph that the file does not say. When the file is exported, the annotations that people
 * saved are written into it.
 *
 * They go to the places below, so an export of a graph that nobody has annotated is the very file that was imported:
 *  pinned nodes, supernodes  `qParams.pinnedIds`, `qParams.supernodes`; the file's own until someone saves others
 *  names for a node          its `clerp`, with the label that the name replaces and the name itself under `tributary`
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { canonicalJson, sha256 } from '../hash.ts'
import { UserError } from '../errors.ts'
import { checkAnnotations, type Annotations } from './annotations.ts'
import { readGraphDocument, type GraphFile } from './document.ts'
import { checkNodes } from './import.ts'

export interface ForeignGraph {
  /** The key; the same file gives the same key, whatever people saved with the graph. */
  key: string
  /** The graph, with its nodes in an order in which edges lead from earlier to later ones. */
  file: GraphFile
  /** The program that made it. */
  maker: string
  /** The file without people's names for nodes. */
  document: ForeignDocument
}

/** Only the fields that are overwritten; all others are passed through unchanged. */
const documentSchema = z.looseObject({
  qParams: z.looseObject({ pinnedIds: z.unknown().optional(), supernodes: z.unknown().optional() }),
  nodes: z.array(z.looseObject({ node_id: z.string(), clerp: z.string(), tributary: z.unknown().optional() })),
})
const wordsSchema = z.looseObject({ label: z.string(), text: z.string() })
export type ForeignDocument = z.infer<typeof documentSchema>

/**
 * `file`: the graph as read from `given`. Refuses (BAD_INPUT) positions outside the prompt, and edges that form a circle.
 */
export function readForeignGraph(given: unknown, file: GraphFile & { maker: string }): ForeignGraph {
  checkNodes(file.nodes, file.tokens.length, null)
  const document = withoutWords(documentSchema.parse(given))
  const { pinnedIds: _pinned, supernodes: _supernodes, ...parameters } = document.qParams
  const key = sha256(canonicalJson({ what: 'foreign graph', document: { ...document, qParams: parameters } }))
  return { key, file: { ...inOrder(file), annotations: known(file) }, maker: file.maker, document }
}

/** The file for export, with what people have saved. */
export function foreignDocument(document: ForeignDocument, annotations: Annotations): unknown {
  const { pinned, supernodes, labels } = annotations
  const own = known(readGraphDocument(document))
  const isSame = isDeepStrictEqual([own.pinned, own.supernodes], [pinned, supernodes])
  const words = new Map(labels.map(({ node, text }) => [node, text]))
  return {
    ...document,
    ...(!isSame && { qParams: { ...document.qParams, pinnedIds: pinned, supernodes: supernodes.map(({ label, nodes }) => [label, ...nodes]) } }),
    nodes: document.nodes.map((node) => {
      const text = words.get(node.node_id)
      if (text === undefined) return node
      const others = typeof node.tributary === 'object' ? node.tributary : {}
      return { ...node, clerp: text, tributary: { ...others, label: node.clerp, text } }
    }),
  }
}

export const parseForeignDocument = (text: string): ForeignDocument => documentSchema.parse(JSON.parse(text))

/** Replaces people's names for nodes by the labels that were there before. */
function withoutWords(document: ForeignDocument): ForeignDocument {
  const nodes = document.nodes.map((node) => {
    const words = wordsSchema.safeParse(node.tributary)
    if (!words.success) return node
    const { label, text: _text, ...others } = words.data
    const { tributary: _tributary, ...rest } = node
    return { ...rest, clerp: label, ...(Object.keys(others).length > 0 && { tributary: { label, ...others } }) }
  })
  return { ...document, nodes }
}

/**
 * The annotations in the file, without ids of nodes that the graph no longer has: pages keep ids of nodes that were cut
 * since.
 */
function known({ annotations, nodes }: GraphFile): Annotations {
  const ids = new Set(nodes.map(({ id }) => id))
  const taken = new Set<string>()
  const supernodes = annotations.supernodes.flatMap(({ label, nodes: members }) => {
    const own = members.filter((id) => ids.has(id) && !taken.has(id))
    for (const id of own) taken.add(id)
    return own.length === 0 ? [] : [{ label, nodes: own }]
  })
  return checkAnnotations({ ...annotations, pinned: annotations.pinned.filter((id) => ids.has(id)), supernodes }, ids)
}

/** Sorts the nodes so that each comes after all nodes with edges into it, otherwise in the order of the file. */
function inOrder(file: GraphFile): GraphFile {
  const { nodes, edges } = file
  const out = nodes.map((): number[] => [])
  const waitsFor = new Int32Array(nodes.length)
  for (const { from, to } of edges) {
    out[from]!.push(to)
    waitsFor[to]!++
  }
  const order = [...nodes.keys()].filter((n) => waitsFor[n] === 0)
  for (let at = 0; at < order.length; at++) {
    for (const to of out[order[at]!]!) if (--waitsFor[to]! === 0) order.push(to)
  }
  if (order.length < nodes.length) {
    const stuck = nodes.find((_, n) => waitsFor[n]! > 0)!
    throw new UserError('BAD_INPUT', `The edges of the graph lead in a circle through ${stuck.id}; edges lead from earlier to later nodes.`)
  }
  const place = new Int32Array(nodes.length)
  order.forEach((n, at) => (place[n] = at))
  return { ...file, nodes: order.map((n) => nodes[n]!), edges: edges.map((edge) => ({ ...edge, from: place[edge.from]!, to: place[edge.to]! })) }
}
