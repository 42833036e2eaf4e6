/** The operations on TensorFlow.js, each computed at once. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Ops } from '../ops.ts'
import { axisOf, reshapeShape, unsqueezeShape } from '../shapes.ts'
import type { Tfjs } from './backend.ts'
import { batchedMatmul } from './matmul.ts'

export class TfjsOps implements Ops<Tensor> {
  private readonly tf: Tfjs
  constructor(tf: Tfjs) {
    this.tf = tf
  }

  matmul(a: Tensor, b: Tensor) { return batchedMatmul(this.tf, a, b) }
  add(a: Tensor, b: Tensor) { return this.tf.add(a, b) }
  sub(a: Tensor, b: Tensor) { return this.tf.sub(a, b) }
  mul(a: Tensor, b: Tensor) { return this.tf.mul(a, b) }
  div(a: Tensor, b: Tensor) { return this.tf.div(a, b) }
  exp(a: Tensor) { return this.tf.exp(a) }
  tanh(a: Tensor) { return this.tf.tanh(a) }
  erf(a: Tensor) { return this.tf.erf(a) }
  sigmoid(a: Tensor) { return this.tf.sigmoid(a) }
  relu(a: Tensor) { return this.tf.relu(a) }
  abs(a: Tensor) { return this.tf.abs(a) }
  neg(a: Tensor) { return this.tf.neg(a) }
  rsqrt(a: Tensor) { return this.tf.rsqrt(a) }
  softmax(a: Tensor) { return this.tf.softmax(a) }

  sum(a: Tensor, axis: number) { return this.tf.sum(a, axis, true) }
  mean(a: Tensor, axis: number) { return this.tf.mean(a, axis, true) }
  max(a: Tensor, axis: number) { return this.tf.max(a, axis, true) }
  min(a: Tensor, axis: number) { return this.tf.min(a, axis, true) }

  smallerThan(a: Tensor, limit: number) {
    return this.tf.cast(this.tf.less(this.tf.abs(a), this.tf.scalar(limit)), 'float32')
  }
  greaterThan(a: Tensor, b: Tensor) { return this.tf.cast(this.tf.greater(a, b), 'float32') }
  kthLargest(a: Tensor, k: number) { return this.slice(this.tf.topk(a, k, true).values, -1, k - 1, k) }
  where(condition: Tensor, a: Tensor, b: Tensor) { return this.tf.where(this.tf.cast(condition, 'bool'), a, b) }

  reshape(a: Tensor, shape: readonly number[]) { return this.tf.reshape(a, reshapeShape(a.shape, shape)) }
  unsqueeze(a: Tensor, axes: readonly number[]) { return this.tf.reshape(a, unsqueezeShape(a.shape, axes)) }
  transpose(a: Tensor, permutation: readonly number[]) { return this.tf.transpose(a, [...permutation]) }
  concat(parts: readonly Tensor[], axis: number) { return this.tf.concat([...parts], axis) }
  gather(a: Tensor, indices: Tensor, axis = 0) { return this.tf.gather(a, indices, axis) }

  lastLike(a: Tensor, axis: number, like: Tensor, likeAxis: number) {
    const extent = a.shape[axisOf(a.shape, axis)]!
    const count = like.shape[axisOf(like.shape, likeAxis)]!
    return this.slice(a, axis, Math.max(0, extent - count), extent)
  }

  slice(a: Tensor, axis: number, from: number, to: number) {
    const at = axisOf(a.shape, axis)
    const end = Math.min(to, a.shape[at]!)
    const begin = a.shape.map((_, i) => (i === at ? Math.min(from, end) : 0))
    return this.tf.slice(a, begin, a.shape.with(at, end - begin[at]!))
  }

  scalar(value: number) { return this.tf.scalar(value) }
  constant(data: Float32Array, shape: readonly number[]) { return this.tf.tensor(data, [...shape], 'float32') }
}
