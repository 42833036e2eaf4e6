/** The forward pass of a plain model, in float64. */
import {
  dot, sum, times, type Layer, type Linear, type Matrix, type Mlp, type Norm, type PlainModel, type Rotary, type Vector,
} from './plain-model.ts'

/** [N][V] */
export function logitsOf(model: PlainModel, tokenIds: readonly number[]): Matrix {
  let x = model.embed(tokenIds)
  for (const layer of model.layers) x = forwardLayer(model, layer, x)
  return x.map((line) => {
    const logits = project(model.head, norm(model.finalNorm, line))
    return logits.map((z) => softCap(z * model.logitScale, model.logitCap))
  })
}

export function forwardLayer(model: PlainModel, layer: Layer, x: Matrix): Matrix {
  const attention = attentionOutput(model, layer, x)
  const middle = x.map((line, i) => sum(line, attention[i]!))
  const mlp = (model.parallel ? x : middle).map((line) => mlpOutput(model, layer, line))
  return middle.map((line, i) => sum(line, mlp[i]!))
}

/** [N][D], behind its own norm where there is one. */
function attentionOutput(model: PlainModel, layer: Layer, x: Matrix): Matrix {
  return mixedHeads(model, layer, x).map((heads) =>
    times(norm(layer.postAttnNorm, linear(layer.output, heads)), model.residualScale))
}

/** [N][H·width]: what each head has taken from the positions it looks at. */
export function mixedHeads(model: PlainModel, layer: Layer, x: Matrix): Matrix {
  const pattern = attentionPattern(model, layer, x)
  const values = x.map((line) => linear(layer.v, norm(layer.attnNorm, line)))
  return mix(model, pattern, values)
}

/** values [N][K·width] → [N][H·width] */
export function mix({ H, K, width }: PlainModel, pattern: Matrix[], values: Matrix): Matrix {
  return values.map((_, i) =>
    Array.from({ length: H * width }, (_, at) => {
      const h = Math.floor(at / width)
      const column = Math.floor(h / (H / K)) * width + (at % width)
      return pattern[h]![i]!.reduce((total, a, j) => total + a * values[j]![column]!, 0)
    }),
  )
}

/** [H][N][N] */
export function attentionPattern(model: PlainModel, layer: Layer, x: Matrix): Matrix[] {
  const { H, K, width } = model
  const normed = x.map((line) => norm(layer.attnNorm, line))
  const head = (map: Linear, norms: Norm[] | null, line: Vector, h: number, position: number) => {
    const all = linear(map, line)
    // One norm stands for all heads' numbers at once.
    const whole = norms?.length === 1 ? norm(norms[0]!, all) : all
    const part = whole.slice(h * width, (h + 1) * width)
    return rotate(layer.rotary, norms !== null && norms.length > 1 ? norm(norms[h]!, part) : part, position)
  }
  return Array.from({ length: H }, (_, h) => {
    const keys = normed.map((line, j) => head(layer.k, layer.keyNorms, line, Math.floor(h / (H / K)), j))
    return normed.map((line, i) => {
      const query = head(layer.q, layer.queryNorms, line, h, i)
      const scores = keys.map((key, j) =>
        j > i || i - j >= layer.window ? -Infinity : softCap(dot(query, key) * model.attentionScale, model.attentionCap))
      const sink = layer.sinks?.[h] ?? -Infinity
      const largest = Math.max(...scores, sink)
      const powers = scores.map((s) => Math.exp(s - largest))
      const total = powers.reduce((a, b) => a + b, Math.exp(sink - largest))
      return powers.map((p) => p / total)
    })
  })
}

/** `apply_rotary_pos_emb`: q·cos + rotate_half(q)·sin on the leading numbers. */
function rotate(rotary: Rotary | null, part: Vector, position: number): Vector {
  if (rotary === null) return part
  const half = rotary.width / 2
  return part.map((value, d) => {
    if (d >= rotary.width) return value
    const pair = rotary.interleaved ? Math.floor(d / 2) : d % half
    const isFirst = rotary.interleaved ? d % 2 === 0 : d < half
    const apart = rotary.interleaved ? 1 : half
    const angle = position * rotary.frequencies[pair]!
    const turned = isFirst ? -part[d + apart]! : part[d - apart]!
    return (value * Math.cos(angle) + turned * Math.sin(angle)) * rotary.factor
  })
}

/** An MLP that a position uses. */
export interface ActiveMlp {
  mlp: Mlp
  weight: number
  /** The number of its first neuron in the layer. */
  first: number
  /** [I]: act(gate) · up, or act(up) */
  activations: Vector
}

/** Those that the position of a line of the stream uses. */
export function activeMlps(model: PlainModel, layer: Layer, line: Vector): ActiveMlp[] {
  const normed = norm(layer.mlpNorm, line)
  const weights = layer.mixture.weights(normed)
  let next = 0
  return layer.mixture.mlps.flatMap((mlp, e) => {
    const first = next
    next += mlp.up.weight.length
    return weights[e] === 0 ? [] : [{ mlp, weight: weights[e]!, first, activations: neurons(model, mlp, normed) }]
  })
}

export const neuronCount = ({ mixture }: Layer): number => mixture.mlps.reduce((total, { up }) => total + up.weight.length, 0)

function neurons(model: PlainModel, { gate, up }: Mlp, normed: Vector): Vector {
  const ups = linear(up, normed)
  if (gate === null) return ups.map((u) => model.activate(u, 1))
  return linear(gate, normed).map((g, k) => model.activate(g, ups[k]!))
}

/** [D], before a norm behind it: the MLPs' outputs with their weights. */
export const mixtureOutput = (active: readonly ActiveMlp[], D: number): Vector =>
  active.reduce(
    (total, { mlp, weight, activations }) => sum(total, times(linear(mlp.down, activations), weight)),
    Array<number>(D).fill(0))

function mlpOutput(model: PlainModel, layer: Layer, line: Vector): Vector {
  const output = mixtureOutput(activeMlps(model, layer, line), line.length)
  return times(norm(layer.postMlpNorm, output), model.residualScale)
}

export const centre = ({ kind }: Norm, x: Vector): Vector => {
  const mean = kind === 'layer' ? x.reduce((a, b) => a + b, 0) / x.length : 0
  return x.map((value) => value - mean)
}
/** 1/√(mean(x²) + ε) of the centred vector. */
export const scaleOf = (of: Norm, x: Vector): number => {
  const centred = centre(of, x)
  return 1 / Math.sqrt(dot(centred, centred) / x.length + of.epsilon)
}
/** Without a norm, x as it is. */
const norm = (of: Norm | null, x: Vector): Vector => {
  if (of === null) return x
  const scale = scaleOf(of, x)
  return centre(of, x).map((value, d) => value * scale * of.gain[d]! + (of.bias?.[d] ?? 0))
}

export const project = (weight: Matrix, x: Vector): Vector => weight.map((line) => dot(line, x))
export const linear = ({ weight, bias }: Linear, x: Vector): Vector => weight.map((line, o) => dot(line, x) + (bias?.[o] ?? 0))
export const softCap = (x: number, cap: number): number => (cap === Infinity ? x : cap * Math.tanh(x / cap))
