/**
 * Sequences through a model, and what fires in them into tallies: one pass for all sets of the model.
 *
 *   1. a plain pass reads the vectors at every set's site, at the positions that are counted   src/depass/passes.ts
 *   2. a set encodes them, some rows at a time: the product with its encoder is nearly all of the work
 *   3. what fires is found among the pre-activations (firings.ts): from here on numbers are few
 *   4. a sequence's firings go into the tally (tally.ts), those of sampled positions into the sample (sample.ts)
 */
import type { Passage } from '../depass/passage.ts'
import type { Passes } from '../depass/passes.ts'
import { firingThresholds } from '../features/activate.ts'
import type { FeatureSet } from '../features/feature-set.ts'
import { sameSite, type Site } from '../features/site.ts'
import { UserError } from '../errors.ts'
import { FiringsOfSequence } from './firings.ts'
import type { Piece } from './pieces.ts'
import { Sample } from './sample.ts'
import type { SweepOptions } from './sizes.ts'
import { Tally } from './tally.ts'
import { tiesOf } from './ties.ts'

/** What one set gathers. */
export class Gatherer {
  readonly set: FeatureSet
  readonly options: SweepOptions
  readonly tally: Tally
  readonly sample: Sample
  readonly #firings: FiringsOfSequence
  readonly output: 'preActivations' | 'activations'

  constructor(set: FeatureSet, options: SweepOptions) {
    this.set = set
    this.options = options
    this.tally = new Tally(0, set.F, options)
    this.sample = new Sample(options.sample)
    const thresholds = firingThresholds(set)
    this.output = thresholds === null ? 'activations' : 'preActivations'
    this.#firings = new FiringsOfSequence(set.F, thresholds)
  }

  /** The row [F] of one position, in the order of positions; `tie`: the position's. */
  addRow(row: Float32Array, position: number, tie: number): void {
    const count = this.#firings.add(row, position)
    if (!this.sample.wants(tie)) return
    const { features, values } = this.#firings.lastRow(count)
    this.sample.add(tie, features, values)
  }

  /** After the last position of a sequence. */
  endSequence({ prompt, piece }: Piece, tie: (position: number) => number): void {
    this.tally.add(this.#firings.finish(), { prompt, piece, tie })
  }
}

export interface Gathered {
  /** Positions that were counted. */
  tokens: number
  milliseconds: number
  /** Of these, for encoding and for what follows it. */
  encodeMs: number
}

/** All gatherers see the same positions. The pieces are computed together: which they are is part of what comes out. */
export async function gather(
  pieces: readonly Piece[],
  gatherers: readonly Gatherer[],
  passes: Passes,
  signal?: AbortSignal,
): Promise<Gathered> {
  const began = performance.now()
  const sites = distinct(gatherers.map(({ set }) => set.site))
  const passages = pieces.map(
    ({ tokenIds, positions }): Passage => ({
      tokenIds: tokenIds.slice(0, positions.at(-1)! + 1),
      splits: [],
      reads: sites.map((site) => ({ site, positions })),
    }),
  )
  const read = await passes.run(passages, { ...(signal && { signal }) })
  const encodingBegan = performance.now()
  for (const gatherer of gatherers) {
    const site = sites.findIndex((each) => sameSite(each, gatherer.set.site))
    await gatherVectors(
      pieces,
      read.map(({ reads }) => reads[site]!.x),
      gatherer,
      passes,
      signal,
    )
  }
  const ended = performance.now()
  const tokens = pieces.reduce((sum, { positions }) => sum + positions.length, 0)
  return { tokens, milliseconds: ended - began, encodeMs: ended - encodingBegan }
}

function distinct(sites: readonly Site[]): Site[] {
  const found: Site[] = []
  for (const site of sites) if (!found.some((each) => sameSite(each, site))) found.push(site)
  return found
}

/** The second half of `gather`, for vectors that were read before. `vectors`: of each piece, [positions, D]. */
export async function gatherVectors(
  pieces: readonly Piece[],
  vectors: readonly Float32Array[],
  gatherer: Gatherer,
  passes: Passes,
  signal?: AbortSignal,
): Promise<void> {
  const { set, options } = gatherer
  const rows = concatenate(vectors)
  requireFinite(rows)
  const ties = pieces.map(({ tokenIds }) => tiesOf(options.seed, tokenIds))
  let [at, within] = [0, 0]
  await passes.eachEncoded(set, rows, gatherer.output, (values, count) => {
    signal?.throwIfAborted()
    for (let r = 0; r < count; r++) {
      const piece = pieces[at]!
      const position = piece.positions[within]!
      gatherer.addRow(values.subarray(r * set.F, (r + 1) * set.F), position, ties[at]!(position))
      within += 1
      if (within < piece.positions.length) continue
      gatherer.endSequence(piece, ties[at]!)
      at += 1
      within = 0
    }
  })
}

/** NaN fires nowhere, so that it would pass unseen. */
function requireFinite(rows: Float32Array): void {
  // The difference of whatever is not finite to itself is NaN; any makes the sum NaN.
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
