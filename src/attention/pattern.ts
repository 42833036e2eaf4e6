/** Where a head attends: from a question to the head's pattern, the weight of every key for every query. N positions. */
import type { Attributor } from '../attribution/attributor.ts'
import { neededFlops } from '../attribution/flops.ts'
import { prepareRequest, type PrepareContext } from '../attribution/prepare.ts'
import { prepareQuestion, type ResolveContext } from '../attribution/resolve.ts'
import type { PromptQuestion } from '../attribution/resolve-prompt.ts'
import { budget } from '../depass/budget.ts'
import type { Passage } from '../depass/passage.ts'
import { UserError } from '../errors.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { TokenView } from '../tokenizer/tokenizer.ts'
import { requireAttentionFits, requireHead, type PreparedAttention } from './prepare.ts'
import type { PatternRequest } from './request.ts'
import { counted } from '../counted.ts'

/** Part of every key. It must change when a change of the code gives other numbers for the same request. */
const VERSION = 1

/** The most positions of one pattern, which has that number squared of weights. */
const MAX_POSITIONS = 2000

export interface PatternQuestion extends PromptQuestion {
  layer: number
  head: number
}

export interface PreparedPattern extends Pick<PreparedAttention, 'key' | 'plan'> {
  readonly what: 'pattern'
  readonly request: PatternRequest
}

export interface PreparedPatternQuestion extends PreparedPattern {
  readonly tokens: readonly TokenView[]
  /** The prompt as it was written; null for a prompt of token ids. */
  readonly text: string | null
  /** Sentences about what the user probably did not mean. */
  readonly warnings: readonly string[]
}

export interface PatternResult {
  /** [N, N]: a row for each query, with 0 for keys after the query. */
  pattern: Float32Array
  milliseconds: number
}

/** Refuses (UserError) a question that has no valid meaning, or that does not fit the model. */
export async function preparePatternQuestion({ layer, head, ...prompt }: PatternQuestion, context: ResolveContext): Promise<PreparedPatternQuestion> {
  const { request: { tokenIds }, tokens, text, warnings } = await prepareQuestion({ ...prompt, by: 'token' }, context)
  return { ...preparePattern({ tokenIds, layer, head }, context), tokens, text, warnings }
}

/**
 * Refuses (UserError) a request that does not fit the model. One beyond the memory limit is not refused: its plan says so.
 */
export function preparePattern(request: PatternRequest, context: PrepareContext, { key }: { key?: string } = {}): PreparedPattern {
  const { model, engine } = context
  const { tokenIds, layer, head } = request
  requireHead(layer, head, model)
  const N = tokenIds.length
  if (N > MAX_POSITIONS)
    throw new UserError('TOO_LARGE', `The prompt has ${N} tokens, and a pattern is shown of at most ${MAX_POSITIONS}; shorten it by ${counted(N - MAX_POSITIONS, 'token')}.`)
  // The prompt is checked like that of an attribution.
  prepareRequest(
    {
      tokenIds, position: N - 1, partition: { by: 'token', layer: 0 }, target: { type: 'logit', tokenId: 'next' },
      mode: 'corrected', rule: 'softmax', temperature: 1, excludeFirst: false,
    },
    { model, engine, memoryLimitBytes: context.memoryLimitBytes, config: null })
  const named = { version: VERSION, what: 'pattern', model: model.hash, tokenizer: model.tokenizerHash, engine, ...request }
  return { what: 'pattern', request, key: key ?? sha256(canonicalJson(named)), plan: plan(request, context) }
}

function plan(request: PatternRequest, { config, memoryLimitBytes }: PrepareContext): PreparedPattern['plan'] {
  if (config === null) return null
  const N = request.tokenIds.length
  const passage = passageOf(request, everyPosition(N))
  const fitted = budget(config, [passage], memoryLimitBytes)
  const bytes = ('fits' in fitted ? fitted.fits.bytes : fitted.needsBytes) + 4 * N * N
  return { cost: { bytes, flops: neededFlops(config, passage), components: 0 }, fits: 'fits' in fitted && bytes <= memoryLimitBytes }
}

/** Refuses (TOO_LARGE) a pattern that does not fit into the memory limit, before any work. */
export async function computePattern(prepared: PreparedPattern, attributor: Attributor, signal?: AbortSignal): Promise<PatternResult> {
  const began = performance.now()
  requireAttentionFits(prepared, attributor.memoryLimitBytes)
  const { request } = prepared
  const pattern = await patternRows(request, everyPosition(request.tokenIds.length), attributor, signal)
  if (!pattern.every(Number.isFinite)) throw new UserError('ENGINE_FAILED', 'The pass gave NaN or infinity; the model overflows float32 on this text.')
  return { pattern, milliseconds: performance.now() - began }
}

const everyPosition = (N: number) => Array.from({ length: N }, (_, position) => position)

/** A plain pass up to the layer. `queries`: ascending. */
function passageOf({ tokenIds, layer }: PatternRequest, queries: readonly number[]): Passage {
  return {
    tokenIds: tokenIds.slice(0, queries.at(-1)! + 1), promptLength: tokenIds.length, splits: [], givesPatterns: { layer },
    reads: [{ site: { layer, name: 'attn_out' }, positions: queries }],
  }
}

/** [queries, last query + 1]: rows of the head's pattern in a plain pass. `queries` are consecutive, or just one. */
export async function patternRows(
  request: PatternRequest, queries: readonly number[], { passes, model }: Attributor, signal?: AbortSignal,
): Promise<Float32Array> {
  if (passes === undefined) throw new Error(`the model ${model.name} is not loaded`)
  const [swept] = await passes.run([passageOf(request, queries)], { ...(signal && { signal }) })
  const pattern = swept!.patterns[0]!
  const N = queries.at(-1)! + 1
  const size = pattern.length / passes.model.config.H
  // The layer outputs only the last positions; the requested queries are the last of those.
  return pattern.slice((request.head + 1) * size - queries.length * N, (request.head + 1) * size)
}
