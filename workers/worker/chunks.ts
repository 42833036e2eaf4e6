import { isUrgent } from '../queue/fair.ts'

/**
 * The time that a chunk of a batch should take: long enough that a sweep is worth its fixed cost, short enough that
 * callers who wait get their turn within about a second.
 */
const TARGET_MS = 1000
/** While people ask questions: someone who asked one asks more, and waits for the chunk in hand each time. */
const TARGET_WHILE_ASKED_MS = 75
/** How long people count as asking after a question that someone waited for. */
const ASKED_LATELY_MS = 60_000
/** How much of a batch a worker keeps; others may begin the rest sooner. */
const HELD_MS = 10_000
/** The rate that is assumed before anything was measured: that of two modest cores. */
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

  /** Call this when the worker does something that someone waits for. */
  asked(): void {
    this.#askedAt = this.#now()
  }

  /** How long one chunk should take. */
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
