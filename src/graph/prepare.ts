/** A prepared graph: checked, keyed and costed once, before anything is computed. */
import type { Cost } from '../attribution/cost.ts'
import { neededFlops } from '../attribution/flops.ts'
import { prepareRequest, type PrepareContext } from '../attribution/prepare.ts'
import { budget } from '../depass/budget.ts'
import { tooLarge } from '../depass/memory-limit.ts'
import { inPlaceOf } from '../depass/partition/carry.ts'
import { beginningOf, splitsOf } from '../depass/partition/kinds.ts'
import { reachedRows, splitHasBias, type Split, type SplitContext } from '../depass/partition/split.ts'
import { orderOfBeginning, orderOfSite, type Passage } from '../depass/passage.ts'
import { UserError } from '../errors.ts'
import { formatSite } from '../features/site.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelConfig } from '../model/config.ts'
import { localSplit } from './mlp-edges.ts'
import { readsOf, totalSplits } from './module-total.ts'
import type { GraphRequest, GraphSet } from './request.ts'

/** Part of every key. It must change when a change of the code gives other numbers for the same request. */
const VERSION = 1

/** An edge before pruning: a node's number and a weight, and its share during pruning. */
const EDGE_BYTES = 48

export interface PreparedGraph {
  readonly request: GraphRequest
  /** The key that the graph is stored under. */
  readonly key: string
  /** null only without the model's configuration. */
  readonly plan: { readonly cost: Cost; readonly fits: boolean } | null
}

/**
 * Refuses (UserError) a request that does not fit the model. A graph beyond the memory limit is not refused: its plan says
 * so.
 */
export function prepareGraph(request: GraphRequest, context: PrepareContext, { key }: { key?: string } = {}): PreparedGraph {
  const { model, engine } = context
  check(request, context)
  const named = { version: VERSION, what: 'graph', model: model.hash, tokenizer: model.tokenizerHash, engine, ...request }
  return { request, key: key ?? sha256(canonicalJson(named)), plan: plan(request, context) }
}

/** Refuses (TOO_LARGE) a graph that does not fit into the memory limit. */
export function requireGraphFits({ plan: planned }: PreparedGraph, memoryLimitBytes: number): void {
  if (planned === null || planned.fits) return
  throw tooLarge(planned.cost.bytes, memoryLimitBytes)
}

const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

function check(request: GraphRequest, context: PrepareContext): void {
  const { nodes, edges, tokenIds, position, rule, temperature, logits } = request
  const { model } = context
  const target = { type: 'logit', tokenId: 'tokenIds' in logits ? logits.tokenIds[0]! : 'next' } as const
  const asked = { tokenIds, position, target, mode: 'corrected', rule, temperature, excludeFirst: false } as const
  const judged = { model, engine: context.engine, memoryLimitBytes: context.memoryLimitBytes, config: null }
  // Prompt and tokens are checked like those of attributions.
  prepareRequest({ ...asked, partition: { by: 'token', layer: 0 } }, judged)
  for (const tokenId of 'tokenIds' in logits ? logits.tokenIds : [])
    prepareRequest({ ...asked, target: { type: 'logit', tokenId }, partition: { by: 'token', layer: 0 } }, judged)
  if ('tokenIds' in logits && new Set(logits.tokenIds).size < logits.tokenIds.length) refuse('A token is named twice as a logit; name it once.')
  if (nodes.by !== 'feature') return
  for (const set of nodes.sets) {
    prepareRequest({ ...asked, partition: { by: 'feature', set: set.hash, site: set.writes ?? set.site, per: 'position', budget: nodes.budget } }, judged)
    if (set.site.layer >= model.layers) refuse(`The feature set ${set.name} belongs to layer ${set.site.layer}; ${model.name} has the layers 0 to ${model.layers - 1}.`)
  }
  checkSets(nodes.sets, edges)
}

function checkSets(sets: readonly GraphSet[], edges: GraphRequest['edges']): void {
  for (const [s, set] of sets.entries()) {
    for (const other of sets.slice(s + 1)) {
      if (other.hash === set.hash) refuse(`The feature set ${set.name} is named twice; name it once.`)
      if (other.name === set.name) refuse(`Two feature sets are called ${set.name}, so their nodes could not be told apart; rename one.`)
      if (edges === 'direct' && orderOf(set) === orderOf(other))
        refuse(`${set.name} and ${other.name} both divide what stands at ${placeOf(set)}, and only one can; leave one out, or ask for total edges.`)
    }
    const next = sets[s + 1]
    if (next && orderOf(next) < orderOf(set)) throw new Error('feature sets of a graph are in the order of computation')
  }
}

const written = ({ site, writes }: Pick<GraphSet, 'site' | 'writes'>) => writes ?? site
const placeOf = (set: GraphSet) => formatSite(written(set))

/** Where the set's nodes begin, as a number in the order of computation. */
export function orderOf(set: Pick<GraphSet, 'site' | 'writes'>): number {
  const { at, layer } = beginningOf({ by: 'feature', set: '', site: written(set), per: 'position', budget: 1 })
  return orderOfBeginning(at, layer)
}

/** Sorts sets by where the model computes their nodes, then by what they read; equal ones stay in the order given. */
export const inOrder = (sets: readonly GraphSet[]): GraphSet[] =>
  [...sets].sort((a, b) => orderOf(a) - orderOf(b) || orderOfSite(a.site) - orderOfSite(b.site))

function plan(request: GraphRequest, { config, memoryLimitBytes }: PrepareContext): PreparedGraph['plan'] {
  if (config === null) return null
  return request.nodes.by === 'feature'
    ? planFeatures({ ...request, nodes: request.nodes }, config, memoryLimitBytes)
    : request.edges === 'direct' ? planModules(request, config, memoryLimitBytes) : planTotalModules(request, config, memoryLimitBytes)
}

