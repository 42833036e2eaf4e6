/**
 * Runs sequences through a model and counts what fires in them: one pass for all sets of the model.
 *
 *   1. a plain pass reads the vectors at every set's site, at the positions that are counted   src/depass/passes.ts
 *   2. a set encodes them in blocks of rows; the product with its encoder is nearly all of the work
 *   3. another thread finds and counts what fires (counting.ts, counter.ts), while the next rows are encoded
 */
import type { Passage } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { firingThresholds } from '../features/activate.ts'
import type { FeatureSet } from '../features/feature-set.ts'
import { sameSite, type Site } from '../features/site.ts'
import { UserError } from '../errors.ts'
import { Counting } from './counting.ts'
import type { Piece } from './pieces.ts'
import type { Sample } from './sample.ts'
import type { SweepOptions } from './sizes.ts'
import type { Tally } from './tally.ts'

/** A set, and how much of a dataset is kept for it. */
export interface SweptSet {
  set: FeatureSet
  options: SweepOptions
}

interface Gatherer extends SweptSet {
  thresholds: Float32Array | null
}

/** The results gathered for one set. */
export interface GatheredSet {
  readonly F: number
  /** The tally of features first … first + count − 1. */
  tally(first: number, count: number): Promise<Tally>
  sample(): Promise<Sample>
  /** How many activations of all features were counted. */
  firings(): Promise<number>
}

/** What several sets gather from the same sequences. It owns a thread and has to be closed. */
export class Gathering {
  readonly #counting = new Counting()
  #gatherers: readonly Gatherer[] = []

  /** Starts with empty counts. */
  open(sets: readonly SweptSet[]): void {
    this.#gatherers = sets.map(({ set, options }) => ({ set, options, thresholds: firingThresholds(set) }))
    this.#counting.open(this.#gatherers.map(({ set, options, thresholds }) => ({ F: set.F, thresholds, sweep: options })))
  }

  /** The results, in the order in which the sets were opened. */
  get gathered(): GatheredSet[] {
    return this.#gatherers.map(({ set: { F }, options }, at) => ({
      F,
      tally: (first, count) => this.#counting.tally(at, first, count, options),
      sample: () => this.#counting.sample(at, options.sample),
      firings: () => this.#counting.firings(at),
    }))
  }

  close(): Promise<void> {
    return this.#counting.close()
  }

  /**
   * All sets see the same positions. The pieces are computed together, and which pieces these are affects the last
   * digits.
   */
  async gather(pieces: readonly Piece[], passes: Passes, signal?: AbortSignal): Promise<Gathered> {
    const began = performance.now()
    const sites = distinct(this.#gatherers.map(({ set }) => set.site))
    const passages = pieces.map(
      ({ tokenIds, positions }): Passage => ({
        tokenIds: tokenIds.slice(0, positions.at(-1)! + 1),
        splits: [],
        reads: sites.map((site) => ({ site, positions })),
      }),
    )
    const read = await passes.run(passages, { ...(signal && { signal }) })
    const encodingBegan = performance.now()
    for (const [at, { set }] of this.#gatherers.entries()) {
      const site = sites.findIndex((each) => sameSite(each, set.site))
      await this.gatherVectors(at, pieces, read.map(({ reads }) => reads[site]!.x), passes, signal)
    }
    const ended = performance.now()
    const tokens = pieces.reduce((sum, { positions }) => sum + positions.length, 0)
    return { tokens, milliseconds: ended - began, encodeMs: ended - encodingBegan }
  }

  /** The second half of `gather` for the at-th set, for vectors that were read before: [positions, D] of each piece. */
  async gatherVectors(
    at: number,
    pieces: readonly Piece[],
    vectors: readonly Float32Array[],
    passes: Passes,
    signal?: AbortSignal,
  ): Promise<void> {
    const { set, thresholds } = this.#gatherers[at]!
    const rows = concatenate(vectors)
    requireFinite(rows)
    const counting = this.#counting
    counting.announce(at, pieces)
    await passes.eachEncoded(
      set,
      rows,
      thresholds === null ? 'activations' : 'preActivations',
      (values: Float32Array<ArrayBuffer>, count) => {
        signal?.throwIfAborted()
        counting.rows(at, values, count)
      },
      (length) => counting.room(length),
    )
  }
}

export interface Gathered {
  /** Positions that were counted. */
  tokens: number
  milliseconds: number
  /** Parts of `milliseconds`: for encoding, and for waiting until the counting thread is ready. */
  encodeMs: number
}

function distinct(sites: readonly Site[]): Site[] {
  const found: Site[] = []
  for (const site of sites) if (!found.some((each) => sameSite(each, site))) found.push(site)
  return found
}

/** NaN fires nowhere, so it would go unnoticed. */
function requireFinite(rows: Float32Array): void {
  // A number that is not finite minus itself is NaN, and one NaN makes the sum NaN.
  let sum = 0
  for (const value of rows) sum += value - value
  if (sum !== 0)
    throw new UserError(
      'ENGINE_FAILED',
      'The pass gave NaN or infinity, which is never counted; the model overflows float32 on this dataset.',
    )
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
