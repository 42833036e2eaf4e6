/**
 * The total edges of a module graph: what one node contributes to another by all paths, including those through the heads
 * and MLPs between them. Letters as in depass; R runs.
 *
 * 1. A plain pass gives the nodes: v is what a head or an MLP adds at a position, and its value is ‖v‖ (module-edges.ts).
 * 2. A run is one split of the stream that is carried to the end. It starts with the tokens, or after a sublayer with what
 *    each of the sublayer's nodes adds at its position, STREAM (all that passes around the sublayer) and BIAS. The
 *    components of a run sum to the stream everywhere after its start.
 * 3. Every later sublayer takes its share of each component, and an edge is ⟨share, v⟩ ÷ ‖v‖: the edges of one run sum to
 *    the value. At the end, the logits are treated in the same way.
 *
 * Runs are never added up, because each is a decomposition of its own (docs/mechanisms.md says why a total edge is no sum
 * over products of direct edges).
 */
import type { ModelConfig } from '../model/config.ts'
import { once, type SplitComponent } from '../depass/partition/component.ts'
import { fillOutputBias } from '../depass/partition/head.ts'
import { splitsOf } from '../depass/partition/kinds.ts'
import { splitHasBias, type AttentionSplit, type MlpSplit, type Split } from '../depass/partition/split.ts'
import type { Passage, Read, Visited } from '../depass/passage.ts'
import { dot } from '../depass/readout.ts'
import { AttentionMaths } from './attention-maths.ts'
import type { GraphEngine } from './engine.ts'
import { GraphBuilder } from './graph-builder.ts'
import { logitTargets } from './logits.ts'
import { mlpNodes, plainPass, type PlainPass } from './module-pass.ts'
import { EdgeList, type GraphNode, type Sublayer, type WholeGraph } from './node.ts'
import type { GraphRequest } from './request.ts'
import type { ModuleNode } from './sublayer.ts'

/** A node that edges lead into, at one position of one sublayer. */
interface Target {
  node: number
  value: number
  list: EdgeList
  /**
   * How much a component's vector there adds to the node; `isBias` for the component that takes the sublayer's own biases.
   */
  weigh(vector: ArrayLike<number>, isBias: boolean): number
}

/** By layer, then by position. */
interface Targets {
  attention: Target[][][]
  mlp: Target[][][]
  logits: Target[]
}

/** A split, and the nodes of its components, BIAS last. */
interface Run {
  split: Split
  nodes: readonly number[]
}

export async function totalModuleGraph(
  request: GraphRequest, engine: GraphEngine, name: (node: Omit<GraphNode, 'id'>) => string, signal?: AbortSignal,
): Promise<WholeGraph> {
  const { passes } = engine
  const { config } = passes.model
  const plain = await plainPass(request, passes, signal)
  const graph = new GraphBuilder(name)
  const { runs, targets } = await nodesOf(request, engine, plain, graph)
  const { tokenIds } = plain
  const { rule, temperature, tokenIds: { length: promptLength } } = request
  // One at a time; otherwise the vectors that all runs read would be in memory together.
  for (const run of runs) {
    const reads = readsOf(run.split, config, plain.N).map((read): Read => ({ ...read, visit: visitor(run, read, targets) }))
    const passage: Passage = { tokenIds, promptLength, splits: [run.split], reads }
    await passes.run([passage], { rule, temperature, ...(signal && { signal }) })
  }
  const all = [...targets.attention.flat(2), ...targets.mlp.flat(2), ...targets.logits]
  return graph.finish(new Map(all.map(({ node, list }) => [node, list])))
}

/** All splits that total edges need, with empty starting rows: one by tokens, and two for each layer. */
export function totalSplits(request: Pick<GraphRequest, 'nodes' | 'excludeFirst'>, config: ModelConfig, N: number): Split[] {
  const context = { config, mode: 'corrected', N, isRead: () => true, excludeFirst: request.excludeFirst } as const
  const tokens = splitsOf({ by: 'token', layer: 0 }, context)
  const asOne = request.nodes.by === 'module'
  return [...tokens, ...[...Array(config.L).keys()].flatMap((layer) => [attentionSplit(layer, N, config, asOne), mlpSplit(layer, N, config)])]
}

/** The sites after a split where its components are read: z and MLPs of later layers, and the end. */
export function readsOf({ at, layer: begins }: Pick<Split, 'at' | 'layer'>, { L, parallelResidual }: ModelConfig, N: number): Read[] {
  const positions = [...Array(N).keys()]
  const reads: Read[] = []
  for (let layer = begins; layer < L; layer++) {
    const isLater = at === 'input' || layer > begins
    if (isLater) reads.push({ site: { layer, name: 'z' }, positions })
    // In a parallel residual, the MLP does not read what attention adds.
    if (isLater || (at === 'attention' && !parallelResidual)) reads.push({ site: { layer, name: 'mlp_out' }, positions })
  }
  return [...reads, { site: { layer: L, name: 'resid_pre' }, positions: [N - 1] }]
}

