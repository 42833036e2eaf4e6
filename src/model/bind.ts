/** Turns a model's weight references into the sources that a program is bound to. */
import type { Ops } from '../tensor/ops.ts'
import { need, type WeightSource } from '../tensor/program.ts'
import type { NormWeights } from './fold.ts'
import { readTensorAsFloat32 } from './safetensors-read.ts'
import type { Linear, Norm, WeightRef } from './weight-ref.ts'

function source(weight: WeightRef): WeightSource {
  if (weight.source === 'data') return { kind: 'data', data: weight.data, shape: weight.shape }
  const { file, byteOffset, byteLength, dtype, shape, name } = weight.entry
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw new Error(`the tensor ${name} has the element type ${dtype}: openModelFolder admits floats only`)
  }
  return { kind: 'file', file, byteOffset, byteLength, dtype, shape, read: () => readTensorAsFloat32(weight.entry) }
}

/** Collects the weights of one program by name, and looks them up among the program's tensors. */
export class Binding {
  readonly weights: Record<string, WeightSource> = {}
  private readonly transposed = new Set<string>()
  private readonly factors = new Map<string, number>()

  linear(name: string, { weight, bias }: Linear): void {
    this.vector(name, weight)
    if (weight.orientation === 'out,in') this.transposed.add(name)
    if (bias !== null) this.vector(`${name}.bias`, bias)
  }

  norm(name: string, norm: Norm | null): void {
    if (norm?.gain != null) this.vector(name, norm.gain)
    if (norm?.bias != null) this.vector(`${name}.bias`, norm.bias)
  }

  vector(name: string, weight: WeightRef): void {
    this.weights[name] = source(weight)
    if (weight.factor !== undefined) this.factors.set(name, weight.factor)
  }

  /** [in, out] */
  matrix<T>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, name: string): T {
    const weight = this.multiplied(ops, name, need(tensors, name))
    return this.transposed.has(name) ? ops.transpose(weight, [1, 0]) : weight
  }

  /** [out], or null if the map has no bias. */
  bias<T>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, name: string): T | null {
    const bias = tensors[`${name}.bias`]
    return bias === undefined ? null : this.multiplied(ops, `${name}.bias`, bias)
  }

  /** The weights of the norm bound by that name; gain and bias are null if it has none, or if there is no norm. */
  normWeights<T>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, name: string): NormWeights<T> {
    return { gain: tensors[name] ?? null, bias: this.bias(ops, tensors, name) }
  }

  private multiplied<T>(ops: Ops<T>, name: string, weight: T): T {
    const factor = this.factors.get(name)
    return factor === undefined ? weight : ops.mul(weight, ops.scalar(factor))
  }
}