function planFeatures(
  { nodes: { sets, budget: most }, edges, position, tokenIds }: GraphRequest & { nodes: { by: 'feature' } }, config: ModelConfig, limit: number,
) {
  const N = position + 1
  const context: SplitContext = { config, mode: 'corrected', N, isRead: () => true, excludeFirst: false }
  const splits: Split[] = splitsOf({ by: 'token', layer: 0 }, context)
  for (const set of sets) {
    const [split] = splitsOf({ by: 'feature', set: set.hash, site: written(set), per: 'position', budget: most }, context)
    splits.push(edges === 'direct' ? inPlaceOf(split!, splits.at(-1)!) : split!)
  }
  const positions = [...Array(N).keys()]
  const reads = [...sets.map(({ site }) => ({ site, positions })), { site: { layer: config.L, name: 'resid_pre' as const }, positions: [N - 1] }]
  const passage: Passage = { tokenIds: tokenIds.slice(0, N), splits, reads }
  const fitted = budget(config, [passage], limit)
  const bias = splitHasBias(config, 'corrected') ? 1 : 0
  const components = splits.map((split) => split.components.length + bias)
  const sources = (s: number) => (edges === 'direct' ? components[s]! : components.slice(0, s + 1).reduce((sum, count) => sum + count, 0))
  const edgeCount = sets.reduce((sum, _, s) => sum + most * sources(s), 0)
  // The encoder and decoder rows of features that are nodes, for each set, and the activations at every position.
  const rows = sets.length * most * config.D * 8
  const bytes = bytesOf(fitted) + edgeCount * EDGE_BYTES + rows
  const flops = neededFlops(config, passage) + 2 * edgeCount * config.D
  return { cost: { bytes, flops, components: components.reduce((sum, count) => sum + count, 0) }, fits: 'fits' in fitted && bytes <= limit }
}

function planModules({ nodes, position, tokenIds }: GraphRequest, config: ModelConfig, limit: number) {
  const { L, H, D, I, headWidth } = config
  const N = position + 1
  const positions = [...Array(N).keys()]
  const perLayer = (nodes.by === 'head' ? H : 1) + 1
  const splits = [...Array(L).keys()].map((layer) => localSplit(layer, N, 1 + layer * perLayer + (config.parallelResidual ? 0 : perLayer - 1)))
  const reads = [...Array(L).keys()].map((layer) => ({ site: { layer, name: 'mlp_out' as const }, positions }))
  const passage: Passage = { tokenIds: tokenIds.slice(0, N), splits, reads }
  const fitted = budget(config, [passage], limit)
  const count = N * (1 + L * perLayer)
  // The sources of an attention node are in earlier layers at or before its position; those of an MLP are at its position.
  const edges = (N * (N + 1) / 2) * (perLayer - 1) * (L * (L - 1) / 2 * perLayer + L) + N * (L * (L + 1) / 2) * perLayer
  const patterns = L * H * N * N * 4
  const vectors = 2 * count * D * 4 + L * N * (H * headWidth + 2 * D) * 4
  const bytes = bytesOf(fitted) + patterns + vectors + edges * EDGE_BYTES
  // The products of all sources with all heads' directions, the plain pass, and the MLPs.
  const flops = 2 * neededFlops(config, { ...passage, splits: [] }) + 2 * edges * D + 2 * N * (L * (L + 1) / 2) * perLayer * 2 * D * I
  return { cost: { bytes, flops, components: count }, fits: 'fits' in fitted && bytes <= limit }
}

function planTotalModules(request: GraphRequest, config: ModelConfig, limit: number) {
  const { L, H, D, headWidth } = config
  const N = request.position + 1
  const tokenIds = request.tokenIds.slice(0, N)
  const perLayer = (request.nodes.by === 'head' ? H : 1) + 1
  const runs = totalSplits(request, config, N).map((split): Passage => ({ tokenIds, splits: [split], reads: readsOf(split, config, N) }))
  // Runs are executed one after another, so memory is needed for the largest only.
  const largest = runs.map((run) => budget(config, [run], limit)).reduce((a, b) => (bytesOf(a) >= bytesOf(b) ? a : b))
  const plain: Passage = { tokenIds, splits: [], reads: readsOf({ at: 'input', layer: 0 }, config, N) }
  const bias = splitHasBias(config, 'corrected') ? 1 : 0
  let edges = 0
  let flops = neededFlops(config, plain)
  for (const { splits: [split], reads, ...run } of runs) {
    const targets = reads.reduce((sum, { site }) => sum + (site.name === 'z' ? perLayer - 1 : site.name === 'mlp_out' ? 1 : 0), 0)
    // A node reaches the positions from its own on; the nodes around a sublayer reach all positions.
    const pairs = reachedRows(split!, N) + bias * N
    edges += pairs * targets
    flops += neededFlops(config, { ...run, splits: [split!], reads }) + 2 * pairs * targets * D
  }
  const nodes = N * (1 + L * perLayer) + (2 * L + 1) * (1 + bias)
  const held = L * H * N * N * 4 + 3 * nodes * D * 4 + L * N * (H * headWidth * 3 + 2 * D) * 4
  const bytes = bytesOf(largest) + held + edges * EDGE_BYTES
  return { cost: { bytes, flops, components: nodes }, fits: 'fits' in largest && bytes <= limit }
}

const bytesOf = (fitted: ReturnType<typeof budget>) => ('fits' in fitted ? fitted.fits.bytes : fitted.needsBytes)
