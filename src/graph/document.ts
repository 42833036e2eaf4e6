/**
 * Writes and reads a graph as the JSON that circuit-tracer and Neuronpedia exchange. Fields that this format lacks are
 * written under `tributary`, so nothing is lost. Files of other programs are read by their ids and types.
 */
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { noAnnotations, annotationsSchema, type Annotations } from './annotations.ts'
import { nodeKinds, type NodeKind } from './node.ts'
import type { PrunedEdge } from './prune.ts'
import { graphRequestSchema, type GraphRequest } from './request.ts'
import type { LabelledNode } from './result.ts'

/** A graph without its database rows: what is exported, and what an import gives. */
export interface GraphFile {
  /** What people call the model. */
  model: string
  tokens: readonly string[]
  prompt: string
  nodes: readonly LabelledNode[]
  edges: readonly PrunedEdge[]
  annotations: Annotations
  settings: GraphSettings
  /** The program that made it, in the file's own words; null for graphs of Tributary. */
  maker: string | null
}

/** How the graph was made; null for what a file of another program does not say. */
export interface GraphSettings {
  nodeThreshold: number | null
  edgeThreshold: number | null
  /** The budget of features of each set. */
  features: number | null
  replacement: number | null
  completeness: number | null
  completenessError: number | null
  edges: 'direct' | 'total' | null
  engine: string | null
  modelHash: string | null
  /** The full request. */
  request: GraphRequest | null
  /** Before pruning. */
  whole: { nodes: number; edges: number } | null
  milliseconds: number | null
}

/** Cantor's pairing function: a unique number for every pair of whole numbers. It is `feature` in current files. */
export function cantor(layer: number, index: number): number {
  const paired = ((layer + index) * (layer + index + 1)) / 2 + index
  if (Number.isSafeInteger(paired)) return paired
  throw new UserError('TOO_LARGE', `Feature ${index} of layer ${layer} has no number that JSON holds exactly.`)
}

/** The reverse of `cantor`. */
export function unpair(paired: number): { layer: number; index: number } {
  let diagonal = Math.floor((Math.sqrt(8 * paired + 1) - 1) / 2)
  // For large numbers the root is rounded, so the diagonal is corrected.
  while ((diagonal * (diagonal + 1)) / 2 > paired) diagonal--
  while (((diagonal + 1) * (diagonal + 2)) / 2 <= paired) diagonal++
  const index = paired - (diagonal * (diagonal + 1)) / 2
  return { layer: diagonal - index, index }
}

/** Types as circuit-tracer writes them, for kinds that it has. */
const TYPES: Readonly<Record<NodeKind, string>> = {
  token: 'embedding', feature: 'cross layer transcoder', error: 'mlp reconstruction error', logit: 'logit', head: 'attention head',
  attention: 'attention', mlp: 'mlp', rest: 'rest', skip: 'skip', stream: 'stream', sae_bias: 'sae bias', bias: 'bias',
}

export function graphDocument({ model, tokens, prompt, nodes, edges, annotations, settings }: GraphFile) {
  const words = new Map(annotations.labels.map(({ node, text }) => [node, text]))
  const { nodeThreshold, edgeThreshold, features } = settings
  return {
    metadata: {
      slug: slugOf(prompt), scan: model, prompt_tokens: [...tokens], prompt,
      ...(nodeThreshold !== null && { node_threshold: nodeThreshold }),
      info: { generator: { name: 'tributary' } },
      ...(features !== null && { generation_settings: { max_feature_nodes: features } }),
      pruning_settings: { ...(nodeThreshold !== null && { node_threshold: nodeThreshold }), ...(edgeThreshold !== null && { edge_threshold: edgeThreshold }) },
      tributary: settings,
    },
    qParams: {
      linkType: 'both', clickedId: '', sg_pos: '',
      pinnedIds: [...annotations.pinned],
      supernodes: annotations.supernodes.map(({ label, nodes: members }) => [label, ...members]),
    },
    nodes: nodes.map((node) => ({
      node_id: node.id,
      feature: numberOf(node),
      layer: node.kind === 'token' ? 'E' : node.kind === 'logit' ? String((node.layer ?? 0) + 1) : String(node.layer ?? 0),
      ctx_idx: node.position ?? 0,
      feature_type: TYPES[node.kind],
      jsNodeId: `${node.id}-0`,
      clerp: words.get(node.id) ?? node.label,
      influence: node.cumulative,
      activation: node.activation,
      ...(node.kind === 'logit' && { token_prob: node.probability ?? 0, is_target_logit: true }),
      tributary: {
        kind: node.kind, source: node.source, layer: node.layer, index: node.index, position: node.position, label: node.label, value: node.value,
        constant: node.constant, probability: node.probability, influence: node.influence,
        ...(words.has(node.id) && { text: words.get(node.id)! }),
      },
    })),
    links: edges.map(({ from, to, weight, share }) => ({ source: nodes[from]!.id, target: nodes[to]!.id, weight, tributary: { share } })),
  }
}
export type GraphDocument = ReturnType<typeof graphDocument>

