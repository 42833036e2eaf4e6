/**
 * Edges into heads (module-edges.ts, step 2). With v the head's output and t = v ÷ ‖v‖ through a frozen post-norm, what a
 * source c at position j gives is A[h, i, j] · norm(c) W_V W_O · t, where norm(c) = (c − mean) · scale_j ⊙ gain. So
 * w = gain ⊙ (W_V W_O,h t), centred where the norm centres, is one vector for each target, and all c · w are one product.
 */
import { attentionSublayer } from '../depass/edits.ts'
import { frozenNorm, type NormParts } from '../depass/frozen-norm.ts'
import { dot } from '../depass/readout.ts'
import { loadAttention } from '../model/loaded.ts'
import type { ModelConfig } from '../model/config.ts'
import { readWeight, type Linear } from '../model/weight-ref.ts'
import { EdgeList } from './node.ts'
import type { Product } from './product.ts'
import { directionOf, type LayerGiven, type SublayerEdges } from './sublayer.ts'

/** Numbers that one product gives at most: bounds memory. */
const MAX_PRODUCT = 2 ** 24

interface Target {
  head: number
  /** [D] */
  w: Float64Array
  /** What the value bias and the norm's bias give, whatever is attended to. */
  constant: number
}

/** `asOne`: all heads of a position are one node. */
export async function attentionEdges(given: LayerGiven, product: Product, asOne: boolean): Promise<SublayerEdges> {
  const { passes, layer, N } = given
  const { config } = passes.model
  const { H } = config
  const maths = await AttentionMaths.of(given)
  const nodes: (SublayerEdges['nodes'][number] & { position: number; targets: Target[] })[] = []
  for (let i = 0; i < N; i++) {
    const outputs = Array.from({ length: H }, (_, h) => maths.headOutput(h, i))
    const groups = asOne ? [[...outputs.keys()]] : [...outputs.keys()].map((h) => [h])
    for (const heads of groups) {
      const vector = outputs[heads[0]!]!.slice()
      for (const h of heads.slice(1)) outputs[h]!.forEach((value, d) => (vector[d]! += value))
      const { length, direction } = directionOf(vector)
      const node = { kind: asOne ? 'attention' : 'head', layer, index: asOne ? 0 : heads[0]!, position: i, value: length } as const
      const targets = length > 0 ? heads.map((h) => maths.target(h, i, direction)) : []
      nodes.push({ node, vector: Float32Array.from(vector), list: new EdgeList(), position: i, targets })
    }
  }
  const perBlock = Math.max(1, Math.floor(MAX_PRODUCT / Math.max(1, given.sources.at.flat().length + N) / (asOne ? H : 1)))
  for (let from = 0; from < nodes.length; from += perBlock) await addEdges(given, product, nodes.slice(from, from + perBlock))
  for (const { list, node, targets } of nodes) {
    const constant = targets.reduce((sum, target) => sum + target.constant, 0)
    if (given.sources.bias) list.addTo(given.sources.bias.node, constant)
    list.close(node.value, 0)
  }
  return { nodes, bias: maths.bias() }
}

async function addEdges(
  { read: { pattern }, sources, N, passes }: LayerGiven, product: Product,
  nodes: readonly { list: EdgeList; position: number; targets: readonly Target[] }[],
): Promise<void> {
  const { D } = passes.model.config
  const scales = Float64Array.from({ length: N }, (_, j) => scaleAt(passes.model.config, sources, j))
  const all = nodes.flatMap(({ targets }) => targets)
  if (all.length === 0) return
  const S = all.length
  const columns = new Float32Array(D * S)
  all.forEach(({ w }, s) => w.forEach((value, d) => (columns[d * S + s] = value)))
  const listed = sources.at.flatMap((there, j) => there.map((source) => ({ ...source, j })))
  const rows = new Float32Array((listed.length + (sources.bias ? N : 0)) * D)
  listed.forEach(({ vector }, r) => rows.set(vector, r * D))
  if (sources.bias) rows.set(sources.bias.vectors, listed.length * D)
  const along = await product.of(rows, columns)
  let s = 0
  for (const { list, position: i, targets } of nodes) {
    const weightOf = (r: number, j: number) => targets.reduce((sum, { head }, k) =>
      sum + pattern[(head * N + i) * N + j]! * scales[j]! * along[r * S + s + k]!, 0)
    for (const [r, { node, j }] of listed.entries()) if (j <= i) list.add(node, weightOf(r, j))
    if (sources.bias) {
      let bias = 0
      for (let j = 0; j <= i; j++) bias += weightOf(listed.length + j, j)
      list.addTo(sources.bias.node, bias)
    }
    s += targets.length
  }
}

