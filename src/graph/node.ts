/** Nodes of a graph, what they are called, and the edges into them. */
import type { GraphNodes, GraphSet } from './request.ts'

export const nodeKinds = [
  'token',
  /** A feature of a set at a position. */
  'feature',
  /** What an attention head adds to the stream at a position; of all heads of a layer; what an MLP adds. */
  'head',
  'attention',
  'mlp',
  /** What a set does not rebuild of a position, the features beyond the budget, a transcoder's linear path. */
  'error',
  'rest',
  'skip',
  /** The stream beside a sublayer that is split into features, or into heads or an MLP; only where edges are total. */
  'stream',
  /** What a set adds whatever fires, and every bias met on the way. */
  'sae_bias',
  'bias',
  'logit',
] as const
export type NodeKind = (typeof nodeKinds)[number]

/** Kinds that edges lead into. */
const TARGETS: ReadonlySet<NodeKind> = new Set<NodeKind>(['feature', 'head', 'attention', 'mlp', 'logit'])
export const hasIncoming = (kind: NodeKind): boolean => TARGETS.has(kind)

/** Kinds that stand for what the nodes do not explain. */
const UNEXPLAINED: ReadonlySet<NodeKind> = new Set<NodeKind>(['error', 'rest'])
export const isUnexplained = (kind: NodeKind): boolean => UNEXPLAINED.has(kind)

/** In the order of computation; the number of one is the `index` of the nodes that stand beside it. */
export const sublayers = ['attention', 'mlp'] as const
export type Sublayer = (typeof sublayers)[number]

/** In a module graph with total edges, nodes of these kinds stand beside a sublayer; their index says which. */
export const isAround = (kind: NodeKind): boolean => kind === 'stream' || kind === 'bias'

export interface GraphNode {
  /** Unique in its graph. */
  id: string
  kind: NodeKind
  /** The name of the feature set that it belongs to; null for others. */
  source: string | null
  /** null for tokens and the BIAS of the whole; L for logits. */
  layer: number | null
  /** Number of the feature, the head, the token in the vocabulary, or the sublayer that it stands beside; 0 for kinds of which a place has one. */
  index: number
  /** null for what reaches every position. */
  position: number | null
  /**
   * What the edges into it, and its own constant, sum to: a feature's pre-activation, a logit, the length of what a head or
   * an MLP adds. null for nodes without edges into them.
   */
  value: number | null
  /** Of a feature: b_enc − b_dec·W_enc, which belongs to no other node. 0 for others. */
  constant: number
  /** How strongly a feature fires. */
  activation: number | null
  /** Of a logit. */
  probability: number | null
}

/** Edges into one node, from nodes that stand before it. */
export interface Incoming {
  /** [E]: numbers of nodes. */
  from: Int32Array
  /** [E] */
  weight: Float64Array
  /** In a graph with total edges, where the edges of each source begin: each of these runs sums to the node's value. */
  runs: readonly number[]
}

/** Every node and edge, before pruning. */
export interface WholeGraph {
  /** In the order of computation: edges lead from earlier to later ones. */
  nodes: readonly GraphNode[]
  /** By node; null where none can lead. */
  incoming: readonly (Incoming | null)[]
  /** The largest |Σ edges + constant − value| ÷ largest term, over all nodes. */
  completenessError: number
}

/** Ids as the common JSON writes them; a layer with two sources has their names in the place of its number. */
export function nodeNamer(nodes: GraphNodes, L: number): (node: Omit<GraphNode, 'id'>) => string {
  const sets = nodes.by === 'feature' ? nodes.sets : []
  const place = new Map(sets.map((set) => [set.name, placeOf(set, sets)]))
  return ({ kind, source, layer, index, position }) => {
    if (kind === 'token') return `E_${index}_${position}`
    if (kind === 'logit') return `${L + 1}_${index}_${position}`
    if (source === null && layer !== null && isAround(kind)) return `${layer}_${sublayers[index]!}_${kind}`
    if (kind === 'bias') return source === null ? 'bias' : `${place.get(source)}_bias`
    const at = source === null ? String(layer) : place.get(source)!
    if (kind === 'feature') return `${at}_${index}_${position}`
    if (kind === 'head') return `${layer}_h${index}_${position}`
    return position === null ? `${at}_${kind}` : `${at}_${kind}_${position}`
  }
}

function placeOf({ name, site, writes }: GraphSet, sets: readonly GraphSet[]): string {
  const layerOf = (set: { site: GraphSet['site']; writes: GraphSet['writes'] }) => (set.writes ?? set.site).layer
  const isShared = sets.filter((other) => layerOf(other) === layerOf({ site, writes })).length > 1
  return isShared ? name : String(layerOf({ site, writes }))
}

/** Edges that are collected while their target's sums are checked. */
export class EdgeList {
  readonly #from: number[] = []
  readonly #weight: number[] = []
  readonly #runs: number[] = [0]
  #total = 0
  #largest = 0
  #error = 0

  add(from: number, weight: number): void {
    this.#total += weight
    this.#largest = Math.max(this.#largest, Math.abs(weight))
    if (weight === 0) return
    this.#from.push(from)
    this.#weight.push(weight)
  }

  /** The same, of a source that has an edge already. */
  addTo(from: number, weight: number): void {
    const at = this.#from.indexOf(from)
    if (at < 0) return this.add(from, weight)
    this.#total += weight
    this.#weight[at]! += weight
    this.#largest = Math.max(this.#largest, Math.abs(this.#weight[at]!))
  }

  /** The edges of one source are complete: with the constant they sum to the value. */
  close(value: number, constant: number): void {
    const largest = Math.max(this.#largest, Math.abs(value), Math.abs(constant))
    // A weight that is no number makes the error none, too.
    if (largest !== 0) this.#error = Math.max(this.#error, Math.abs(this.#total + constant - value) / largest)
    this.#total = this.#largest = 0
    this.#runs.push(this.#from.length)
  }

  get error(): number {
    return this.#error
  }

  get incoming(): Incoming {
    return { from: Int32Array.from(this.#from), weight: Float64Array.from(this.#weight), runs: this.#runs.slice(0, -1) }
  }
}
