/**
 * One layer's attention on the host, in float64: what its heads add, and what a direction reads through each of them.
 */
import { attentionSublayer } from '../depass/edits.ts'
import { frozenNorm, type NormParts } from '../depass/frozen-norm.ts'
import { dot } from '../depass/readout.ts'
import { loadAttention } from '../model/loaded.ts'
import { readWeight, type Linear } from '../model/weight-ref.ts'
import { directionOf, type LayerGiven, type ModuleNode } from './sublayer.ts'

/** The inputs of a layer except its sources. */
export type AttentionGiven = Omit<LayerGiven, 'sources'>

/** A head, or all heads of a position as one node, with the vector [D] that it adds there. */
export interface AttentionNode {
  node: ModuleNode
  heads: readonly number[]
  vector: Float64Array
  /** Vector ÷ length; zeros if the node adds nothing. */
  direction: Float64Array
}

/** What a head's node reads from the sources. */
export interface Target {
  head: number
  /** [D] */
  w: Float64Array
  /** The part from the value bias and the norm's bias, which does not depend on where the head attends. */
  constant: number
}

export class AttentionMaths {
  private constructor(
    private readonly given: AttentionGiven,
    /** [H·dh, D] */
    private readonly projection: Float32Array,
    private readonly postNorm: NormParts | null,
    /** [K·dh, D] */
    private readonly values: Float32Array,
    private readonly valueBias: Float32Array | null,
    /** [D]; null if attention reads the stream without a norm. */
    private readonly gain: Float64Array | null,
    private readonly normBias: Float32Array | null,
    private readonly outputBias: Float32Array | null,
  ) {}

  static async of(given: AttentionGiven): Promise<AttentionMaths> {
    const { passes, layer } = given
    const { v, norm, output } = await loadAttention(passes.model, layer)
    const { projection, postNorm } = await attentionSublayer(passes.programs, layer)
    const { norm: { gainOffset }, D } = passes.model.config
    const optional = (bias: Linear['bias']) => (bias === null ? null : readWeight(bias))
    const gain = norm && (norm.gain === null ? new Float64Array(D).fill(1) : Float64Array.from(await readWeight(norm.gain), (g) => g + gainOffset))
    return new AttentionMaths(
      given, await projection(0), postNorm, await outputRows(v, D), await optional(v.bias), gain, norm && (await optional(norm.bias)),
      await optional(output.bias),
    )
  }

  /** By position, then by head; `asOne`: all heads of a position are one node. */
  nodes(asOne: boolean): AttentionNode[] {
    const { H } = this.config
    const { N, layer } = this.given
    const all = [...Array(H).keys()]
    const groups = asOne ? [all] : all.map((h) => [h])
    return [...Array(N).keys()].flatMap((position) => groups.map((heads) => {
      const vector = this.headOutput(heads[0]!, position)
      for (const h of heads.slice(1)) this.headOutput(h, position).forEach((value, d) => (vector[d]! += value))
      const { length, direction } = directionOf(vector)
      return { node: { kind: asOne ? 'attention' : 'head', layer, index: asOne ? 0 : heads[0]!, position, value: length }, heads, vector, direction }
    }))
  }

  /** What a head adds to the stream [D], its value bias included. */
  headOutput(h: number, i: number): Float64Array {
    const { H, headWidth, D } = this.config
    const z = this.given.read.z.subarray((i * H + h) * headWidth, (i * H + h + 1) * headWidth)
    const raw = new Float64Array(D)
    z.forEach((value, e) => {
      const row = (h * headWidth + e) * D
      for (let d = 0; d < D; d++) raw[d]! += value * this.projection[row + d]!
    })
    return this.behind(i, raw)
  }

  /** Takes a direction [D] of the stream back through the output projection: its product with a head's mixture [dh]. */
  reading(h: number, i: number, direction: Float64Array): Float64Array {
    const { headWidth, D } = this.config
    const t = this.before(i, direction)
    return Float64Array.from({ length: headWidth }, (_, e) => dot(t, this.projection.subarray((h * headWidth + e) * D, (h * headWidth + e + 1) * D)))
  }

  /** Takes a direction [D] of the stream back through a head, to what it reads from the normed sources. */
  target(h: number, i: number, direction: Float64Array): Target {
    const { H, K, headWidth, D, norm } = this.config
    const { N } = this.given
    const own = this.reading(h, i, direction)
    const u = new Float64Array(D)
    let constant = 0
    const kv = Math.floor(h / (H / K))
    own.forEach((weight, e) => {
      const row = kv * headWidth + e
      for (let d = 0; d < D; d++) u[d]! += weight * this.values[row * D + d]!
      constant += weight * (this.valueBias?.[row] ?? 0)
    })
    if (this.normBias !== null) constant += dot(u, this.normBias)
    // With sinks, a part of the pattern goes to no position, and the biases lose the same part.
    const seen = this.given.read.pattern.subarray((h * N + i) * N, (h * N + i + 1) * N).reduce((sum, weight) => sum + weight, 0)
    constant *= seen
    if (this.gain === null) return { head: h, w: u, constant }
    const w = u.map((value, d) => value * this.gain![d]!)
    const mean = norm.kind === 'layer' ? w.reduce((sum, value) => sum + value, 0) / D : 0
    return { head: h, w: w.map((value) => value - mean), constant }
  }

  /** [N, D]: what the biases after the heads add to the stream. */
  bias(): Float32Array | null {
    const { N } = this.given
    const { D } = this.config
    if (this.outputBias === null && !this.postNorm?.bias) return null
    const all = new Float32Array(N * D)
    for (let i = 0; i < N; i++) {
      const row = this.behind(i, Float64Array.from(this.outputBias ?? new Float32Array(D)))
      all.set(row.map((value, d) => value + (this.postNorm?.bias?.[d] ?? 0)), i * D)
    }
    return all
  }

  private get config() {
    return this.given.passes.model.config
  }

  /** Through the frozen post-norm, if there is one. */
  private behind(i: number, raw: Float64Array): Float64Array {
    return this.postNorm === null ? raw : this.frozen(i)(raw, false)
  }

  /** The transpose: from a direction after the post-norm to one before it. */
  private before(i: number, direction: Float64Array): Float64Array {
    if (this.postNorm === null) return direction
    const { D, norm } = this.config
    const scaled = direction.map((value, d) => value * (this.postNorm!.gain?.[d] ?? 1))
    const mean = norm.kind === 'layer' ? scaled.reduce((sum, value) => sum + value, 0) / D : 0
    // With its scale frozen, a norm is linear: the gain, the centring and this scale.
    const x = this.given.read.attnRaw.subarray(i * D, (i + 1) * D)
    const own = norm.kind === 'layer' ? x.reduce((sum, value) => sum + value, 0) / D : 0
    const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + (value - own) ** 2, 0) / D + norm.epsilon)
    return scaled.map((value) => (value - mean) * scale)
  }

  private frozen(i: number) {
    const { D, norm } = this.config
    return frozenNorm(norm, { gain: this.postNorm!.gain, bias: null }, this.given.read.attnRaw.subarray(i * D, (i + 1) * D))
  }
}

/** [outputs, D], whatever its orientation in the file. */
async function outputRows({ weight }: Linear, D: number): Promise<Float32Array> {
  const values = await readWeight(weight)
  if (weight.orientation === 'out,in') return values
  const outputs = values.length / D
  const turned = new Float32Array(values.length)
  for (let o = 0; o < outputs; o++) for (let d = 0; d < D; d++) turned[o * D + d] = values[d * outputs + o]!
  return turned
}
