/**
 * The edges of a module graph: every head, or every layer's attention, and every MLP at every position is a node, so nothing
 * is carried through layers. The stream at a position is the sum of the nodes
 * there, the token and BIAS among them. Letters as in depass; S targets of a layer, R rows of sources.
 *
 * A node is the vector v that it adds to the stream; its value is ‖v‖, and an edge from a source is ⟨share, v⟩ ÷ ‖v‖ of the
 * source's share of v, so the edges into it sum to its value.
 *
 *  1. a plain pass gives patterns, z, what sublayers add, and what their biases do
 *  2. into heads: share = A[h, i, j] · norm(c[j]) W_V W_O; with u = W_V W_O v ÷ ‖v‖ an edge is A[h, i, j] · norm(c[j]) · u
 *  3. into MLPs: a second sweep in which each MLP finds the nodes of a position as components (mlp-edges.ts)
 *  4. into logits: the nodes at the last position through the final norm
 */
import { distributionOf, type Distribution } from '../attribution/distribution.ts'
import { readTarget } from '../attribution/target/kinds.ts'
import { splitHasBias } from '../depass/partition/split.ts'
import type { Passage } from '../depass/passage.ts'
import type { PassageResult } from '../depass/sweep.ts'
import type { Site } from '../features/site.ts'
import { embed } from '../model/loaded.ts'
import { attentionEdges } from './attention-edges.ts'
import { GraphBuilder, type GraphEngine } from './feature-edges.ts'
import { chosenLogits } from './logits.ts'
import { addMlpEdges, biasProbes, standing, type MlpLayer } from './mlp-edges.ts'
import { EdgeList, type GraphNode, type WholeGraph } from './node.ts'
import { openProduct } from './product.ts'
import type { GraphRequest } from './request.ts'
import { directionOf, type LayerReads, type ModuleNode, type Sources, type SublayerEdges } from './sublayer.ts'

/** Sites of a layer that the plain pass gives. */
const SITES = 3

export async function moduleGraph(
  request: GraphRequest, engine: GraphEngine, name: (node: Omit<GraphNode, 'id'>) => string, signal?: AbortSignal,
): Promise<WholeGraph> {
  const { passes } = engine
  const { config } = passes.model
  const { L, D } = config
  const tokenIds = request.tokenIds.slice(0, request.position + 1)
  const N = tokenIds.length
  const positions = [...tokenIds.keys()]
  const sites: Site[] = [...Array(L).keys()].flatMap((layer) => [
    { layer, name: 'z' }, { layer, name: 'attn_out_raw' }, { layer, name: 'mlp_out' },
  ] satisfies Site[])
  const final: Site = { layer: L, name: 'resid_pre' }
  const probes = config.biases.mlp ? biasProbes(L, N, D) : { splits: [], biases: [] }
  const plain: Passage = {
    tokenIds, promptLength: request.tokenIds.length, splits: probes.splits, reads: [...sites, final].map((site) => ({ site, positions })), givesPatterns: true,
  }
  const [swept] = await passes.run([plain], { ...(signal && { signal }) })
  const graph = new GraphBuilder(name)
  const edges = new Map<number, EdgeList>()
  const embedded = await embed(passes.model, tokenIds)
  const nothing = { source: null, constant: 0, activation: null, probability: null }
  const sources: Sources = {
    at: positions.map((position) => [{
      node: graph.add({ ...nothing, kind: 'token', layer: null, index: tokenIds[position]!, position, value: null }),
      vector: embedded.subarray(position * D, (position + 1) * D),
    }]),
    bias: splitHasBias(config, 'corrected')
      ? { node: graph.add({ ...nothing, kind: 'bias', layer: null, index: 0, position: null, value: null }), vectors: new Float32Array(N * D) }
      : null,
  }
  const product = await openProduct(passes)
  const add = (node: ModuleNode) => graph.add({ ...nothing, ...node })
  const layers: MlpLayer[] = []
  try {
    for (let layer = 0; layer < L; layer++) {
      signal?.throwIfAborted()
      const read = layerReads(swept!, layer)
      const attention = await attentionEdges({ passes, layer, read, sources, N }, product, request.nodes.by === 'module')
      const before = config.parallelResidual ? standing(sources) : null
      addSublayer(attention, sources, edges, add)
      const own = probes.biases[layer] ?? null
      const mlp = mlpNodes(layer, read.mlpOut, own, positions)
      layers.push({ layer, own, nodes: mlp, ...(before ?? standing(sources)) })
      addSublayer({ nodes: mlp, bias: own }, sources, edges, add)
    }
  } finally {
    await product.close()
  }
  await addMlpEdges(passes, tokenIds, layers, request, signal)
  const x = swept!.reads.at(-1)!.x.subarray((N - 1) * D)
  let distribution: Distribution | null = null
  await passes.eachLogits([x], (logits) => void (distribution = distributionOf(logits.slice(), config.finalSoftCap)))
  for (const tokenId of chosenLogits(distribution!, request.logits)) {
    const { facts, project } = await readTarget({ type: 'logit', tokenId }, {
      model: passes.model, x, distribution, tokenText: engine.tokenText, sets: engine.sets, encode: (set, rows) => passes.encode(set, rows),
    })
    const value = project(x, true)
    const list = new EdgeList()
    for (const { node, vector } of sources.at[N - 1]!) list.add(node, project(vector, false))
    if (sources.bias) list.add(sources.bias.node, project(sources.bias.vectors.subarray((N - 1) * D, N * D), true))
    list.close(value, 0)
    edges.set(graph.add({ ...nothing, kind: 'logit', layer: L, index: tokenId, position: request.position, value, probability: facts.probability }), list)
  }
  return graph.finish(edges)
}

/** The nodes of a sublayer become sources of what follows, and its biases part of BIAS. */
function addSublayer({ nodes, bias }: SublayerEdges, sources: Sources, edges: Map<number, EdgeList>, add: (node: ModuleNode) => number): void {
  for (const { node, vector, list } of nodes) {
    const number = add(node)
    sources.at[node.position]!.push({ node: number, vector })
    edges.set(number, list)
  }
  if (sources.bias && bias) bias.forEach((value, at) => (sources.bias!.vectors[at]! += value))
}

function layerReads({ reads, patterns }: PassageResult, layer: number): LayerReads {
  const [z, attnRaw, mlpOut] = reads.slice(layer * SITES, (layer + 1) * SITES).map(({ x }) => x)
  return { z: z!, attnRaw: attnRaw!, mlpOut: mlpOut!, pattern: patterns[layer]! }
}

/** What an MLP adds at each position, its biases left out; the edges into it come later. */
function mlpNodes(layer: number, out: Float32Array, own: Float32Array | null, positions: readonly number[]): SublayerEdges['nodes'] {
  const D = out.length / positions.length
  return positions.map((position) => {
    const vector = out.slice(position * D, (position + 1) * D)
    if (own) for (let d = 0; d < D; d++) vector[d]! -= own[position * D + d]!
    const { length } = directionOf(vector)
    return { node: { kind: 'mlp', layer, index: 0, position, value: length }, vector, list: new EdgeList() }
  })
}
