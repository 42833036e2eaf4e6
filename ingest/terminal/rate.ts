/** How fast something goes, and how long the rest will take, judged by the recent past. */

/** Long enough to smooth batches, short enough to notice a worker that joined or left. */
const WINDOW_MS = 20_000

export class RateMeter {
  #samples: { at: number; done: number }[] = []

  /** `at` in milliseconds; `done` never falls. */
  record(at: number, done: number): void {
    this.#samples.push({ at, done })
    // One sample from before the window stays, so that a slow pace is still seen as one.
    while ((this.#samples[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#samples.shift()
  }

  /** null until there is something to judge by. */
  get perSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (!first || !last || last.at === first.at) return null
    return ((last.done - first.done) / (last.at - first.at)) * 1000
  }

  /** Milliseconds; null when it cannot be told. */
  timeLeft(total: number): number | null {
    const rate = this.perSecond
    const done = this.#samples.at(-1)?.done ?? 0
    return rate ? ((total - done) / rate) * 1000 : null
  }
}