async function nodesOf(
  request: GraphRequest, engine: GraphEngine, plain: PlainPass, graph: GraphBuilder,
): Promise<{ runs: Run[]; targets: Targets }> {
  const { passes } = engine
  const { config } = passes.model
  const { L } = config
  const hasBias = splitHasBias(config, 'corrected')
  const targets: Targets = { attention: [], mlp: [], logits: [] }
  const splits = totalSplits(request, config, plain.N)
  const { tokens, bias } = graph.addTokens(plain.tokenIds, hasBias)
  const runs: Run[] = [{ split: splits[0]!, nodes: bias === null ? tokens : [...tokens, bias] }]
  const add = (into: Target[][][], layer: number, sublayer: Sublayer, found: readonly (Pick<Target, 'weigh'> & { node: ModuleNode })[]) => {
    const there: Target[][] = Array.from({ length: plain.N }, () => [])
    for (const { node, weigh } of found) there[node.position]!.push({ node: graph.addModule(node), value: node.value, list: new EdgeList(), weigh })
    into.push(there)
    const nodes = there.flat().map(({ node }) => node)
    runs.push({ split: splits[runs.length]!, nodes: [...nodes, graph.addAround('stream', layer, sublayer), ...(hasBias ? [graph.addAround('bias', layer, sublayer)] : [])] })
  }
  for (let layer = 0; layer < L; layer++) {
    const maths = await AttentionMaths.of({ passes, layer, read: plain.layer(layer), N: plain.N })
    add(targets.attention, layer, 'attention', maths.nodes(request.nodes.by === 'module').map(({ node, heads, direction }) => {
      const readings = heads.map((h) => ({ from: h * config.headWidth, reading: maths.reading(h, node.position, direction) }))
      return { node, weigh: (z) => readings.reduce((sum, { from, reading }) => sum + dotAt(reading, z, from), 0) }
    }))
    const own = plain.mlpBias(layer)
    add(targets.mlp, layer, 'mlp', mlpNodes(plain, layer).map(({ node, direction }) => {
      // The node's value excludes the sublayer's biases. BIAS receives them, so they are subtracted from its share.
      const ownBias = own === null ? 0 : dotAt(direction, own, node.position * config.D)
      return { node, weigh: (vector, isBias) => dot(direction, vector) - (isBias ? ownBias : 0) }
    }))
  }
  for (const target of await logitTargets(plain.x, request, engine)) {
    targets.logits.push({ node: graph.addLogit(target, L, request.position), value: target.value, list: new EdgeList(), weigh: target.project })
  }
  return { runs, targets }
}

/** Σ reading[e] · values[from + e] */
function dotAt(reading: Float64Array, values: ArrayLike<number>, from: number): number {
  let sum = 0
  for (let e = 0; e < reading.length; e++) sum += reading[e]! * values[from + e]!
  return sum
}

function visitor({ split, nodes }: Run, { site: { layer, name } }: Read, targets: Targets) {
  return ({ position, row }: Visited) => {
    const there = name === 'z' ? targets.attention[layer]![position]! : name === 'mlp_out' ? targets.mlp[layer]![position]! : targets.logits
    for (const [m, node] of nodes.entries()) {
      const vector = row(split, m)
      if (vector === null) continue
      for (const { list, weigh } of there) list.add(node, weigh(vector, m === split.components.length))
    }
    for (const { list, value } of there) list.close(value, 0)
  }
}

/** The split after a layer's attention: its nodes at their positions, and the stream that entered it. */
function attentionSplit(layer: number, N: number, { H }: ModelConfig, asOne: boolean): AttentionSplit {
  const each = asOne ? 1 : H
  const components = Array.from({ length: N * each }, (_, m): SplitComponent => {
    const position = Math.floor(m / each)
    return { kind: asOne ? 'attention' : 'head', index: m % each, position, layer, first: position }
  })
  return {
    at: 'attention', layer,
    components: [...components, once('residual', layer)],
    exists: (m, position) => m === components.length || components[m]!.position === position,
    fill(m, outcome, row) {
      if (m > components.length) return fillOutputBias(outcome, row)
      if (m === components.length) return row.set(outcome.entering)
      if (!asOne) return row.set(outcome.head(components[m]!.index))
      row.fill(0)
      for (let h = 0; h < H; h++) outcome.head(h).forEach((value, d) => (row[d]! += value))
    },
  }
}

/** The split after a layer's MLP: its nodes at their positions, and the stream before it. */
function mlpSplit(layer: number, N: number, config: ModelConfig): MlpSplit {
  const hasBias = splitHasBias(config, 'corrected')
  const components = Array.from({ length: N }, (_, position): SplitComponent => ({ kind: 'mlp', index: 0, position, layer, first: position }))
  return {
    at: 'mlp', layer,
    components: [...components, once('residual', layer)],
    fillsBias: hasBias,
    exists: (m, position) => m === N || m === position,
    fill({ position, middle, output, downBias }, write) {
      write(N, middle)
      write(position, output.map((value, d) => value - middle[d]! - (downBias?.[d] ?? 0)))
      if (hasBias) write(N + 1, downBias ?? new Float32Array(middle.length))
    },
  }
}
