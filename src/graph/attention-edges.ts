/**
 * Edges into heads (module-edges.ts, step 2). Let v be the head's output, and t = v ÷ ‖v‖ taken back through a frozen
 * post-norm. A source c at position j then gives A[h, i, j] · norm(c) W_V W_O · t, where norm(c) = (c − mean) · scale_j ⊙
 * gain. So w = gain ⊙ (W_V W_O,h t), centred if the norm centres, is one vector for each target, and one product gives
 * all c · w.
 */
import type { ModelConfig } from '../model/config.ts'
import { AttentionMaths, type Target } from './attention-maths.ts'
import { EdgeList } from './node.ts'
import type { Product } from './product.ts'
import type { LayerGiven, SublayerEdges } from './sublayer.ts'

/** The most numbers in one product: bounds memory. */
const MAX_PRODUCT = 2 ** 24

/** `asOne`: all heads of a position are one node. */
export async function attentionEdges(given: LayerGiven, product: Product, asOne: boolean): Promise<SublayerEdges> {
  const { passes, N } = given
  const { H } = passes.model.config
  const maths = await AttentionMaths.of(given)
  const nodes = maths.nodes(asOne).map(({ node, heads, vector, direction }) => ({
    node, vector: Float32Array.from(vector), list: new EdgeList(), position: node.position,
    targets: node.value > 0 ? heads.map((h) => maths.target(h, node.position, direction)) : [],
  }))
  const perBlock = Math.max(1, Math.floor(MAX_PRODUCT / Math.max(1, given.sources.at.flat().length + N) / (asOne ? H : 1)))
  for (let from = 0; from < nodes.length; from += perBlock) await addEdges(given, product, nodes.slice(from, from + perBlock))
  for (const { list, node, targets } of nodes) {
    const constant = targets.reduce((sum, target) => sum + target.constant, 0)
    if (given.sources.bias) list.addTo(given.sources.bias.node, constant)
    list.close(node.value, 0)
  }
  return { nodes, bias: maths.bias() }
}

async function addEdges(
  { read: { pattern }, sources, N, passes }: LayerGiven, product: Product,
  nodes: readonly { list: EdgeList; position: number; targets: readonly Target[] }[],
): Promise<void> {
  const { D } = passes.model.config
  const scales = Float64Array.from({ length: N }, (_, j) => scaleAt(passes.model.config, sources, j))
  const all = nodes.flatMap(({ targets }) => targets)
  if (all.length === 0) return
  const S = all.length
  const columns = new Float32Array(D * S)
  all.forEach(({ w }, s) => w.forEach((value, d) => (columns[d * S + s] = value)))
  const listed = sources.at.flatMap((there, j) => there.map((source) => ({ ...source, j })))
  const rows = new Float32Array((listed.length + (sources.bias ? N : 0)) * D)
  listed.forEach(({ vector }, r) => rows.set(vector, r * D))
  if (sources.bias) rows.set(sources.bias.vectors, listed.length * D)
  const along = await product.of(rows, columns)
  let s = 0
  for (const { list, position: i, targets } of nodes) {
    const weightOf = (r: number, j: number) => targets.reduce((sum, { head }, k) =>
      sum + pattern[(head * N + i) * N + j]! * scales[j]! * along[r * S + s + k]!, 0)
    for (const [r, { node, j }] of listed.entries()) if (j <= i) list.add(node, weightOf(r, j))
    if (sources.bias) {
      let bias = 0
      for (let j = 0; j <= i; j++) bias += weightOf(listed.length + j, j)
      list.addTo(sources.bias.node, bias)
    }
    s += targets.length
  }
}

/** The frozen scale of the norm at a position, from the sum of the sources there; 1 without a norm. */
function scaleAt({ norm, preNorms, D }: ModelConfig, { at, bias }: LayerGiven['sources'], j: number): number {
  if (!preNorms) return 1
  const x = new Float64Array(D)
  for (const { vector } of at[j]!) vector.forEach((value, d) => (x[d]! += value))
  bias?.vectors.subarray(j * D, (j + 1) * D).forEach((value, d) => (x[d]! += value))
  const mean = norm.kind === 'layer' ? x.reduce((sum, value) => sum + value, 0) / D : 0
  return 1 / Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / D + norm.epsilon)
}
