/** The forward pass of a plain model, in float64. */
import { dot, sum, type Layer, type Linear, type Matrix, type Norm, type PlainModel, type Vector } from './plain-model.ts'

/** [N][V] */
export function logitsOf(model: PlainModel, tokenIds: readonly number[]): Matrix {
  let x = model.embed(tokenIds)
  for (const layer of model.layers) x = forwardLayer(model, layer, x)
  return x.map((line) => {
    const logits = project(model.head, norm(model.finalNorm, line))
    return logits.map((z) => softCap(z, model.logitCap))
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
  return mixedHeads(model, layer, x).map((heads) => {
    const output = linear(layer.output, heads)
    return layer.postAttnNorm === null ? output : norm(layer.postAttnNorm, output)
  })
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
  const head = (map: Linear, headNorm: Norm | undefined, line: Vector, h: number, position: number) => {
    const part = linear(map, line).slice(h * width, (h + 1) * width)
    return rotate(model, headNorm ? norm(headNorm, part) : part, position)
  }
  return Array.from({ length: H }, (_, h) => {
    const keys = normed.map((line, j) => head(layer.k, layer.headNorms?.k, line, Math.floor(h / (H / K)), j))
    return normed.map((line, i) => {
      const query = head(layer.q, layer.headNorms?.q, line, h, i)
      const scores = keys.map((key, j) =>
        j > i || i - j >= layer.window ? -Infinity : softCap(dot(query, key) * model.attentionScale, model.attentionCap))
      const largest = Math.max(...scores)
      const powers = scores.map((s) => Math.exp(s - largest))
      const total = powers.reduce((a, b) => a + b, 0)
      return powers.map((p) => p / total)
    })
  })
}

/** `apply_rotary_pos_emb`: q·cos + rotate_half(q)·sin on the leading numbers. */
function rotate({ rotary }: PlainModel, part: Vector, position: number): Vector {
  if (rotary === null) return part
  const half = rotary.width / 2
  return part.map((value, d) => {
    if (d >= rotary.width) return value
    const angle = position * rotary.frequencies[d % half]!
    const turned = d < half ? -part[d + half]! : part[d - half]!
    return (value * Math.cos(angle) + turned * Math.sin(angle)) * rotary.factor
  })
}

/** [I]: act(gate) · up, or act(up) */
export function neurons(model: PlainModel, layer: Layer, line: Vector): Vector {
  const normed = norm(layer.mlpNorm, line)
  const up = linear(layer.up, normed)
  if (layer.gate === null) return up.map(model.activate)
  return linear(layer.gate, normed).map((g, k) => model.activate(g) * up[k]!)
}

function mlpOutput(model: PlainModel, layer: Layer, line: Vector): Vector {
  const output = linear(layer.down, neurons(model, layer, line))
  return layer.postMlpNorm === null ? output : norm(layer.postMlpNorm, output)
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
const norm = (of: Norm, x: Vector): Vector => {
  const scale = scaleOf(of, x)
  return centre(of, x).map((value, d) => value * scale * of.gain[d]! + (of.bias?.[d] ?? 0))
}

export const project = (weight: Matrix, x: Vector): Vector => weight.map((line) => dot(line, x))
export const linear = ({ weight, bias }: Linear, x: Vector): Vector => weight.map((line, o) => dot(line, x) + (bias?.[o] ?? 0))
export const softCap = (x: number, cap: number): number => (cap === Infinity ? x : cap * Math.tanh(x / cap))
