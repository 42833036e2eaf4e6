/**
 * Reverse-mode differentiation of programs written against `Ops`. A tape is itself an `Ops`. Running a function on it
 * computes the function with the operations underneath. For every value, the tape also remembers how a cotangent of
 * the value (the derivative of some scalar with respect to it) becomes cotangents of its operands. These are computed
 * with the same operations, so on a tracer the forward pass, backward pass and update become one graph.
 *
 * Undoing a broadcast needs sizes. So a tape's inputs come with their shapes, and sizes are numbers here.
 */
import type { Ops } from './ops.ts'
import {
  axisOf, broadcastShape, concatShape, matmulShape, reshapeShape, sliceShape, unsqueezeShape, type Shape,
} from './shapes.ts'
import { padLike, reduceTo, transposeLast } from './gradient-parts.ts'

export interface Taped<T> {
  readonly value: T
  readonly shape: Shape
  /** Its place on the tape; null if no gradient is wanted through it. */
  readonly place: number | null
}

/** Turns a cotangent of the result into one of the operand. */
type Pullback<T> = (cotangent: T) => T

interface Entry<T> {
  operands: readonly { place: number; pullback: Pullback<T> }[]
}

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI)
/** Values with |a| below this count as 0 where a derivative jumps. */
const ZERO = 1.2e-38

export class Tape<T> implements Ops<Taped<T>> {
  private readonly ops: Ops<T>
  private readonly entries: Entry<T>[] = []

  constructor(ops: Ops<T>) {
    this.ops = ops
  }

  /** A tensor that gradients are wanted for. */
  variable(value: T, shape: Shape): Taped<T> {
    return { value, shape, place: this.entries.push({ operands: [] }) - 1 }
  }

  /** A constant tensor: no gradient passes through it. */
  given(value: T, shape: Shape): Taped<T> {
    return { value, shape, place: null }
  }

  /** Σ cotangent · ∂output/∂variable for each of `variables`; `cotangent` has the shape of `output`. */
  gradients(output: Taped<T>, cotangent: T, variables: readonly Taped<T>[]): T[] {
    const cotangents: (T | undefined)[] = Array(this.entries.length)
    if (output.place !== null) cotangents[output.place] = cotangent
    for (let place = output.place ?? -1; place >= 0; place--) {
      const arrived = cotangents[place]
      if (arrived === undefined) continue
      for (const { place: operand, pullback } of this.entries[place]!.operands) {
        const earlier = cotangents[operand]
        const part = pullback(arrived)
        cotangents[operand] = earlier === undefined ? part : this.ops.add(earlier, part)
      }
    }
    return variables.map(({ place, shape }) => {
      const found = place === null ? undefined : cotangents[place]
      return found ?? this.ops.constant(new Float32Array(shape.reduce((n, d) => n * d, 1)), shape)
    })
  }

  matmul(a: Taped<T>, b: Taped<T>) {
    const { ops } = this
    const shape = matmulShape(a.shape, b.shape)
    return this.entry(ops.matmul(a.value, b.value), shape, [
      [a, (c) => reduceTo(ops, ops.matmul(c, transposeLast(ops, b.value, b.shape)),
        [...shape.slice(0, -1), a.shape.at(-1)!], a.shape)],
      [b, (c) => this.matmulRight(a, b, c, shape)],
    ])
  }

  add(a: Taped<T>, b: Taped<T>) {
    const shape = broadcastShape(a.shape, b.shape)
    return this.entry(this.ops.add(a.value, b.value), shape, [
      [a, (c) => this.reduced(c, shape, a)],
      [b, (c) => this.reduced(c, shape, b)],
    ])
  }

  sub(a: Taped<T>, b: Taped<T>) {
    const shape = broadcastShape(a.shape, b.shape)
    return this.entry(this.ops.sub(a.value, b.value), shape, [
      [a, (c) => this.reduced(c, shape, a)],
      [b, (c) => this.ops.neg(this.reduced(c, shape, b))],
    ])
  }

  mul(a: Taped<T>, b: Taped<T>) {
    const shape = broadcastShape(a.shape, b.shape)
    return this.entry(this.ops.mul(a.value, b.value), shape, [
      [a, (c) => this.reduced(this.ops.mul(c, b.value), shape, a)],
      [b, (c) => this.reduced(this.ops.mul(c, a.value), shape, b)],
    ])
  }

  div(a: Taped<T>, b: Taped<T>) {
    const { ops } = this
    const shape = broadcastShape(a.shape, b.shape)
    const value = ops.div(a.value, b.value)
    return this.entry(value, shape, [
      [a, (c) => this.reduced(ops.div(c, b.value), shape, a)],
      [b, (c) => this.reduced(ops.neg(ops.div(ops.mul(c, value), b.value)), shape, b)],
    ])
  }

