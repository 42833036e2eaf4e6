/**
 * The direct edges of a module graph (total ones: module-total.ts). Every head (or every layer's attention) and every MLP at
 * every position is a node, so nothing is carried through layers. The stream at a position is the sum of the nodes there,
 * including the token and BIAS. Letters as in depass; S targets of a layer, R rows of sources.
 *
 * A node is the vector v that it adds to the stream, and its value is ‖v‖. An edge from a source is ⟨share, v⟩ ÷ ‖v‖, with
 * the source's share of v, so the edges into a node sum to its value.
 *
 *  1. a plain pass gives patterns, z, what sublayers add, and what their biases add
 *  2. into heads: share = A[h, i, j] · norm(c[j]) W_V W_O; with u = W_V W_O v ÷ ‖v‖ an edge is A[h, i, j] · norm(c[j]) · u
 *  3. into MLPs: a second sweep in which the components of each MLP are the nodes at its position (mlp-edges.ts)
 *  4. into logits: the nodes at the last position through the final norm
 */
import { splitHasBias } from '../depass/partition/split.ts'
import { embed } from '../model/loaded.ts'
import { attentionEdges } from './attention-edges.ts'
import type { GraphEngine } from './engine.ts'
import { GraphBuilder } from './graph-builder.ts'
import { logitTargets } from './logits.ts'
import { addMlpEdges, standing, type MlpLayer } from './mlp-edges.ts'
import { mlpNodes, plainPass } from './module-pass.ts'
import { EdgeList, type GraphNode, type WholeGraph } from './node.ts'
import { openProduct } from './product.ts'
import type { GraphRequest } from './request.ts'
import type { ModuleNode, Sources, SublayerEdges } from './sublayer.ts'

export async function moduleGraph(
  request: GraphRequest, engine: GraphEngine, name: (node: Omit<GraphNode, 'id'>) => string, signal?: AbortSignal,
): Promise<WholeGraph> {
  const { passes } = engine
  const { config } = passes.model
  const { L, D } = config
  const plain = await plainPass(request, passes, signal)
  const { tokenIds, N, x } = plain
  const graph = new GraphBuilder(name)
  const edges = new Map<number, EdgeList>()
  const { tokens, bias } = graph.addTokens(tokenIds, splitHasBias(config, 'corrected'))
  const embedded = await embed(passes.model, tokenIds)
  const sources: Sources = {
    at: tokens.map((node, position) => [{ node, vector: embedded.subarray(position * D, (position + 1) * D) }]),
    bias: bias === null ? null : { node: bias, vectors: new Float32Array(N * D) },
  }
  const product = await openProduct(passes)
  const add = (node: ModuleNode) => graph.addModule(node)
  const layers: MlpLayer[] = []
  try {
    for (let layer = 0; layer < L; layer++) {
      signal?.throwIfAborted()
      const read = plain.layer(layer)
      const attention = await attentionEdges({ passes, layer, read, sources, N }, product, request.nodes.by === 'module')
      const before = config.parallelResidual ? standing(sources) : null
      addSublayer(attention, sources, edges, add)
      const own = plain.mlpBias(layer)
      const mlp = mlpNodes(plain, layer).map((each) => ({ ...each, list: new EdgeList() }))
      layers.push({ layer, own, nodes: mlp, ...(before ?? standing(sources)) })
      addSublayer({ nodes: mlp, bias: own }, sources, edges, add)
    }
  } finally {
    await product.close()
  }
  await addMlpEdges(passes, tokenIds, layers, request, signal)
  for (const target of await logitTargets(x, request, engine)) {
    const { project, value } = target
    const list = new EdgeList()
    for (const { node, vector } of sources.at[N - 1]!) list.add(node, project(vector, false))
    if (sources.bias) list.add(sources.bias.node, project(sources.bias.vectors.subarray((N - 1) * D, N * D), true))
    list.close(value, 0)
    edges.set(graph.addLogit(target, L, request.position), list)
  }
  return graph.finish(edges)
}

/** Makes the nodes of a sublayer sources of later sublayers, and adds its biases to BIAS. */
function addSublayer({ nodes, bias }: SublayerEdges, sources: Sources, edges: Map<number, EdgeList>, add: (node: ModuleNode) => number): void {
  for (const { node, vector, list } of nodes) {
    const number = add(node)
    sources.at[node.position]!.push({ node: number, vector })
    edges.set(number, list)
  }
  if (sources.bias && bias) bias.forEach((value, at) => (sources.bias!.vectors[at]! += value))
}
