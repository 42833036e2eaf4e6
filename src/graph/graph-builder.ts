/** A graph under construction. */
import { requireFinite } from '../attribution/score.ts'
import type { LogitTarget } from './logits.ts'
import { sublayers, type EdgeList, type GraphNode, type Incoming, type Sublayer, type WholeGraph } from './node.ts'
import type { ModuleNode } from './sublayer.ts'

/** Fields that nodes of a module graph do not use. */
const NOTHING = { source: null, constant: 0, activation: null, probability: null }

/** Collects nodes in the order of computation. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = []
  readonly #name: (node: Omit<GraphNode, 'id'>) => string

  constructor(name: (node: Omit<GraphNode, 'id'>) => string) {
    this.#name = name
  }

  add(node: Omit<GraphNode, 'id'>): number {
    this.#nodes.push({ ...node, id: this.#name(node) })
    return this.#nodes.length - 1
  }

  /** Adds the tokens of a module graph, and the BIAS node if there are biases. */
  addTokens(tokenIds: readonly number[], hasBias: boolean): { tokens: number[]; bias: number | null } {
    const tokens = tokenIds.map((index, position) => this.add({ ...NOTHING, kind: 'token', layer: null, index, position, value: null }))
    return { tokens, bias: hasBias ? this.add({ ...NOTHING, kind: 'bias', layer: null, index: 0, position: null, value: null }) : null }
  }

  addModule(node: ModuleNode): number {
    return this.add({ ...NOTHING, ...node })
  }

  /**
   * Adds a node beside those of a sublayer, for its run of total edges: the stream around the sublayer, or its
   * biases.
   */
  addAround(kind: 'stream' | 'bias', layer: number, sublayer: Sublayer): number {
    return this.add({ ...NOTHING, kind, layer, index: sublayers.indexOf(sublayer), position: null, value: null })
  }

  addLogit({ tokenId, value, probability }: LogitTarget, L: number, position: number): number {
    return this.add({ ...NOTHING, kind: 'logit', layer: L, index: tokenId, position, value, probability })
  }

  /** Sets what becomes known about a node after it was added. */
  value(node: number, known: Pick<GraphNode, 'value' | 'constant' | 'activation'>): void {
    this.#nodes[node] = { ...this.#nodes[node]!, ...known }
  }

  finish(edges: ReadonlyMap<number, EdgeList>): WholeGraph {
    const incoming = this.#nodes.map((_, n): Incoming | null => edges.get(n)?.incoming ?? null)
    const errors = [...edges.values()].map(({ error }) => error)
    requireFinite(errors)
    requireFinite(this.#nodes.map(({ value }) => value ?? 0))
    return { nodes: this.#nodes, incoming, completenessError: errors.reduce((largest, error) => Math.max(largest, error), 0) }
  }
}
