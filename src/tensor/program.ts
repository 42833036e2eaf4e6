/** A computation written once against `Ops`, with the tensors that it takes and the weights that it is bound to. */
import type { ElementKind, Ops } from './ops.ts'

/** Weights where they lie (a byte range of a safetensors file) or already in memory. */
export type WeightSource =
  | {
      kind: 'file'
      /** Absolute, symbolic links resolved. */
      file: string
      byteOffset: number
      byteLength: number
      dtype: 'F32' | 'F16' | 'BF16'
      shape: readonly number[]
      /** The values as float32, for engines that cannot map the file. */
      read(): Promise<Float32Array>
    }
  | { kind: 'data'; data: Float32Array; shape: readonly number[] }

export interface InputSpec {
  dtype: ElementKind
  /** One entry an axis: a number, or the letter of a size that varies. */
  shape: readonly (number | string)[]
}

export interface Program {
  name: string
  inputs: Readonly<Record<string, InputSpec>>
  /** Rank of every output, by name. */
  outputs: Readonly<Record<string, number>>
  weights: Readonly<Record<string, WeightSource>>
  /**
   * The program multiplies by its weights as they lie in their files, and `prepare` makes next to nothing of them: an engine
   * that can map files then has nothing to prepare before the first run.
   */
  takesWeightsAsStored?: boolean
  /**
   * What can be computed from the weights alone (transposed, gains folded in …). Done once, when the program is compiled.
   */
  prepare<T>(ops: Ops<T>, weights: Readonly<Record<string, T>>): Record<string, T>
  run<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>, prepared: Readonly<Record<string, T>>): Record<string, T>
}

/** The tensor of that name, or a defect. */
export function need<T>(tensors: Readonly<Record<string, T | undefined>>, name: string): T {
  const found = tensors[name]
  if (found === undefined) throw new Error(`the program asks for a tensor '${name}' it does not have`)
  return found
}

export const index = (...shape: (number | string)[]): InputSpec => ({ dtype: 'int32', shape })
export const real = (...shape: (number | string)[]): InputSpec => ({ dtype: 'float32', shape })

/** Without the entries that are null. */
export function compact<T>(entries: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).flatMap(([k, v]) => (v === null ? [] : [[k, v] as const])))
}
