/** A prepared question about a head: checked, keyed and costed once, before anything is computed. */
import type { Cost } from '../attribution/cost.ts'
import { neededFlops } from '../attribution/flops.ts'
import { prepareRequest, type PrepareContext } from '../attribution/prepare.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import { budget } from '../depass/budget.ts'
import { tooLarge } from '../depass/memory-limit.ts'
import { splitsOf } from '../depass/partition/kinds.ts'
import { splitHasBias } from '../depass/partition/split.ts'
import { orderOfBeginning, orderOfSite, type Passage } from '../depass/passage.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelConfig } from '../model/config.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { hashOfRows, replaceInPartition } from '../attribution/vectors.ts'
import type { AttentionRequest } from './request.ts'

/** Part of every key. It must change when a change of the code gives other numbers for the same request. */
const VERSION = 1

export interface PreparedAttention {
  readonly what: 'scores'
  readonly request: AttentionRequest
  readonly key: string
  /** null only without the model's configuration. */
  readonly plan: { readonly cost: Cost; readonly fits: boolean } | null
  readonly groupLabels: readonly string[] | null
}

/** The most pairs of components in one answer. */
const MAX_PAIRS = 4_000_000

/**
 * Refuses (UserError) a request that does not fit the model. One beyond the memory limit is not refused: its plan says so.
 */
export function prepareAttention(
  request: AttentionRequest, context: PrepareContext, { key, groupLabels = null }: { key?: string; groupLabels?: readonly string[] | null } = {},
): PreparedAttention {
  const { model, engine } = context
  check(request, context)
  const named = {
    version: VERSION, what: 'attention', model: model.hash, tokenizer: model.tokenizerHash, engine, ...request,
    partition: replaceInPartition(request.partition, hashOfRows),
  }
  return { what: 'scores', request, key: key ?? sha256(canonicalJson(named)), plan: plan(request, context), groupLabels }
}

/** Refuses (TOO_LARGE) a question that does not fit into the memory limit. */
export function requireAttentionFits({ plan: planned }: Pick<PreparedAttention, 'plan'>, memoryLimitBytes: number): void {
  if (planned === null || planned.fits) return
  throw tooLarge(planned.cost.bytes, memoryLimitBytes)
}

/** An attribution that splits the same streams: it reads the input of the layer. */
export const attributionOf = ({ tokenIds, query, layer, partition, rule, temperature, excludeFirst }: AttentionRequest): AttributionRequest => ({
  tokenIds, position: query, partition, rule, temperature, excludeFirst, mode: 'corrected', target: { type: 'direction', layer, vector: [] },
})

/** Reads the streams that enter the layer. */
export function passageFor(request: AttentionRequest, config: ModelConfig, positions: readonly number[]): Passage {
  const { layer, query, tokenIds, partition, excludeFirst } = request
  const site = { layer, name: 'resid_pre' as const }
  const isRead = (at: Parameters<typeof orderOfBeginning>[0], from: number) => orderOfBeginning(at, from) <= orderOfSite(site)
  return {
    tokenIds: tokenIds.slice(0, query + 1), promptLength: tokenIds.length,
    splits: splitsOf(partition, { config, mode: 'corrected', N: query + 1, isRead, excludeFirst }),
    reads: [{ site, positions }],
  }
}

const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

function check(request: AttentionRequest, context: PrepareContext): void {
  const { model, config, engine, memoryLimitBytes } = context
  const { layer, head, query, keys, partition } = request
  requireHead(layer, head, model)
  if ('key' in keys && keys.key > query)
    refuse(`The key ${keys.key} stands behind the query ${query}; a position attends to itself and to those before it.`)
  const window = config?.slidingWindow[layer] ?? null
  if ('key' in keys && window !== null && query - keys.key >= window)
    refuse(`Layer ${layer} sees ${window} positions back, and the key ${keys.key} is ${query - keys.key} before the query ${query}.`)
  if ('layer' in partition && partition.layer === 'all')
    refuse('The streams that enter the head are split once; give the layer of the split instead of all.')
  // Prompt and partition are checked like those of an attribution that reads at the same place.
  const vector = Array<number>(model.residualWidth).fill(1)
  prepareRequest({ ...attributionOf(request), target: { type: 'direction', layer, vector } }, { model, engine, memoryLimitBytes, config: null })
}

export function requireHead(layer: number, head: number, model: ModelIdentity): void {
  if (layer >= model.layers) refuse(`Layer ${layer} was asked for; ${model.name} has the layers 0 to ${model.layers - 1}.`)
  if (head >= model.heads) refuse(`Head ${head} was asked for; ${model.name} has the heads 0 to ${model.heads - 1} in a layer.`)
}

function plan(request: AttentionRequest, { config, memoryLimitBytes }: PrepareContext): PreparedAttention['plan'] {
  if (config === null) return null
  const passage = passageFor(request, config, [request.query])
  const fitted = budget(config, [passage], memoryLimitBytes)
  const bias = splitHasBias(config, 'corrected') ? 1 : 0
  const M = passage.splits.reduce((sum, { components }) => sum + components.length + bias, 0)
  const keys = 'key' in request.keys ? 1 : Math.min(request.keys.most, request.query + 1)
  if (keys * M * M > MAX_PAIRS)
    throw new UserError('TOO_LARGE', `${M} components make ${M * M} pairs for each of ${keys} keys, and an answer has at most ${MAX_PAIRS}; ask for fewer components or keys.`)
  const bytes = ('fits' in fitted ? fitted.fits.bytes : fitted.needsBytes) + keys * M * M * 16 + (keys + 1) * M * config.D * 4
  const pairs = 2 * (keys + 1) * M * config.headWidth * config.D + 2 * keys * M * M * config.headWidth
  return { cost: { bytes, flops: neededFlops(config, passage) + pairs, components: M }, fits: 'fits' in fitted && bytes <= memoryLimitBytes }
}
