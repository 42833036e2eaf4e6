/** Weight references of a model as the sources that a program is bound to. */
import type { Ops } from '../tensor/ops.ts'
import { need, type WeightSource } from '../tensor/program.ts'
import type { NormWeights } from './fold.ts'
import { readTensorAsFloat32 } from './safetensors-read.ts'
import type { Linear, Norm, WeightRef } from './weights.ts'

function source(weight: WeightRef): WeightSource {
  if (weight.source === 'data') return { kind: 'data', data: weight.data, shape: weight.shape }
  const { file, byteOffset, byteLength, dtype, shape, name } = weight.entry
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw new Error(`the tensor ${name} has the element type ${dtype}: openModelFolder admits floats only`)
  }
  return { kind: 'file', file, byteOffset, byteLength, dtype, shape, read: () => readTensorAsFloat32(weight.entry) }
}

/** Collects the weights of one program by name, and hands them back as the program's tensors. */
export class Binding {
  readonly weights: Record<string, WeightSource> = {}
  private readonly transposed = new Set<string>()

  linear(name: string, { weight, bias }: Linear): void {
    this.weights[name] = source(weight)
    if (weight.orientation === 'out,in') this.transposed.add(name)
    if (bias !== null) this.weights[`${name}.bias`] = source(bias)
  }

  norm(name: string, { gain, bias }: Norm): void {
    this.weights[name] = source(gain)
    if (bias !== null) this.weights[`${name}.bias`] = source(bias)
  }

  /** [in, out] */
  matrix<T>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, name: string): T {
    const weight = need(tensors, name)
    return this.transposed.has(name) ? ops.transpose(weight, [1, 0]) : weight
  }

  /** [out], or null where the map has none */
  bias<T>(tensors: Readonly<Record<string, T>>, name: string): T | null {
    return tensors[`${name}.bias`] ?? null
  }

  normWeights<T>(tensors: Readonly<Record<string, T>>, name: string): NormWeights<T> {
    return { gain: need(tensors, name), bias: this.bias(tensors, name) }
  }
}