/** The frozen scale of the norm at a position, from what stands there; 1 without a norm. */
function scaleAt({ norm, preNorms, D }: ModelConfig, { at, bias }: LayerGiven['sources'], j: number): number {
  if (!preNorms) return 1
  const x = new Float64Array(D)
  for (const { vector } of at[j]!) vector.forEach((value, d) => (x[d]! += value))
  bias?.vectors.subarray(j * D, (j + 1) * D).forEach((value, d) => (x[d]! += value))
  const mean = norm.kind === 'layer' ? x.reduce((sum, value) => sum + value, 0) / D : 0
  return 1 / Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / D + norm.epsilon)
}

/** One layer's attention on the host, in float64. */
class AttentionMaths {
  private constructor(
    private readonly given: LayerGiven,
    /** [H·dh, D] */
    private readonly projection: Float32Array,
    private readonly postNorm: NormParts | null,
    /** [K·dh, D] */
    private readonly values: Float32Array,
    private readonly valueBias: Float32Array | null,
    /** [D]; null where attention reads the stream as it is. */
    private readonly gain: Float64Array | null,
    private readonly normBias: Float32Array | null,
    private readonly outputBias: Float32Array | null,
  ) {}

  static async of(given: LayerGiven): Promise<AttentionMaths> {
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

  /** What a direction [D] of the stream reads of the normed sources, through a head. */
  target(h: number, i: number, direction: Float64Array): Target {
    const { H, K, headWidth, D, norm } = this.config
    const { N } = this.given
    const t = this.before(i, direction)
    const own = Float64Array.from({ length: headWidth }, (_, e) => dot(t, this.projection.subarray((h * headWidth + e) * D, (h * headWidth + e + 1) * D)))
    const u = new Float64Array(D)
    let constant = 0
    const kv = Math.floor(h / (H / K))
    own.forEach((weight, e) => {
      const row = kv * headWidth + e
      for (let d = 0; d < D; d++) u[d]! += weight * this.values[row * D + d]!
      constant += weight * (this.valueBias?.[row] ?? 0)
    })
    if (this.normBias !== null) constant += dot(u, this.normBias)
    // With sinks, a part of the pattern goes to no position, and takes its part of the biases with it.
    const seen = this.given.read.pattern.subarray((h * N + i) * N, (h * N + i + 1) * N).reduce((sum, weight) => sum + weight, 0)
    constant *= seen
    if (this.gain === null) return { head: h, w: u, constant }
    const w = u.map((value, d) => value * this.gain![d]!)
    const mean = norm.kind === 'layer' ? w.reduce((sum, value) => sum + value, 0) / D : 0
    return { head: h, w: w.map((value) => value - mean), constant }
  }

  /** [N, D]: what the biases behind the heads add to the stream. */
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

  /** Through the frozen post-norm, where there is one. */
  private behind(i: number, raw: Float64Array): Float64Array {
    return this.postNorm === null ? raw : this.frozen(i)(raw, false)
  }

  /** The same, transposed: from a direction behind it to one before it. */
  private before(i: number, direction: Float64Array): Float64Array {
    if (this.postNorm === null) return direction
    const { D, norm } = this.config
    const scaled = direction.map((value, d) => value * (this.postNorm!.gain?.[d] ?? 1))
    const mean = norm.kind === 'layer' ? scaled.reduce((sum, value) => sum + value, 0) / D : 0
    // A norm is linear once its scale is frozen: the scale is what it makes of a vector whose centred form is known.
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

/** [outputs, D] whatever way it lies in the file. */
async function outputRows({ weight }: Linear, D: number): Promise<Float32Array> {
  const values = await readWeight(weight)
  if (weight.orientation === 'out,in') return values
  const outputs = values.length / D
  const turned = new Float32Array(values.length)
  for (let o = 0; o < outputs; o++) for (let d = 0; d < D; d++) turned[o * D + d] = values[d * outputs + o]!
  return turned
}
