/** Pieces of backward passes. */
import type { Ops } from './ops.ts'
import type { Shape } from './shapes.ts'

/** Sums `a` of shape `from` over the axes along which a tensor of shape `to` was repeated. */
export function reduceTo<T>(ops: Ops<T>, a: T, from: Shape, to: Shape): T {
  const lead = from.length - to.length
  const repeated = from.flatMap((extent, axis) => (axis < lead || (to[axis - lead] === 1 && extent !== 1) ? [axis] : []))
  if (repeated.length === 0) return a
  // Leading axes that are adjacent can be summed as one axis.
  let summed = a
  let rest = repeated
  const front = repeated.filter((axis, i) => axis === i).length
  if (front > 1) {
    summed = ops.sum(ops.reshape(a, [-1, ...from.slice(front)]), 0)
    summed = ops.reshape(summed, [...repeated.slice(0, front).map(() => 1), ...from.slice(front)])
    rest = repeated.slice(front)
  }
  for (const axis of rest) summed = ops.sum(summed, axis)
  return ops.reshape(summed, to)
}

export function transposeLast<T>(ops: Ops<T>, a: T, shape: Shape): T {
  const axes = shape.map((_, axis) => axis)
  return ops.transpose(a, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])
}

/** `a` with zeros before and after it along `axis`. The other extents of the zeros come from `a`. */
export function padLike<T>(ops: Ops<T>, a: T, rank: number, axis: number, before: number, after: number): T {
  const row = ops.slice(a, axis, 0, 1)
  const zeros = (count: number) => ops.mul(row, ops.constant(new Float32Array(count),
    Array.from({ length: rank }, (_, i) => (i === axis ? count : 1))))
  return ops.concat([...(before > 0 ? [zeros(before)] : []), a, ...(after > 0 ? [zeros(after)] : [])], axis)
}
