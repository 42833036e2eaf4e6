import { isUrgent } from '../queue/fair.ts'

/**
 * The time that a chunk of a batch should take: long enough that a sweep is worth its fixed cost, short enough that
 * callers who wait get their turn within about a second.
 */
const TARGET_MS = 1000
/** While people ask questions: someone who asked one asks more, and waits for the chunk in hand each time. */
const TARGET_WHILE_ASKED_MS = 50
/** How long people count as asking after a question that someone waited for. */
const ASKED_LATELY_MS = 60_000
/** How much of a batch a worker keeps; others may begin the rest sooner. */
const HELD_MS = 10_000
/** The rate that is assumed before anything was measured: that of two modest cores. */
const FIRST_FLOPS_PER_MS = 2e7
/** What is left of a measurement's weight at the next; requests differ, and machines get busy. */
const KEPT = 0.7
/**
 * How strongly each of the two costs is held to what it was, where measurements cannot tell them apart: a cost of requests
 * has to be seen often.
 */
const HOLDS = { flops: 0.01, requests: 0.5 }

/**
 * What requests take, as measured lately: so much for their arithmetic, and so much for each (of tiny models most of it). Two
 * numbers fitted to the latest chunks by least squares of relative errors; and how large a chunk may be.
 */
export class Pace {
  /** Milliseconds, for as much arithmetic as the assumed rate does in one, and for one request. */
  #ms = { flops: 1, requests: 0 }
  /** Faded sums over chunks of the products of flops, requests and 1, each divided by the chunk's time. */
  #sums = { ff: 0, fr: 0, rr: 0, f: 0, r: 0 }
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

  /** A chunk of so many requests with so much arithmetic together. */
  measured(flops: number, ms: number, requests = 1): void {
    if (flops <= 0 || ms <= 0) return
    const [f, r] = [flops / FIRST_FLOPS_PER_MS / ms, requests / ms]
    const before = this.#sums
    const sums = {
      ff: KEPT * before.ff + f * f, fr: KEPT * before.fr + f * r, rr: KEPT * before.rr + r * r, f: KEPT * before.f + f, r: KEPT * before.r + r,
    }
    this.#sums = sums
    const [hf, hr] = [HOLDS.flops * sums.ff, HOLDS.requests * sums.rr]
    const [ff, rr] = [sums.ff + hf, sums.rr + hr]
    const [ft, rt] = [sums.f + hf * this.#ms.flops, sums.r + hr * this.#ms.requests]
    const determinant = ff * rr - sums.fr * sums.fr
    const [perFlops, perRequest] = [(ft * rr - rt * sums.fr) / determinant, (rt * ff - ft * sums.fr) / determinant]
    // Neither costs less than nothing: then the other one takes all.
    this.#ms = perRequest < 0 ? { flops: ft / ff, requests: 0 } : perFlops < 0 ? { flops: 0, requests: rt / rr } : { flops: perFlops, requests: perRequest }
  }

  /** Of one request. */
  expectedMs(flops: number): number {
    return (flops / FIRST_FLOPS_PER_MS) * this.#ms.flops + this.#ms.requests
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
