/**
 * Batched products on TensorFlow.js. Its kernels repeat the whole smaller operand over the batch. That is
 * broadcasting only if this operand has a batch of 1; otherwise the kernels silently give wrong results.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import { broadcastShape, elementCount, matmulShape, type Shape } from '../shapes.ts'
import type { Tfjs } from './backend.ts'

export function batchedMatmul(tf: Tfjs, a: Tensor, b: Tensor): Tensor {
  const shape = matmulShape(a.shape, b.shape)
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const merged = sharedTail(batchA, batchB)
  if (merged !== null) {
    // Batch axes that only `a` has can be rows of `a`: [.., G, J, n] × [.., 1, n, m] = [.., G·J, n] × [.., n, m].
    const rows = tf.reshape(a, [...merged, -1, a.shape.at(-1)!])
    return tf.reshape(tf.matMul(rows, tf.reshape(b, [...merged, ...b.shape.slice(-2)])), shape)
  }
  const batch = broadcastShape(batchA, batchB)
  return tf.matMul(repeat(tf, a, batch), repeat(tf, b, batch))
}

/** The leading axes that both shapes share, if all later axes of `b` are 1; null otherwise. */
function sharedTail(a: Shape, b: Shape): number[] | null {
  if (b.length > a.length) return null
  const aligned = [...Array<number>(a.length - b.length).fill(1), ...b]
  let shared = 0
  while (shared < a.length && a[shared] === aligned[shared]) shared++
  return elementCount(aligned.slice(shared)) === 1 ? a.slice(0, shared) : null
}

function repeat(tf: Tfjs, a: Tensor, batch: readonly number[]): Tensor {
  const shape = [...batch, ...a.shape.slice(-2)]
  return shape.every((extent, i) => extent === a.shape[a.shape.length - shape.length + i]) ? a : tf.broadcastTo(a, shape)
}
