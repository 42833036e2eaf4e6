/**
 * Why a head attends: the score of a query for a key before the softmax, split over pairs of components. This goes beyond
 * the paper, whose Appendix G leaves it open. With the scales of all norms frozen, the score is bilinear in the decomposed
 * streams:
 *
 *   s = c · Σ_m Σ_n (R(i) q[m])ᵀ (R(j) k[n]),   q[m] = norm(C[m, i]) W_Q, k[n] = norm(C[n, j]) W_K
 *
 *  1. each component at the query's and the key's position through the layer's norm, W_Q and W_K of the head
 *  2. QK-norm, if the model has one: its frozen scale and its gain
 *  3. the rotation R of the position
 *  4. all pairs, times the model's scale c and, with a soft cap, the factor by which the cap multiplies the whole score
 *
 * The biases of the norm and of the projections belong to BIAS. Computed on the host in float64. D width, H heads,
 * K key/value heads, dh the width of a head, M components.
 */
import { frozenNorm } from '../depass/frozen-norm.ts'
import type { ModelConfig } from '../model/config.ts'
import { loadAttention, type LoadedModel } from '../model/loaded.ts'
import { ropeFrequencies, type RopeConfig } from '../model/rope/rope.ts'
import { readWeight, type Linear, type WeightRef } from '../model/weight-ref.ts'

/** A component at one position, in the stream that the layer's attention reads. */
export interface Row {
  /** [D]; null if the component has no row there. */
  vector: ArrayLike<number> | null
  isBias: boolean
}

export interface PairScores {
  /** The score as attention computes it: with the scale and the soft cap. */
  score: number
  /** [M, M]: query component m with key component n; they sum to the score. */
  pairs: Float64Array
  /** |Σ pairs − score| ÷ largest of |score| and |pair|. */
  completenessError: number
}

interface Side {
  /** [dh, D]: the head's rows of W_Q or W_K. */
  weight: Float32Array
  /** [dh] */
  bias: Float64Array
  /** [heads·dh, D] and [heads·dh], if QK-norm goes over all heads at once. */
  all: { weight: Float32Array; bias: Float64Array } | null
  /** [dh]: the gain of QK-norm, without its frozen scale; null without QK-norm. */
  gain: Float64Array | null
  /** The index of the head's first number among those of all heads. */
  first: number
}

/** One head's queries and keys. */
export class HeadScores {
  private constructor(
    private readonly config: ModelConfig,
    private readonly rope: RopeConfig | null,
    private readonly sides: { query: Side; key: Side },
    private readonly norm: { gain: Float64Array; bias: Float32Array | null } | null,
    private readonly promptLength: number,
  ) {}

  /** `promptLength`: tokens of the whole prompt, on which some rotations depend. */
  static async of(model: LoadedModel, layer: number, head: number, promptLength: number): Promise<HeadScores> {
    const { config } = model
    const { q, k, qNorm, kNorm, norm } = await loadAttention(model, layer)
    const keyHead = Math.floor(head / (config.H / config.K))
    const gain = norm && (norm.gain === null ? new Float64Array(config.D).fill(1) : withOffset(await readWeight(norm.gain), config))
    return new HeadScores(
      config, config.rope[layer] ?? null,
      { query: await sideOf(config, q, qNorm, head), key: await sideOf(config, k, kNorm, keyHead) },
      gain && { gain, bias: norm?.bias ? await readWeight(norm.bias) : null },
      promptLength,
    )
  }

  /** `x` [D] are the streams at the two positions, `rows` their components. */
  pairs(
    query: { position: number; x: Float32Array; rows: readonly Row[] }, key: { position: number; x: Float32Array; rows: readonly Row[] },
  ): PairScores {
    const { attentionScale, attentionSoftCap } = this.config
    const q = this.parts(this.sides.query, query)
    const k = this.parts(this.sides.key, key)
    const raw = attentionScale * dotOf(q.whole, k.whole)
    const score = attentionSoftCap === null ? raw : attentionSoftCap * Math.tanh(raw / attentionSoftCap)
    const factor = attentionScale * (raw === 0 ? 1 : score / raw)
    const pairs = new Float64Array(q.parts.length * k.parts.length)
    let [total, largest] = [0, Math.abs(score)]
    for (const [m, a] of q.parts.entries()) {
      for (const [n, b] of k.parts.entries()) {
        const pair = a === null || b === null ? 0 : factor * dotOf(a, b)
        pairs[m * k.parts.length + n] = pair
        total += pair
        largest = Math.max(largest, Math.abs(pair))
      }
    }
    return { score, pairs, completenessError: largest > 0 ? Math.abs(total - score) / largest : 0 }
  }