  exp(a: Taped<T>) {
    const value = this.ops.exp(a.value)
    return this.elementwise(a, value, (c) => this.ops.mul(c, value))
  }

  tanh(a: Taped<T>) {
    const { ops } = this
    const value = ops.tanh(a.value)
    return this.elementwise(a, value, (c) => ops.mul(c, ops.sub(ops.scalar(1), ops.mul(value, value))))
  }

  erf(a: Taped<T>) {
    const { ops } = this
    return this.elementwise(a, ops.erf(a.value), (c) =>
      ops.mul(c, ops.mul(ops.scalar(TWO_OVER_SQRT_PI), ops.exp(ops.neg(ops.mul(a.value, a.value))))))
  }

  sigmoid(a: Taped<T>) {
    const { ops } = this
    const value = ops.sigmoid(a.value)
    return this.elementwise(a, value, (c) => ops.mul(c, ops.mul(value, ops.sub(ops.scalar(1), value))))
  }

  relu(a: Taped<T>) {
    const { ops } = this
    const value = ops.relu(a.value)
    return this.elementwise(a, value, (c) => ops.where(ops.smallerThan(value, ZERO), ops.scalar(0), c))
  }

  /** Derivative 0 at 0. */
  abs(a: Taped<T>) {
    const { ops } = this
    const value = ops.abs(a.value)
    return this.elementwise(a, value, (c) =>
      ops.where(ops.smallerThan(value, ZERO), ops.scalar(0), ops.div(ops.mul(c, a.value), value)))
  }

  neg(a: Taped<T>) {
    return this.elementwise(a, this.ops.neg(a.value), (c) => this.ops.neg(c))
  }

  rsqrt(a: Taped<T>) {
    const { ops } = this
    const value = ops.rsqrt(a.value)
    const slope = () => ops.mul(ops.scalar(-0.5), ops.mul(value, ops.mul(value, value)))
    return this.elementwise(a, value, (c) => ops.mul(c, slope()))
  }

  softmax(a: Taped<T>) {
    const { ops } = this
    const value = ops.softmax(a.value)
    return this.elementwise(a, value, (c) => {
      const weighted = ops.mul(c, value)
      return ops.sub(weighted, ops.mul(value, ops.sum(weighted, a.shape.length - 1)))
    })
  }

  sum(a: Taped<T>, axis: number) {
    return this.reduction(a, axis, this.ops.sum(a.value, axis), (c) => c)
  }

  mean(a: Taped<T>, axis: number) {
    const share = 1 / a.shape[axisOf(a.shape, axis)]!
    return this.reduction(a, axis, this.ops.mean(a.value, axis), (c) => this.ops.mul(c, this.ops.scalar(share)))
  }

  max(a: Taped<T>, axis: number) {
    return this.extreme(a, axis, this.ops.max(a.value, axis))
  }

  min(a: Taped<T>, axis: number) {
    return this.extreme(a, axis, this.ops.min(a.value, axis))
  }

  /** Piecewise constant: no gradient passes. */
  smallerThan(a: Taped<T>, limit: number) {
    return this.given(this.ops.smallerThan(a.value, limit), a.shape)
  }

  /** Piecewise constant, too. */
  greaterThan(a: Taped<T>, b: Taped<T>) {
    return this.given(this.ops.greaterThan(a.value, b.value), broadcastShape(a.shape, b.shape))
  }

  kthLargest(a: Taped<T>, k: number) {
    return this.extreme(a, -1, this.ops.kthLargest(a.value, k))
  }