function numberOf({ kind, layer, index, position }: LabelledNode): number | null {
  if (kind === 'feature') return cantor(layer!, index)
  if (kind === 'logit' || kind === 'head') return index
  return kind === 'token' ? position : -1
}

const SLUG_LENGTH = 60
const slugOf = (prompt: string): string => prompt.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, SLUG_LENGTH) || 'graph'

/** Far more than anyone draws; a file with more was probably given by mistake. */
const MAX_FILE_NODES = 200_000
const MAX_FILE_LINKS = 5_000_000

const extraSchema = z.object({
  kind: z.enum(nodeKinds), source: z.string().nullable(), layer: z.number().int().nullable(), index: z.number().int(), position: z.number().int().nullable(),
  label: z.string(), value: z.number().nullable(), constant: z.number(), probability: z.number().nullable(), influence: z.number(), text: z.string().optional(),
})
/**
 * In a graph of another program: a user's name for a node, and the node's own label, which the name replaces (foreign.ts).
 */
const wordsSchema = z.object({ label: z.string(), text: z.string() })
const settingsSchema = z.object({
  nodeThreshold: z.number().nullable(), edgeThreshold: z.number().nullable(), features: z.number().nullable(), replacement: z.number().nullable(),
  completeness: z.number().nullable(), completenessError: z.number().nullable(), edges: z.enum(['direct', 'total']).nullable(),
  engine: z.string().max(200).nullable(), modelHash: z.string().nullable(),
  // Earlier versions did not write these.
  request: graphRequestSchema.nullable().default(null),
  whole: z.object({ nodes: z.number().int(), edges: z.number().int() }).nullable().default(null),
  milliseconds: z.number().nullable().default(null),
})
/** Who made a file; everything in it is optional. */
const infoSchema = z.object({
  creator_name: z.string().optional().catch(undefined),
  generator: z.object({ name: z.string(), version: z.union([z.string(), z.number()]).optional().catch(undefined) }).optional().catch(undefined),
})
const documentSchema = z.object({
  metadata: z.object({
    scan: z.string(), prompt_tokens: z.array(z.string()), prompt: z.string(), node_threshold: z.number().nullish(), tributary: settingsSchema.optional(),
    info: infoSchema.optional().catch(undefined),
  }),
  qParams: z.object({ pinnedIds: z.array(z.string()).default([]), supernodes: z.array(z.array(z.unknown())).default([]) }),
  nodes: z.array(z.object({
    node_id: z.string().min(1), feature: z.number().int().nullable(), layer: z.union([z.string(), z.number()]), ctx_idx: z.number().int(),
    feature_type: z.string(), clerp: z.string(), influence: z.number().nullish(), activation: z.number().nullish(), token_prob: z.number().nullish(),
    tributary: z.union([extraSchema, wordsSchema]).optional(),
  })).max(MAX_FILE_NODES),
  links: z.array(z.object({ source: z.string(), target: z.string(), weight: z.number(), tributary: z.object({ share: z.number() }).optional() })).max(MAX_FILE_LINKS),
})
type FileNode = z.infer<typeof documentSchema>['nodes'][number]

