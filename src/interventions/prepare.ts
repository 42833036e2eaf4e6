/**
 * A prepared intervention: checked, keyed and costed once. Like a prepared attribution, it travels with its key from the
 * caller through the queue to the worker.
 */
import { distinctPartitions } from './predictions.ts'
import { prepareRequest, type PrepareContext } from '../attribution/prepare.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import { siteOf } from '../attribution/target/kinds.ts'
import { neededFlops } from '../attribution/flops.ts'
import type { Cost } from '../attribution/cost.ts'
import { budget } from '../depass/budget.ts'
import { tooLarge } from '../depass/memory-limit.ts'
import type { Passage } from '../depass/passage.ts'
import type { Partition } from '../depass/partition/kinds.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelConfig } from '../model/config.ts'
import { checkChange } from './change/kinds.ts'
import { patternBytes } from './run.ts'
import type { InterventionRequest, Selection } from './request.ts'
import { nameVectors } from './vectors.ts'

/** Part of every key. It must change when a change of the code gives other numbers for the same request. */
const VERSION = 1

export interface PreparedIntervention {
  readonly request: InterventionRequest
  /** The key that the result is stored under. */
  readonly key: string
  /** null only without the model's configuration. */
  readonly plan: { readonly cost: Cost; readonly fits: boolean } | null
}

/**
 * Refuses (UserError) a request that does not fit the model. One beyond the memory limit is not refused: its plan says so.
 */
export function prepareIntervention(
  request: InterventionRequest, context: PrepareContext, { key }: { key?: string } = {},
): PreparedIntervention {
  const { model, engine } = context
  checkIntervention(request, context)
  const named = { version: VERSION, what: 'intervention', model: model.hash, tokenizer: model.tokenizerHash, engine, ...nameVectors(request) }
  return { request, key: key ?? sha256(canonicalJson(named)), plan: planIntervention(request, context) }
}

/** Refuses (TOO_LARGE) an intervention that does not fit into the memory limit. */
export function requireInterventionFits({ plan }: PreparedIntervention, memoryLimitBytes: number): void {
  if (plan === null || plan.fits) return
  throw tooLarge(plan.cost.bytes, memoryLimitBytes)
}

/** The attribution of the same target by one partition. Only a partition by token may exclude the first token. */
export const attributionOf = (request: InterventionRequest, partition: Partition): AttributionRequest => ({
  tokenIds: request.tokenIds,
  position: request.position,
  target: request.target,
  partition,
  mode: request.mode,
  rule: request.rule,
  temperature: request.temperature,
  excludeFirst: partition.by === 'token' && request.excludeFirst,
})

/** With this context a request is only checked, neither planned nor costed. */
const withoutPlan = ({ model, engine, memoryLimitBytes }: PrepareContext): PrepareContext =>
  ({ model, engine, memoryLimitBytes, config: null })

function checkIntervention(request: InterventionRequest, context: PrepareContext): void {
  const { changes, selection, position } = request
  // Target and prompt are checked like those of an attribution.
  prepareRequest(attributionOf(request, { by: 'token', layer: 0 }), withoutPlan(context))
  if (changes.length === 0 && selection === undefined)
    throw new UserError('BAD_INPUT', 'Nothing is to be changed; name positions, heads, neurons, modules, features or a direction.')
  for (const change of changes) checkChange(change, context.model, position)
  const cut = changes.flatMap((change) => (change.kind === 'position' ? change.positions : []))
  if (new Set(cut).size < cut.length) throw new UserError('BAD_INPUT', 'A position is both removed and masked; do one of them.')
  if (selection !== undefined) checkSelection(selection, request, context)
}

/** Kinds of components that can be taken out. */
export const selectablePartitions = ['token', 'group', 'head', 'neuron', 'module', 'feature'] as const

function checkSelection({ partition, to }: Selection, request: InterventionRequest, context: PrepareContext): void {
  if (!selectablePartitions.some((by) => by === partition.by))
    throw new UserError('BAD_INPUT', `Components of a split by ${partition.by} cannot be taken out; choose by ${selectablePartitions.join(', ')}.`)
  if ((partition.by === 'token' || partition.by === 'group') && (to !== 'zero' || partition.layer !== 0))
    throw new UserError('BAD_INPUT', 'Positions are removed or masked as they enter the model; a mean or a later layer is for parts of the model.')
  prepareRequest(attributionOf(request, partition), withoutPlan(context))
}

function planIntervention(request: InterventionRequest, context: PrepareContext): PreparedIntervention['plan'] {
  const { config, memoryLimitBytes } = context
  if (config === null) return null
  const { position } = request
  const passage = plainPassageOf(request, config)
  const N = position + 1
  const fitted = budget(config, [passage, passage], memoryLimitBytes / 2)
  const attributed = distinctPartitions(request).flatMap((partition) => {
    const { plan } = prepareRequest(attributionOf(request, partition), context)
    return plan === null ? [] : [plan]
  })
  // Memory is needed for the patterns of the unchanged pass, and for a copy without what is taken out.
  const own = ('fits' in fitted ? fitted.fits.bytes : fitted.needsBytes) + 2 * patternBytes(config, N)
  const cost = {
    bytes: Math.max(own, ...attributed.map((plan) => plan.cost.bytes)),
    flops: 3 * neededFlops(config, passage) + attributed.reduce((sum, plan) => sum + plan.cost.flops, 0),
    components: attributed.reduce((sum, plan) => sum + plan.cost.components, 0),
  }
  const fits = 'fits' in fitted && 4 * patternBytes(config, N) <= memoryLimitBytes && attributed.every((plan) => plan.fits)
  return { cost, fits }
}

function plainPassageOf({ tokenIds, position, target }: InterventionRequest, { L }: ModelConfig): Passage {
  const positions = [position]
  return {
    tokenIds: tokenIds.slice(0, position + 1),
    splits: [],
    reads: [{ site: siteOf(target, L), positions }, { site: { layer: L, name: 'resid_pre' }, positions }],
  }
}
