/**
 * A prepared request: checked, keyed, planned and costed once. The prepared request (or its key with the cost) travels
 * from the caller through the queue to the worker, so none of this is done again.
 */
import { budget } from '../depass/budget.ts'
import { beginningOf, checkPartition } from '../depass/partition/kinds.ts'
import { splitHasBias } from '../depass/partition/split.ts'
import { tooLarge } from '../depass/memory-limit.ts'
import { orderOfBeginning, orderOfSite, type Passage } from '../depass/passage.ts'
import { UserError } from '../errors.ts'
import type { ModelConfig } from '../model/config.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { formatSite } from '../features/site.ts'
import type { Cost } from './cost.ts'
import { checkExcludeFirst } from './exclude-first.ts'
import { neededFlops } from './flops.ts'
import { resultKey } from './key.ts'
import { passageOf } from './passages.ts'
import type { AttributionRequest, Partition } from './request.ts'
import { checkTarget, siteOf } from './target/kinds.ts'
import { counted } from '../counted.ts'

export { DEFAULT_MEMORY_LIMIT_BYTES } from '../depass/memory-limit.ts'

/** What requests are prepared with. A server has it without loading the weights. */
export interface PrepareContext {
  readonly model: ModelIdentity
  /** null if this version cannot read it (another version added the model); then nothing is planned or costed. */
  readonly config: ModelConfig | null
  /** e.g. `onnx-cpu-float32`; part of every result's key. */
  readonly engine: string
  /** What a pass may use besides the weights. */
  readonly memoryLimitBytes: number
}

export interface PreparedRequest {
  readonly request: AttributionRequest
  /** The key that the result is stored under. */
  readonly key: string
  /** null only without the model's configuration. */
  readonly plan: Plan | null
  /** The user's names for the groups of a group partition, in their order; null if groups are named by their words. */
  readonly groupLabels: readonly string[] | null
  /**
   * The token that the model should have predicted, if it is not the target itself. It is no part of the key: the numbers
   * do not depend on it, and it only adds the expected token to the prediction.
   */
  readonly expectedTokenId?: number | null
}

export interface Plan {
  readonly passage: Passage
  readonly cost: Cost
  /** Whether the pass fits into the memory limit. */
  readonly fits: boolean
}

export interface PrepareOptions {
  /** The key, if it was already computed. */
  key?: string
  groupLabels?: readonly string[] | null
  expectedTokenId?: number | null
}

/**
 * Refuses (UserError) a request that does not fit the model. A request beyond the memory limit is not refused: its plan
 * says so.
 */
export function prepareRequest(
  request: AttributionRequest, context: PrepareContext, { key, groupLabels = null, expectedTokenId = null }: PrepareOptions = {},
): PreparedRequest {
  const { model, engine } = context
  checkRequest(request, model)
  return { request, key: key ?? resultKey(model, engine, request), plan: planRequest(request, context), groupLabels, expectedTokenId }
}

/** Refuses (TOO_LARGE) a request that does not fit into the memory limit. */
export function requireFits({ plan }: PreparedRequest, memoryLimitBytes: number): void {
  if (plan === null || plan.fits) return
  throw tooLarge(plan.cost.bytes, memoryLimitBytes)
}

function planRequest(request: AttributionRequest, { config, memoryLimitBytes }: PrepareContext): Plan | null {
  if (config === null) return null
  const passage = passageOf(request, config)
  // A smaller limit makes smaller blocks, so the memory needed shrinks with it, down to the smallest blocks that work.
  const fitted = budget(config, [passage], memoryLimitBytes)
  const bias = splitHasBias(config, request.mode) ? 1 : 0
  const cost = {
    bytes: 'fits' in fitted ? fitted.fits.bytes : fitted.needsBytes,
    flops: neededFlops(config, passage),
    components: passage.splits.reduce((sum, { components }) => sum + components.length + bias, 0),
  }
  return { passage, cost, fits: 'fits' in fitted }
}

function checkRequest(request: AttributionRequest, model: ModelIdentity): void {
  const { tokenIds, position, partition, target, decode } = request
  const N = tokenIds.length
  if (N > model.maxPositions)
    throw new UserError(
      'TOO_LARGE',
      `The prompt has ${N} tokens, but ${model.name} takes at most ${model.maxPositions}; ` +
        `shorten it by ${counted(N - model.maxPositions, 'token')}.`,
    )
  const bad = tokenIds.findIndex((id) => id >= model.vocabularySize)
  if (bad >= 0)
    throw new UserError(
      'BAD_INPUT',
      `Token ${bad} of the prompt is ${tokenIds[bad]}; the ids of ${model.name} are the whole numbers from 0 to ` +
        `${model.vocabularySize - 1}.`,
    )
  if (position >= N)
    throw new UserError('BAD_INPUT', `Position ${position} was asked for, but the prompt has the positions 0 to ${N - 1}.`)
  checkExcludeFirst(request)
  checkTarget(target, model, request)
  checkPartition(partition, model, N)
  refuseUnreachable(request, model)
  if (decode !== undefined && target.type !== 'logit' && target.type !== 'logitDifference')
    throw new UserError(
      'BAD_INPUT',
      'Components are decoded where one logit is read; ask for decode with a logit or a logit difference as target.',
    )
}

/** Refuses a target that is read before the split is made: it would say nothing about the components. */
function refuseUnreachable({ target, partition }: AttributionRequest, model: ModelIdentity): void {
  const site = siteOf(target, model.layers)
  const { at, layer } = beginningOf(partition)
  if (orderOfSite(site) >= orderOfBeginning(at, layer)) return
  const where = site.name === 'resid_pre' ? `the input of layer ${site.layer}` : formatSite(site)
  throw new UserError(
    'BAD_INPUT',
    `The ${target.type} is read at ${where}, before the split by ${partition.by} at ${placeOf(partition)}; ` +
      `read it at layer ${at === 'input' ? layer : layer + 1} or later.`,
  )
}

const placeOf = (partition: Partition): string =>
  partition.by === 'feature' ? formatSite(partition.site) : `layer ${partition.layer}`