/** Refuses (BAD_INPUT) a value that is no such graph, or that has links to nodes it does not have. */
export function readGraphDocument(value: unknown): GraphFile {
  const parsed = documentSchema.safeParse(value)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new UserError('BAD_INPUT', `This is no attribution graph: ${path.join('.') || 'the whole'} is not as expected (${message}).`)
  }
  const { metadata, qParams, nodes: given, links } = parsed.data
  const nodes = given.map(readNode)
  const places = new Map(nodes.map(({ id }, n) => [id, n]))
  if (places.size < nodes.length) throw new UserError('BAD_INPUT', 'This is no attribution graph: two of its nodes have the same id.')
  const place = (id: string) => {
    const at = places.get(id)
    if (at === undefined) throw new UserError('BAD_INPUT', `A link of the graph names the node ${JSON.stringify(id)}, which it does not have.`)
    return at
  }
  const ends = links.map(({ source, target, weight, tributary }) => ({ from: place(source), to: place(target), weight, share: tributary?.share ?? null }))
  const sums = new Map<number, number>()
  for (const { to, weight } of ends) sums.set(to, (sums.get(to) ?? 0) + Math.abs(weight))
  const ranks = metadata.tributary === undefined ? influencesOf(given) : null
  return {
    model: metadata.scan,
    tokens: metadata.prompt_tokens,
    prompt: metadata.prompt,
    nodes: ranks === null ? nodes : nodes.map((node, n) => ({ ...node, influence: ranks[n]! })),
    maker: metadata.tributary === undefined ? makerOf(metadata.info) : null,
    // Without the whole graph, shares are computed from the links that are in the file.
    edges: ends.map(({ share, ...edge }) => ({ ...edge, share: share ?? (sums.get(edge.to) === 0 ? 0 : Math.abs(edge.weight) / sums.get(edge.to)!) })),
    annotations: readAnnotations(qParams, given),
    settings: metadata.tributary ?? {
      nodeThreshold: metadata.node_threshold ?? null,
      edgeThreshold: null, features: null, replacement: null, completeness: null, completenessError: null, edges: null, engine: null, modelHash: null,
      request: null, whole: null, milliseconds: null,
    },
  }
}

function readNode({ node_id: id, tributary, influence, activation, ...node }: FileNode): LabelledNode {
  const cumulative = influence ?? 1
  if (tributary !== undefined && 'kind' in tributary) {
    const { text: _text, ...known } = tributary
    return { id, ...known, activation: activation ?? null, cumulative }
  }
  const kind = kindOf(node.feature_type)
  const layer = kind === 'token' ? null : Number(node.layer) - (kind === 'logit' ? 1 : 0)
  // The middle part of an id is the number of a feature or of a token.
  const [, index] = id.split('_')
  return {
    id, kind, source: null, layer: Number.isInteger(layer) ? layer : null, index: Number.isInteger(Number(index)) ? Number(index) : 0,
    position: node.ctx_idx, label: (tributary?.label ?? node.clerp) || id, value: null, constant: 0, activation: activation ?? null, probability: node.token_prob ?? null,
    influence: 0, cumulative,
  }
}

/** `circuit-tracer 0.4.1, by Ada`, as the file says; without a generator, "another program". */
function makerOf({ generator, creator_name: creator }: z.infer<typeof infoSchema> = {}): string {
  const name = generator === undefined ? 'another program' : [generator.name, generator.version].filter((part) => part !== undefined).join(' ')
  return (creator ? `${name}, by ${creator}` : name).slice(0, MAX_MAKER)
}
const MAX_MAKER = 200

/**
 * Files of other programs give each node a cumulative share: the share of all influence of this node and the nodes with
 * more. A node's own influence is how much the share grows from the node before it; 0 if the file says nothing.
 */
function influencesOf(nodes: readonly FileNode[]): Float64Array {
  const influences = new Float64Array(nodes.length)
  const ranked = nodes.flatMap(({ influence }, n) => (influence == null ? [] : [{ n, share: influence }])).sort((a, b) => a.share - b.share || a.n - b.n)
  let before = 0
  for (const { n, share } of ranked) {
    influences[n] = share - before
    before = share
  }
  return influences
}

function kindOf(type: string): NodeKind {
  const known = nodeKinds.find((kind) => TYPES[kind] === type)
  if (known) return known
  // Lorsa and other dictionaries use other names for the type of their features.
  return type.includes('error') ? 'error' : 'feature'
}

function readAnnotations({ pinnedIds, supernodes }: z.infer<typeof documentSchema>['qParams'], nodes: readonly FileNode[]): Annotations {
  const groups = supernodes.flatMap((group) => {
    const [label, ...members] = group.filter((each): each is string => typeof each === 'string')
    return label === undefined || members.length === 0 ? [] : [{ label, nodes: members }]
  })
  const labels = nodes.flatMap(({ node_id: node, tributary }) => (tributary?.text === undefined ? [] : [{ node, text: tributary.text }]))
  const read = annotationsSchema.safeParse({ pinned: pinnedIds, supernodes: groups, labels })
  return read.success ? read.data : noAnnotations
}
