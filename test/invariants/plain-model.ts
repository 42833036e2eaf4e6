/**
 * A model in plain float64, as the naive passes compute it: what the product's layers are compared with. Sizes: N
 * positions, D, H heads, K key/value heads, I neurons, V vocabulary.
 */
import type { Tensor } from '../random-model.ts'

export type Vector = number[]
/** Rows. */
export type Matrix = Vector[]

export interface Norm {
  kind: 'rms' | 'layer'
  epsilon: number
  gain: Vector
  bias: Vector | null
}

/** y = W x + b; weight [out][in] */
export interface Linear {
  weight: Matrix
  bias: Vector | null
}

export interface Rotary {
  width: number
  /** [width / 2] */
  frequencies: number[]
  /** Multiplies cosine and sine. */
  factor: number
  /** Neighbouring numbers turn together. */
  interleaved: boolean
}

export interface Mlp {
  gate: Linear | null
  up: Linear
  down: Linear
}

/** Several MLPs, of which each position uses some; a plain MLP is a mixture of one. */
export interface Mixture {
  mlps: Mlp[]
  /** Weights of the MLPs [E] from what the norm gives at a position; 0 for those that it does not use. */
  weights(normed: Vector): Vector
}

export interface Layer {
  attnNorm: Norm | null
  q: Linear
  k: Linear
  v: Linear
  output: Linear
  /** For each head, or one for all heads' numbers at once. */
  queryNorms: Norm[] | null
  keyNorms: Norm[] | null
  /** [H]: logits that no position gets. */
  sinks: Vector | null
  postAttnNorm: Norm | null
  mlpNorm: Norm | null
  mixture: Mixture
  postMlpNorm: Norm | null
  /** i sees j where i − j < window. */
  window: number
  rotary: Rotary | null
}

export interface PlainModel {
  H: number
  K: number
  width: number
  embed(tokenIds: readonly number[]): Matrix
  layers: Layer[]
  finalNorm: Norm
  /** [V][D] */
  head: Matrix
  attentionScale: number
  attentionCap: number
  logitCap: number
  /** Multiplies the logits, before the cap. */
  logitScale: number
  /** Multiplies what a sublayer adds. */
  residualScale: number
  /** Of a gate and what it lets through; `up` is 1 in an MLP without gates. */
  activate(gate: number, up: number): number
  parallel: boolean
}

/** What most models do not have. */
export const usual = { attentionCap: Infinity, logitCap: Infinity, logitScale: 1, residualScale: 1, parallel: false }
export const usualLayer = { queryNorms: null, keyNorms: null, sinks: null, postAttnNorm: null, postMlpNorm: null, window: Infinity }

export const onlyMlp = (mlp: Mlp): Mixture => ({ mlps: [mlp], weights: () => [1] })

export type PlainTensors = ReadonlyMap<string, Tensor>
export type Config = Readonly<Record<string, unknown>>

export const numbers = (config: Config) => (name: string): number => {
  const value = config[name]
  if (typeof value !== 'number') throw new Error(`the test's config has no number ${name}`)
  return value
}

function tensorOf(tensors: PlainTensors, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the test's model has no tensor ${name}`)
  return tensor
}
export const vector = (tensors: PlainTensors, name: string): Vector => [...tensorOf(tensors, name).data]
export function row(tensors: PlainTensors, name: string, index: number): Vector {
  const { shape, data } = tensorOf(tensors, name)
  const width = shape.at(-1)!
  return [...data.subarray(index * width, (index + 1) * width)]
}
export const matrix = (tensors: PlainTensors, name: string): Matrix => {
  const { shape, data } = tensorOf(tensors, name)
  return Array.from({ length: data.length / shape.at(-1)! }, (_, i) => row(tensors, name, i))
}
/** Entry `at` of a tensor of matrices. */
export function matrixAt(tensors: PlainTensors, name: string, at: number): Matrix {
  const rows = tensorOf(tensors, name).shape.at(-2)!
  return matrix(tensors, name).slice(at * rows, (at + 1) * rows)
}
export const linearOf = (tensors: PlainTensors, name: string): Linear =>
  ({ weight: matrix(tensors, `${name}.weight`), bias: tensors.has(`${name}.bias`) ? vector(tensors, `${name}.bias`) : null })
export const rowsOf = ({ weight, bias }: Linear, from: number, count: number): Linear =>
  ({ weight: weight.slice(from, from + count), bias: bias && bias.slice(from, from + count) })
/** Some rows, one after another. */
export const chosenRows = ({ weight, bias }: Linear, rows: readonly number[]): Linear =>
  ({ weight: rows.map((r) => weight[r]!), bias: bias && rows.map((r) => bias[r]!) })
export const transpose = (m: Matrix): Matrix => m[0]!.map((_, column) => m.map((line) => line[column]!))

/** A plain loop: nearly all time of the naive implementations goes here. */
export function dot(a: Vector, b: Vector): number {
  let total = 0
  for (let d = 0; d < a.length; d++) total += a[d]! * b[d]!
  return total
}
export const sum = (a: Vector, b: Vector): Vector => a.map((x, d) => x + b[d]!)
export const times = (a: Vector, factor: number): Vector => a.map((x) => x * factor)
