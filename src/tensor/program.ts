/** A computation written once against `Ops`, with its input tensors and the weights that it is bound to. */
import type { ElementKind, Ops } from './ops.ts'

/** Weights in place (a byte range of a safetensors file), or already in memory. */
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
   * The program multiplies by its weights as they are stored in their files, and `prepare` does almost nothing. An engine
   * that can map files then has nothing to prepare before the first run.
   */
  takesWeightsAsStored?: boolean
  /**
   * Computes whatever depends on the weights alone (transposes, folded gains …). Runs once, when the program is compiled.
   */
  prepare<T>(ops: Ops<T>, weights: Readonly<Record<string, T>>): Record<string, T>
  run<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>, prepared: Readonly<Record<string, T>>): Record<string, T>
}

/** The tensor of that name. A missing one is a defect of the program. */
export function need<T>(tensors: Readonly<Record<string, T | undefined>>, name: string): T {
  const found = tensors[name]
  if (found === undefined) throw new Error(`the program asks for a tensor '${name}' it does not have`)
  return found
}

export const index = (...shape: (number | string)[]): InputSpec => ({ dtype: 'int32', shape })
export const real = (...shape: (number | string)[]): InputSpec => ({ dtype: 'float32', shape })

/** The entries that are not null. */
export function compact<T>(entries: Record<string, T | null>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).flatMap(([k, v]) => (v === null ? [] : [[k, v] as const])))
}
