/**
 * Randomly chosen positions (ties.ts) with the features that fire there, from which co-firing is counted. The size of
 * a sample depends only on the setting. Samples of parts of a dataset merge into the sample of the whole.
 */
import { Bytes, ByteWriter } from './bytes.ts'
import { SAMPLED_FEATURES } from './sizes.ts'

interface SampledPosition {
  tie: number
  features: Uint32Array
}

export interface CoFiring {
  /** In how many sampled positions the feature fires. */
  sampled: number
  /** The features that fire most often at these positions; among equal ones, the smaller number first. */
  features: number[]
  /** For each of them, the share of the feature's sampled firings at which it fires. */
  shares: number[]
}

export class Sample {
  readonly size: number
  /** May hold more than `size` positions until it is trimmed. */
  #positions: SampledPosition[] = []
  /** A tie from this limit on is not among the smallest, so its position is not kept. */
  #limit = Infinity

  constructor(size: number) {
    this.size = size
  }

  wants(tie: number): boolean {
    return this.size > 0 && tie < this.#limit
  }

  /** Adds a position. If more than SAMPLED_FEATURES features fire there, the strongest are kept. */
  add(tie: number, features: Uint32Array, values: Float32Array): void {
    this.#push({ tie, features: strongestOf(features, values) })
  }

  merge(other: Sample): void {
    for (const position of other.positions()) if (this.wants(position.tie)) this.#push(position)
  }

  /** By tie; the same token of the same text in several prompts counts once. */
  positions(): readonly SampledPosition[] {
    this.#trim()
    return this.#positions
  }

  pack(): Uint8Array {
    const positions = this.positions()
    const writer = new ByteWriter()
    writer.uint32(Uint32Array.of(PACK_VERSION, positions.length))
    writer
      .float64(Float64Array.from(positions, ({ tie }) => tie))
      .uint32(Uint32Array.from(positions, ({ features }) => features.length))
    for (const { features } of positions) writer.uint32(features)
    return writer.bytes()
  }

  static unpack(packed: Uint8Array, size: number): Sample {
    const bytes = new Bytes(packed)
    const [version, count = 0] = bytes.uint32(2)
    if (version !== PACK_VERSION)
      throw new Error(`a sample of version ${version} was read; this program writes ${PACK_VERSION}`)
    const [ties, lengths] = [bytes.float64(count), bytes.uint32(count)]
    const sample = new Sample(size)
    for (let i = 0; i < count; i++) sample.#push({ tie: ties[i]!, features: bytes.uint32(lengths[i]!) })
    return sample
  }

  #push(position: SampledPosition): void {
    this.#positions.push(position)
    if (this.#positions.length >= 2 * this.size + 1024) this.#trim()
  }

  #trim(): void {
    const sorted = this.#positions.sort((a, b) => a.tie - b.tie)
    this.#positions = sorted.filter(({ tie }, i) => i === 0 || tie !== sorted[i - 1]!.tie).slice(0, this.size)
    if (this.#positions.length === this.size && this.size > 0) this.#limit = this.#positions.at(-1)!.tie
  }
}

const PACK_VERSION = 1

function strongestOf(features: Uint32Array, values: Float32Array): Uint32Array {
  if (features.length <= SAMPLED_FEATURES) return features.slice()
  const order = [...features.keys()].sort(
    (a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || features[a]! - features[b]!,
  )
  return Uint32Array.from(order.slice(0, SAMPLED_FEATURES), (i) => features[i]!).sort()
}

/**
 * For each feature in turn, the features that fire most often when it fires. Memory: one number per feature, and the
 * sample.
 */
export function* coFiringOf(sample: Sample, F: number, most: number): Generator<CoFiring> {
  const positions = sample.positions()
  const starts = new Uint32Array(F + 1)
  for (const { features } of positions) for (const feature of features) starts[feature + 1]! += 1
  for (let f = 0; f < F; f++) starts[f + 1]! += starts[f]!
  const places = new Uint32Array(starts[F]!)
  const filled = starts.slice(0, F)
  for (const [at, { features }] of positions.entries()) for (const feature of features) places[filled[feature]!++] = at
  const counts = new Uint32Array(F)
  for (let feature = 0; feature < F; feature++) {
    const seen: number[] = []
    for (let i = starts[feature]!; i < starts[feature + 1]!; i++) {
      for (const other of positions[places[i]!]!.features) {
        if (other === feature) continue
        if (counts[other]! === 0) seen.push(other)
        counts[other]! += 1
      }
    }
    const sampled = starts[feature + 1]! - starts[feature]!
    const best = seen.sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, most)
    yield { sampled, features: best, shares: best.map((other) => counts[other]! / sampled) }
    for (const other of seen) counts[other] = 0
  }
}
