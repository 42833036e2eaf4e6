/**
 * The edges of a feature graph, in one sweep. Letters as in depass: N positions, M components, D width, F features.
 *
 * 1. A plain pass finds the features that fire at each set's site (depass/partition/feature.ts).
 * 2. The sweep begins with tokens. With direct edges each set, in the order of computation, replaces the split that was
 *    there before (depass/partition/carry.ts), so an edge holds what passes between two nodes and through no node between
 *    them. With total edges all splits stay, and an edge holds everything on the way.
 * 3. At every set's site the components there are projected on the encoder rows of the features that are nodes, with the
 *    normalisation frozen: one edge for each component, and with b_enc − b_dec·W_enc they sum to the pre-activation.
 * 4. At the end the components are projected on the logits.
 */
import { discoverContextOf } from '../attribution/discover.ts'
import { inPlaceOf } from '../depass/partition/carry.ts'
import { discoverFeatures, type ActiveFeature } from '../depass/partition/feature.ts'
import { splitsOf } from '../depass/partition/kinds.ts'
import { splitHasBias, type Split, type SplitContext } from '../depass/partition/split.ts'
import { orderOfBeginning, orderOfSite, type Passage, type Read, type Visited } from '../depass/passage.ts'
import { rowOfStart } from '../depass/readout.ts'
import type { ReadResult } from '../depass/reads.ts'
import { constantTerms, encoderRows, type FeatureSet } from '../features/feature-set.ts'
import { rowScales } from '../features/row-scale.ts'
import type { GraphEngine } from './engine.ts'
import { GraphBuilder } from './graph-builder.ts'
import { logitTargets } from './logits.ts'
import { EdgeList, type GraphNode, type WholeGraph } from './node.ts'
import type { GraphRequest, GraphSet } from './request.ts'

/** A split, and the nodes of its components. */
interface Stage {
  split: Split
  /** [M]: the node of each component, BIAS last. */
  nodes: number[]
  set: FeatureSet | null
  /** The node of its set's first feature; those of the other features follow. */
  firstFeature: number
}

interface Found {
  asked: GraphSet
  set: FeatureSet
  split: Split
  chosen: readonly ActiveFeature[]
}

export async function featureGraph(
  request: GraphRequest & { nodes: { by: 'feature' } }, engine: GraphEngine, name: (node: Omit<GraphNode, 'id'>) => string,
  signal?: AbortSignal,
): Promise<WholeGraph> {
  const { passes } = engine
  const { config } = passes.model
  const tokenIds = request.tokenIds.slice(0, request.position + 1)
  const found = await findFeatures(request, tokenIds, engine, signal)
  const context: SplitContext = { config, mode: 'corrected', N: tokenIds.length, isRead: () => true, excludeFirst: request.excludeFirst }
  const [tokens] = splitsOf({ by: 'token', layer: 0 }, context)
  const graph = new GraphBuilder(name)
  const stages = stagesOf(graph, request, tokens!, found, splitHasBias(config, 'corrected'))
  const edges = new Map<number, EdgeList>()
  const reads: Read[] = []
  for (const [k, each] of found.entries()) {
    reads.push(await featureRead(each, stages[k + 1]!, sourcesOf(each, stages, request), edges, graph))
  }
  const final: Read = { site: { layer: config.L, name: 'resid_pre' }, positions: [tokenIds.length - 1] }
  const passage: Passage = { tokenIds, promptLength: request.tokenIds.length, splits: stages.map(({ split }) => split), reads: [...reads, final] }
  const { rule, temperature } = request
  const [swept] = await passes.run([passage], { rule, temperature, ...(signal && { signal }) })
  await addLogits(swept!.reads.at(-1)!, request, engine, request.edges === 'direct' ? stages.slice(-1) : stages, stages, edges, graph)
  return graph.finish(edges)
}

async function findFeatures(
  { nodes: { sets, budget }, excludeFirst, tokenIds: { length: promptLength } }: GraphRequest & { nodes: { by: 'feature' } }, tokenIds: readonly number[],
  { passes, sets: opened }: GraphEngine, signal?: AbortSignal,
): Promise<Found[]> {
  const context = discoverContextOf({ passes, sets: opened, signal }, { tokenIds, promptLength, mode: 'corrected', excludeFirst, isRead: () => true })
  const found: Found[] = []
  for (const asked of sets) {
    const set = await opened.find(asked.hash)
    const site = asked.writes ?? asked.site
    const { split, chosen } = await discoverFeatures({ by: 'feature', set: asked.hash, site, per: 'position', budget }, context)
    found.push({ asked, set, split, chosen })
  }
  return found
}

/**
 * The stages with edges into a set's features. Direct edges: the split that exists before it. Total edges: all earlier
 * splits.
 */
function sourcesOf({ asked, set }: Found, stages: readonly Stage[], { edges }: GraphRequest): Stage[] {
  const read = orderOfSite(asked.site)
  const before = stages.filter(({ split, set: own }) => own !== set && orderOfBeginning(split.at, split.layer) <= read)
  return edges === 'direct' ? before.slice(-1) : before
}

