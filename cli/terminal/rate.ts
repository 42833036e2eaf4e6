/** How fast something goes, and how long the rest will take, judged by the recent past. */

/** Long enough to smooth batches, short enough to notice a worker that joined or left. */
const WINDOW_MS = 20_000
/** Results come in batches. For this long, silence means that a batch is under way; after that, work stands still. */
const BATCH_MS = 10_000

interface Sample {
  at: number
  done: number
}

export class RateMeter {
  /** Samples of the moments at which something was done. */
  #samples: Sample[] = []
  #now = 0

  /** `at` in milliseconds; `done` never falls. */
  record(at: number, done: number): void {
    this.#now = at
    if (done !== this.#samples.at(-1)?.done) this.#samples.push({ at, done })
    // One sample from before the window stays, so that a slow pace is still seen as one.
    while ((this.#samples[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#samples.shift()
  }

  /** null until there are enough samples. */
  get perSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (!first || !last || first === last) return null
    const until = this.#now - last.at > BATCH_MS ? this.#now : last.at
    return ((last.done - first.done) / (until - first.at)) * 1000
  }

  /** Milliseconds; null when it cannot be told. */
  timeLeft(total: number): number | null {
    const rate = this.perSecond
    const last = this.#samples.at(-1)
    return rate && last ? Math.max(0, ((total - last.done) / rate) * 1000 - (this.#now - last.at)) : null
  }
}