  where(condition: Taped<T>, a: Taped<T>, b: Taped<T>) {
    const { ops } = this
    const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape))
    const zero = () => ops.scalar(0)
    return this.entry(ops.where(condition.value, a.value, b.value), shape, [
      [a, (c) => this.reduced(ops.where(condition.value, c, zero()), shape, a)],
      [b, (c) => this.reduced(ops.where(condition.value, zero(), c), shape, b)],
    ])
  }

  reshape(a: Taped<T>, shape: Shape) {
    const made = reshapeShape(a.shape, shape)
    return this.entry(this.ops.reshape(a.value, made), made, [[a, (c) => this.ops.reshape(c, a.shape)]])
  }

  unsqueeze(a: Taped<T>, axes: readonly number[]) {
    return this.entry(this.ops.unsqueeze(a.value, axes), unsqueezeShape(a.shape, axes), [
      [a, (c) => this.ops.reshape(c, a.shape)],
    ])
  }

  transpose(a: Taped<T>, permutation: readonly number[]) {
    const back = permutation.map((_, axis) => permutation.indexOf(axis))
    return this.entry(this.ops.transpose(a.value, permutation), permutation.map((axis) => a.shape[axis]!), [
      [a, (c) => this.ops.transpose(c, back)],
    ])
  }

  concat(parts: readonly Taped<T>[], axis: number) {
    const shape = concatShape(parts.map((part) => part.shape), axis)
    const at = axisOf(shape, axis)
    let from = 0
    const pulls = parts.map((part): [Taped<T>, Pullback<T>] => {
      const start = from
      from += part.shape[at]!
      const end = from
      return [part, (c) => this.ops.slice(c, at, start, end)]
    })
    return this.entry(this.ops.concat(parts.map((part) => part.value), axis), shape, pulls)
  }

  /**
   * There is no gradient of the tensor that is gathered from. If one is needed, write the gather as a product with
   * one-hot rows.
   */
  gather(a: Taped<T>, indices: Taped<T>, axis = 0) {
    if (a.place !== null) {
      throw new Error('gather has no gradient of the tensor it reads; multiply one-hot rows with the tensor instead')
    }
    const at = axisOf(a.shape, axis)
    const shape = [...a.shape.slice(0, at), ...indices.shape, ...a.shape.slice(at + 1)]
    return this.given(this.ops.gather(a.value, indices.value, axis), shape)
  }

  lastLike(a: Taped<T>, axis: number, like: Taped<T>, likeAxis: number) {
    const extent = a.shape[axisOf(a.shape, axis)]!
    return this.slice(a, axis, extent - like.shape[axisOf(like.shape, likeAxis)]!, extent)
  }

  slice(a: Taped<T>, axis: number, from: number, to: number) {
    const at = axisOf(a.shape, axis)
    const shape = sliceShape(a.shape, at, from, to)
    const after = a.shape[at]! - from - shape[at]!
    return this.entry(this.ops.slice(a.value, axis, from, to), shape, [
      [a, (c) => padLike(this.ops, c, shape.length, at, from, after)],
    ])
  }

  scalar(value: number) {
    return this.given(this.ops.scalar(value), [])
  }

  constant(data: Float32Array, shape: Shape) {
    return this.given(this.ops.constant(data, shape), shape)
  }

  private entry(value: T, shape: Shape, pulls: readonly [Taped<T>, Pullback<T>][]): Taped<T> {
    const operands = pulls.flatMap(([{ place }, pullback]) => (place === null ? [] : [{ place, pullback }]))
    return { value, shape, place: operands.length === 0 ? null : this.entries.push({ operands }) - 1 }
  }

  private elementwise(a: Taped<T>, value: T, pullback: Pullback<T>): Taped<T> {
    return this.entry(value, a.shape, [[a, pullback]])
  }

  private reduced(cotangent: T, from: Shape, operand: Taped<T>): T {
    return reduceTo(this.ops, cotangent, from, operand.shape)
  }

  /** Cotangent of `b` in a·b: aᵀ·c. If `b` is a single matrix, the rows of all batches go into one product. */
  private matmulRight(a: Taped<T>, b: Taped<T>, c: T, shape: Shape): T {
    const { ops } = this
    if (b.shape.length === 2) {
      const rows = ops.reshape(a.value, [-1, a.shape.at(-1)!])
      return ops.matmul(ops.transpose(rows, [1, 0]), ops.reshape(c, [-1, shape.at(-1)!]))
    }
    const made = [...shape.slice(0, -2), a.shape.at(-1)!, shape.at(-1)!]
    return reduceTo(ops, ops.matmul(transposeLast(ops, a.value, a.shape), c), made, b.shape)
  }

  private reduction(a: Taped<T>, axis: number, value: T, pullback: Pullback<T>): Taped<T> {
    const shape = a.shape.with(axisOf(a.shape, axis), 1)
    const ones = () => this.ops.constant(new Float32Array(a.shape.at(axis)!).fill(1), onAxis(a.shape, axis))
    return this.entry(value, shape, [[a, (c) => this.ops.mul(pullback(c), ones())]])
  }

  /** The cotangent is shared evenly among equal extremes. */
  private extreme(a: Taped<T>, axis: number, value: T): Taped<T> {
    const { ops } = this
    const shape = a.shape.with(axisOf(a.shape, axis), 1)
    return this.entry(value, shape, [[a, (c) => {
      const chosen = ops.smallerThan(ops.sub(a.value, value), ZERO)
      return ops.div(ops.mul(c, chosen), ops.sum(chosen, axis))
    }]])
  }
}

/** A shape with 1 everywhere except the extent of `axis`. */
const onAxis = (shape: Shape, axis: number): number[] => {
  const at = axisOf(shape, axis)
  return shape.map((extent, i) => (i === at ? extent : 1))
}