/** The read at a set's site. Its visitor adds the edges into the set's features. */
async function featureRead(
  { asked, set, chosen }: Found, own: Stage, sources: readonly Stage[], edges: Map<number, EdgeList>, graph: GraphBuilder,
): Promise<Read> {
  const features = [...new Set(chosen.map(({ feature }) => feature))].sort((a, b) => a - b)
  const encoder = await encoderRows(set, features)
  const constants = await constantTerms(set, features, encoder)
  const placeOf = new Map(features.map((feature, place) => [feature, place]))
  const at = new Map<number, { node: number; row: Float32Array; constant: number; activation: number }[]>()
  for (const [c, { position, feature, activation }] of chosen.entries()) {
    const place = placeOf.get(feature)!
    const target = { node: own.firstFeature + c, row: encoder.subarray(place * set.D, (place + 1) * set.D), constant: constants[place]!, activation }
    at.set(position, [...(at.get(position) ?? []), target])
  }
  const positions = [...at.keys()].sort((a, b) => a - b)
  const visit = ({ position, x, row }: Visited) => {
    const targets = at.get(position)!
    const { scale, mean } = rowScales(set, x)
    const centres = mean[0] !== 0 || set.normalisation.kind === 'layer_norm'
    const project = projector(targets.map((target) => target.row), centres, scale[0]!)
    const lists = targets.map(({ node }) => edges.get(node) ?? edges.set(node, new EdgeList()).get(node)!)
    const values = project(x).map((value, f) => value + targets[f]!.constant)
    for (const { split, nodes } of sources) {
      for (const [m, node] of nodes.entries()) {
        const vector = row(split, m)
        if (vector !== null) for (const [f, weight] of project(vector).entries()) lists[f]!.add(node, weight)
      }
      lists.forEach((list, f) => list.close(values[f]!, targets[f]!.constant))
    }
    for (const [f, { node, constant, activation }] of targets.entries()) graph.value(node, { value: values[f]!, constant, activation })
  }
  // A read needs a position. If nothing fires, the visitor does nothing.
  return positions.length > 0 ? { site: asked.site, positions, visit } : { site: asked.site, positions: [0], visit: () => undefined }
}

/** Rows [D] of an encoder → the products of a vector with each, normalised like the whole vector. Centring is linear. */
function projector(rows: readonly Float32Array[], centres: boolean, scale: number): (vector: ArrayLike<number>) => Float64Array {
  const totals = rows.map((row) => (centres ? row.reduce((sum, value) => sum + value, 0) : 0))
  return (vector) => {
    let sum = 0
    if (centres) for (let d = 0; d < vector.length; d++) sum += vector[d]!
    return Float64Array.from(rows, (row, f) => {
      let along = 0
      for (let d = 0; d < vector.length; d++) along += vector[d]! * row[d]!
      return (along - (sum / vector.length) * totals[f]!) * scale
    })
  }
}

async function addLogits(
  read: ReadResult, request: GraphRequest, engine: GraphEngine, sources: readonly Stage[], all: readonly Stage[],
  edges: Map<number, EdgeList>, graph: GraphBuilder,
): Promise<void> {
  for (const target of await logitTargets(read.x, request, engine)) {
    const { project, value } = target
    const node = graph.addLogit(target, engine.passes.model.config.L, request.position)
    const list = new EdgeList()
    for (const stage of sources) {
      const start = read.starts[all.indexOf(stage)]!
      for (const [m, from] of stage.nodes.entries()) list.add(from, project(rowOfStart(start, m, read), start.components[m]!.kind === 'bias'))
      list.close(value, 0)
    }
    edges.set(node, list)
  }
}

/** The stages: tokens, then each set, as splits with the nodes of their components. */
function stagesOf(graph: GraphBuilder, request: GraphRequest, tokens: Split, found: readonly Found[], hasBias: boolean): Stage[] {
  const nothing = { value: null, constant: 0, activation: null, probability: null }
  const bias = (source: string | null) => graph.add({ ...nothing, kind: 'bias', source, layer: null, index: 0, position: null })
  const first = tokens.components.map(({ index }) =>
    graph.add({ ...nothing, kind: 'token', source: null, layer: null, index: request.tokenIds[index]!, position: index }))
  const stages: Stage[] = [{ split: tokens, nodes: [...first, ...(hasBias ? [bias(null)] : [])], set: null, firstFeature: 0 }]
  for (const { asked, set, split } of found) {
    const before = stages.at(-1)!
    const placed = request.edges === 'direct' ? inPlaceOf(split, before.split) : split
    const { carriesOn = false } = placed.replaces ?? {}
    const own = split.components.filter(({ kind }) => !(carriesOn && kind === 'stream')).map((component) => {
      const kind = component.kind as GraphNode['kind']
      const position = kind === 'sae_bias' || kind === 'stream' ? null : (component.position ?? component.index)
      const index = kind === 'feature' ? component.index : 0
      return graph.add({ ...nothing, kind, source: asked.name, layer: component.layer, index, position })
    })
    const carried = carriesOn ? before.nodes.slice(0, before.split.components.length) : []
    const ownBias = carriesOn ? before.nodes.slice(before.split.components.length) : hasBias ? [bias(asked.name)] : []
    stages.push({ split: placed, nodes: [...carried, ...own, ...ownBias], set, firstFeature: own[0]! })
  }
  return stages
}
