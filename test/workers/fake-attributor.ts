/**
 * An attributor without a model: every token's score is made from its id. Some ids are commands, so that a test can say
 * in the request itself what should go wrong.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { resultKey } from '../../src/attribution/key.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { UserError } from '../../src/errors.ts'
import type { ModelIdentity } from '../../src/model/identity.ts'
import { ENGINE, identity, result } from '../store/fixtures.ts'

/** As a token of a request: what happens when it is computed. */
export const commands = {
  /** Refused before any work. */
  refuse: 90_001,
  /** The whole call fails, with a reason of its own. */
  spoil: 90_002,
  /** The whole call fails with an error that nobody expected. */
  throw: 90_003,
  /** The process dies. */
  die: 90_004,
  /** Takes until it is aborted. */
  hang: 90_005,
  /** Computes for so long, without letting anything else run, that a silent worker would be taken for dead. */
  block: 90_007,
  /** A score that is no number. */
  nan: 90_006,
  /** Refused before any work where `roomy` is not set. */
  large: 90_008,
} as const

/** Longer than a lease and the look for dead workers together. */
const BLOCK_MS = 13_000

export interface FakeOptions {
  model?: Partial<ModelIdentity>
  engine?: string
  /** Has memory for large requests. */
  roomy?: boolean
  millisecondsEach?: number
  /** Told what every call was asked. */
  onCall?: (requests: readonly AttributionRequest[]) => void
  onClose?: () => void
}

/** What a worker is told of the engine of fake attributors. */
export const fakeEngine = { engine: ENGINE, passMemoryBytes: 2 ** 30 }

export const scoresOf = (tokenIds: readonly number[]): number[] => tokenIds.map((id) => Math.sin(id))

export function fakeAttributor(options: FakeOptions = {}): Attributor {
  const { model, engine = ENGINE, millisecondsEach = 0, onCall, onClose } = options
  const has = ({ tokenIds }: AttributionRequest, command: keyof typeof commands) => tokenIds.includes(commands[command])
  const known = identity(model)
  return {
    model: known,
    engine,
    tokenizer: null,
    config: null,
    memoryLimitBytes: 0,
    prepare(request, { key } = {}) {
      if (has(request, 'refuse')) throw new UserError('BAD_INPUT', 'token 90001 is out of range')
      const cost = { bytes: 9 * 2 ** 30, flops: Math.max(1, millisecondsEach) * 2e7, components: request.tokenIds.length }
      const passage = { tokenIds: request.tokenIds, splits: [], reads: [] }
      const plan = { passage, cost, fits: options.roomy === true || !has(request, 'large') }
      return { request, key: key ?? resultKey(known, engine, request), plan, groupLabels: null }
    },
    async attribute(prepared, { signal } = {}) {
      const requests = prepared.map(({ request }) => request)
      onCall?.(requests)
      if (requests.some((each) => has(each, 'die'))) process.kill(process.pid, 'SIGKILL')
      const until = { ...(signal && { signal }) }
      if (requests.some((each) => has(each, 'hang'))) await sleep(1e9, undefined, { ...until, ref: false })
      if (requests.some((each) => has(each, 'block'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCK_MS)
      if (requests.some((each) => has(each, 'spoil'))) throw new UserError('ENGINE_FAILED', 'the weights hold NaN')
      if (requests.some((each) => has(each, 'throw'))) throw new TypeError('x is not a function')
      await sleep(millisecondsEach * requests.length, undefined, until)
      return requests.map((each) => result(each, has(each, 'nan') ? [NaN] : scoresOf(each.tokenIds)))
    },
    close: async () => onClose?.(),
  }
}
