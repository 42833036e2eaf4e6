/** Nodes of a graph, their ids, and the edges into them. */
import type { GraphNodes, GraphSet } from './request.ts'

export const nodeKinds = [
  'token',
  /** A feature of a set at a position. */
  'feature',
  /** What one head adds to the stream at a position; the same for all heads of a layer together; and for an MLP. */
  'head',
  'attention',
  'mlp',
  /** At a position: what a set does not reconstruct, the features beyond the budget, and a transcoder's linear path. */
  'error',
  'rest',
  'skip',
  /**
   * The stream around a sublayer whose output is split into features, into heads or into an MLP; only if edges are total.
   */
  'stream',
  /** What a set adds whether or not a feature fires, and every bias met on the way. */
  'sae_bias',
  'bias',
  'logit',
] as const
export type NodeKind = (typeof nodeKinds)[number]

/** Kinds that edges lead into. */
const TARGETS: ReadonlySet<NodeKind> = new Set<NodeKind>(['feature', 'head', 'attention', 'mlp', 'logit'])
export const hasIncoming = (kind: NodeKind): boolean => TARGETS.has(kind)

/** Kinds for the part that the nodes do not explain. */
const UNEXPLAINED: ReadonlySet<NodeKind> = new Set<NodeKind>(['error', 'rest'])
export const isUnexplained = (kind: NodeKind): boolean => UNEXPLAINED.has(kind)

/** In the order of computation. A sublayer's index here is the `index` of the nodes around it. */
export const sublayers = ['attention', 'mlp'] as const
export type Sublayer = (typeof sublayers)[number]

/** In a module graph with total edges, nodes of these kinds belong to a sublayer; their index says which. */
export const isAround = (kind: NodeKind): boolean => kind === 'stream' || kind === 'bias'

export interface GraphNode {
  /** Unique in its graph. */
  id: string
  kind: NodeKind
  /** The name of the feature set that it belongs to; null for others. */
  source: string | null
  /** null for tokens and for the BIAS of the whole graph; L for logits. */
  layer: number | null
  /**
   * Number of the feature, the head, the token in the vocabulary, or the sublayer that it is around; 0 for kinds that occur
   * once at a place.
   */
  index: number
  /** null for a node that reaches every position. */
  position: number | null
  /**
   * The sum of the edges into it and its constant: a feature's pre-activation, a logit, or the norm of what a head or an
   * MLP adds. null for nodes that no edges lead into.
   */
  value: number | null
  /** For a feature: b_enc − b_dec·W_enc, which belongs to no other node. 0 for others. */
  constant: number
  /** How strongly a feature fires. */
  activation: number | null
  /** The probability of a logit's token. */
  probability: number | null
}

/** Edges into one node, from nodes that come before it. */
export interface Incoming {
  /** [E]: numbers of nodes. */
  from: Int32Array
  /** [E] */
  weight: Float64Array
  /** In a graph with total edges, the starts of the runs among the edges. The edges of each run sum to the node's value. */
  runs: readonly number[]
}

/** Every node and edge, before pruning. */
export interface WholeGraph {
  /** In the order of computation: edges lead from earlier to later ones. */
  nodes: readonly GraphNode[]
  /** By node; null for kinds that no edges lead into. */
  incoming: readonly (Incoming | null)[]
  /** The largest |Σ edges + constant − value| ÷ largest term, over all nodes. */
  completenessError: number
}

/** Makes ids as in the common JSON. In a layer with two sources, the source's name replaces the layer's number. */
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

/** Collects edges into a node and checks their sum. */
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

  /** Adds to the edge of a source that may have one already. */
  addTo(from: number, weight: number): void {
    const at = this.#from.indexOf(from)
    if (at < 0) return this.add(from, weight)
    this.#total += weight
    this.#weight[at]! += weight
    this.#largest = Math.max(this.#largest, Math.abs(this.#weight[at]!))
  }

  /** Ends a run: its edges and the constant should sum to the value. */
  close(value: number, constant: number): void {
    const largest = Math.max(this.#largest, Math.abs(value), Math.abs(constant))
    // If a weight is NaN, the error becomes NaN, too.
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