  /** [dh] of the stream and of every component, rotated by the position. */
  private parts(side: Side, { position, x, rows }: { position: number; x: Float32Array; rows: readonly Row[] }) {
    const normed = this.norm === null
      ? (row: ArrayLike<number>) => Float64Array.from(row)
      : (row: ArrayLike<number>, isBias: boolean) => frozen(Float64Array.from(row), isBias)
    const frozen = frozenNorm(this.config.norm, this.norm ?? { gain: null, bias: null }, x)
    const whole = normed(x, true)
    const scaled = this.qkScale(side, whole)
    const through = (row: Float64Array, isBias: boolean) =>
      this.turn(scaled(projected(side.weight, row, isBias ? side.bias : null), row, isBias), position)
    return {
      whole: through(whole, true),
      parts: rows.map(({ vector, isBias }) =>
        vector === null && !isBias ? null : through(normed(vector ?? new Float64Array(x.length), isBias), isBias)),
    }
  }

  /** QK-norm with the scale of the whole stream frozen; the identity if there is no QK-norm. */
  private qkScale(side: Side, whole: Float64Array): (head: Float64Array, row: Float64Array, isBias: boolean) => Float64Array {
    const { qkNorm, norm: { epsilon } } = this.config
    if (qkNorm === null || side.gain === null) return (head) => head
    const { gain, all } = side
    const centres = qkNorm.kind === 'layer'
    const own = all === null ? projected(side.weight, whole, side.bias) : projected(all.weight, whole, all.bias)
    const centre = centres ? meanOf(own) : 0
    const scale = 1 / Math.sqrt(own.reduce((sum, value) => sum + (value - centre) ** 2, 0) / own.length + epsilon)
    return (head, row, isBias) => {
      const mean = !centres ? 0 : all === null ? meanOf(head) : meanOf(projected(all.weight, row, isBias ? all.bias : null))
      return head.map((value, e) => (value - mean) * scale * gain[e]!)
    }
  }

  /** The rotation of a position, on the first numbers of the head. */
  private turn(head: Float64Array, position: number): Float64Array {
    if (this.rope === null) return head
    const { rotaryWidth, interleaved } = this.rope
    const { inverse, attentionFactor } = ropeFrequencies(this.rope, this.promptLength)
    const turned = head.slice()
    for (let p = 0; p < rotaryWidth / 2; p++) {
      const [a, b] = interleaved ? [2 * p, 2 * p + 1] : [p, p + rotaryWidth / 2]
      const cos = Math.cos(position * inverse[p]!) * attentionFactor
      const sin = Math.sin(position * inverse[p]!) * attentionFactor
      turned[a] = head[a]! * cos - head[b]! * sin
      turned[b] = head[b]! * cos + head[a]! * sin
    }
    return turned
  }
}

const withOffset = (gain: Float32Array, { norm }: ModelConfig) => Float64Array.from(gain, (g) => g + norm.gainOffset)

async function sideOf(config: ModelConfig, { weight, bias }: Linear, gain: WeightRef | null, head: number): Promise<Side> {
  const { headWidth, D, qkNorm } = config
  const rows = await outputRows(weight, D)
  const outputs = rows.length / D
  const biases = bias === null ? new Float64Array(outputs) : Float64Array.from(await readWeight(bias))
  const first = head * headWidth
  const slice = <T extends { subarray(from: number, to: number): T }>(all: T, width: number): T => all.subarray(first * width, (first + headWidth) * width)
  const gains = gain === null ? null : withOffset(await readWeight(gain), config)
  const isShared = gains !== null && gains.length === headWidth
  return {
    weight: slice(rows, D), bias: slice(biases, 1), first,
    all: qkNorm?.over === 'all' ? { weight: rows, bias: biases } : null,
    gain: gains && (isShared ? gains : gains.subarray(first, first + headWidth)),
  }
}

/** [outputs, D], whatever its orientation in the file. */
async function outputRows(weight: WeightRef, D: number): Promise<Float32Array> {
  const values = await readWeight(weight)
  if (weight.orientation === 'out,in') return values
  const outputs = values.length / D
  const turned = new Float32Array(values.length)
  for (let o = 0; o < outputs; o++) for (let d = 0; d < D; d++) turned[o * D + d] = values[d * outputs + o]!
  return turned
}

/** weight [outputs, D] · row [D] + bias */
function projected(weight: Float32Array, row: Float64Array, bias: Float64Array | null): Float64Array {
  const D = row.length
  return Float64Array.from({ length: weight.length / D }, (_, o) => {
    let total = bias === null ? 0 : bias[o]!
    for (let d = 0; d < D; d++) total += weight[o * D + d]! * row[d]!
    return total
  })
}

function dotOf(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let e = 0; e < a.length; e++) total += a[e]! * b[e]!
  return total
}

const meanOf = (row: Float64Array) => row.reduce((sum, value) => sum + value, 0) / row.length
