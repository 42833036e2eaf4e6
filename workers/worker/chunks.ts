import { isUrgent } from '../queue/fair.ts'

/**
 * How much of a batch is computed at once: so much that a sweep is worth its fixed cost, so little that those who wait
 * get their turn within about a second.
 */
const TARGET_MS = 1000
/** While people ask: who has asked one question asks more, and waits for the chunk in hand each time. */
const TARGET_WHILE_ASKED_MS = 75
/** For so long after a question that someone waited for. */
const ASKED_LATELY_MS = 60_000
/** What a worker keeps of a batch; more than that others may begin sooner. */
const HELD_MS = 10_000
/** Before anything was measured: what two modest cores do. */
const FIRST_FLOPS_PER_MS = 2e7
/** The newest measurement's weight; requests differ, and machines get busy. */
const NEWEST = 0.5

/** Arithmetic per millisecond, as measured lately, and how large a chunk may be. */
export class Pace {
  #flopsPerMs = FIRST_FLOPS_PER_MS
  #askedAt = -Infinity
  readonly #now: () => number

  /** `now` in milliseconds; tests give their own. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** To be told when this worker does something that someone waits for. */
  asked(): void {
    this.#askedAt = this.#now()
  }

  /** What one chunk should take. */
  get targetMs(): number {
    return this.#now() - this.#askedAt < ASKED_LATELY_MS ? TARGET_WHILE_ASKED_MS : TARGET_MS
  }

  measured(flops: number, ms: number): void {
    if (flops <= 0 || ms <= 0) return
    this.#flopsPerMs = (1 - NEWEST) * this.#flopsPerMs + NEWEST * (flops / ms)
  }

  expectedMs(flops: number): number {
    return flops / this.#flopsPerMs
  }
}

interface Sized {
  flops: number
  priority: number
}

/** How many of the first requests make the next chunk: at least one, all waited for or all bulk. */
export function chunkLength(requests: readonly Sized[], pace: Pace): number {
  let length = 0
  let ms = 0
  for (const request of requests) {
    ms += pace.expectedMs(request.flops)
    if (length > 0 && (ms > pace.targetMs || isUrgent(request) !== isUrgent(requests[0]!))) break
    length++
  }
  return length
}

/** How many of the first requests a worker should keep: at least one. */
export function heldLength(requests: readonly Sized[], pace: Pace): number {
  let ms = 0
  const beyond = requests.findIndex(({ flops }, i) => {
    ms += pace.expectedMs(flops)
    return i > 0 && ms > HELD_MS
  })
  return beyond < 0 ? requests.length : beyond
}
