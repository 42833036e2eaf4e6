/**
 * The operations that the decomposed pass is written in. A program is a function from these operations and named tensors to
 * named tensors; an engine either runs it step by step (tfjs) or traces it once into a graph (onnx). Sizes stay symbolic: a
 * program never reads a dimension, it only names axes. In `reshape`, 0 keeps the dimension at that place and -1 stands for
 * the rest, as in ONNX. A tensor may have no rows, but an axis that is summed over has a size of at least 1, because a GPU
 * divides by it.
 */
export interface Ops<T> {
  /** Batched matrix product over the last two axes; the axes before broadcast. */
  matmul(a: T, b: T): T
  add(a: T, b: T): T
  sub(a: T, b: T): T
  mul(a: T, b: T): T
  div(a: T, b: T): T
  exp(a: T): T
  tanh(a: T): T
  erf(a: T): T
  sigmoid(a: T): T
  relu(a: T): T
  abs(a: T): T
  neg(a: T): T
  /** 1 ÷ √a */
  rsqrt(a: T): T
  /** Over the last axis. */
  softmax(a: T): T
  /** Reductions keep the axis with size 1. */
  sum(a: T, axis: number): T
  mean(a: T, axis: number): T
  max(a: T, axis: number): T
  min(a: T, axis: number): T
  /** 1 where |a| < limit, else 0. */
  smallerThan(a: T, limit: number): T
  /** 1 where a > b, else 0; the axes broadcast. */
  greaterThan(a: T, b: T): T
  /**
   * The k-th largest over the last axis, which has at least k entries and keeps size 1; each of several equal values
   * counts. There must be at least one row, because onnxruntime ends the process if there is none.
   */
  kthLargest(a: T, k: number): T
  /** `condition` holds 0 or 1. */
  where(condition: T, a: T, b: T): T
  reshape(a: T, shape: readonly number[]): T
  /** Inserts axes of size 1 at these places of the result. */
  unsqueeze(a: T, axes: readonly number[]): T
  transpose(a: T, permutation: readonly number[]): T
  concat(parts: readonly T[], axis: number): T
  /** Slices of `a` along `axis` at int32 indices; the indices' shape replaces the axis. */
  gather(a: T, indices: T, axis?: number): T
  /** The last `count(like, likeAxis)` entries of `a` along `axis`. */
  lastLike(a: T, axis: number, like: T, likeAxis: number): T
  /** Entries [from, to) along `axis`; `to` may be Infinity. */
  slice(a: T, axis: number, from: number, to: number): T
  scalar(value: number): T
  /** A constant of the program, shape as given. */
  constant(data: Float32Array, shape: readonly number[]): T
}

/** Below this a float32 loses digits; smaller values count as 0. */
export const SMALLEST_NORMAL = 1.2e-38

export type ElementKind = 'float32' | 'int32'

/** A tensor in host memory. */
export interface HostTensor {
  data: Float32Array | Int32Array
  shape: readonly number[]
}

export const float32 = (data: Float32Array, shape: readonly number[]): HostTensor => ({ data, shape })
export const int32 = (data: Int32Array, shape: readonly number[]): HostTensor => ({ data, shape })
