/** The operations in float64 on plain arrays, element by element: what every engine is compared with. */
import type { Ops } from '../../src/tensor/ops.ts'

export interface Plain {
  data: Float64Array
  shape: readonly number[]
}

const count = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1)
const at = (rank: number, axis: number) => (axis < 0 ? rank + axis : axis)

/** Every index of a shape, in row-major order. */
function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < count(shape); flat++) {
    const index: number[] = []
    let rest = flat
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    yield index
  }
}

/** Element of `a` at an index of a shape that it broadcasts to. */
function read({ data, shape }: Plain, index: readonly number[]): number {
  const lead = index.length - shape.length
  let flat = 0
  for (let axis = 0; axis < shape.length; axis++) flat = flat * shape[axis]! + (shape[axis] === 1 ? 0 : index[lead + axis]!)
  return data[flat]!
}

function make(shape: readonly number[], value: (index: number[]) => number): Plain {
  const data = new Float64Array(count(shape))
  let flat = 0
  for (const index of indices(shape)) data[flat++] = value(index)
  return { data, shape }
}

function broadcast(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const extents = shapes.map((shape) => shape[shape.length - rank + i] ?? 1)
    return extents.find((extent) => extent !== 1) ?? 1
  })
}

const zip = (f: (x: number, y: number) => number) => (a: Plain, b: Plain) =>
  make(broadcast(a.shape, b.shape), (index) => f(read(a, index), read(b, index)))
const map = (f: (x: number) => number) => (a: Plain): Plain => ({ data: a.data.map(f), shape: a.shape })

/** Over one axis, which stays with size 1. */
const reduce = (f: (line: number[]) => number) => (a: Plain, axis: number) => {
  const along = at(a.shape.length, axis)
  return make(a.shape.with(along, 1), (index) =>
    f(Array.from({ length: a.shape[along]! }, (_, i) => read(a, index.with(along, i)))))
}
const total = (line: number[]) => line.reduce((sum, x) => sum + x, 0)

/** Abramowitz and Stegun 7.1.5 and a continued fraction (7.1.14): exact to float64 rounding but for the last digits. */
export function erf(x: number): number {
  const z = Math.abs(x)
  if (z > 3) {
    let fraction = 0
    for (let k = 60; k > 0; k--) fraction = (k / 2) / (z + fraction)
    return Math.sign(x) * (1 - Math.exp(-z * z) / ((z + fraction) * Math.sqrt(Math.PI)))
  }
  let term = z
  let sum = z
  for (let k = 1; k < 120; k++) {
    term *= (-z * z) / k
    sum += term / (2 * k + 1)
  }
  return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI)
}

export const plainOps: Ops<Plain> = {
  matmul(a, b) {
    const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!]
    return make(shape, (index) => {
      const [row, column] = index.slice(-2)
      const batch = index.slice(0, -2)
      let sum = 0
      for (let k = 0; k < a.shape.at(-1)!; k++) {
        sum += readMatrix(a, batch, row!, k) * readMatrix(b, batch, k, column!)
      }
      return sum
    })
  },
  add: zip((x, y) => x + y),
  sub: zip((x, y) => x - y),
  mul: zip((x, y) => x * y),
  div: zip((x, y) => x / y),
  exp: map(Math.exp),
  tanh: map(Math.tanh),
  erf: map(erf),
  sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  relu: map((x) => Math.max(x, 0)),
  abs: map(Math.abs),
  neg: map((x) => -x),
  rsqrt: map((x) => 1 / Math.sqrt(x)),
  softmax(a) {
    const largest = plainOps.max(a, -1)
    const powers = plainOps.exp(plainOps.sub(a, largest))
    return plainOps.div(powers, plainOps.sum(powers, -1))
  },
  sum: reduce(total),
  mean: reduce((line) => total(line) / line.length),
  max: reduce((line) => Math.max(...line)),
  min: reduce((line) => Math.min(...line)),
  smallerThan: (a, limit) => map((x) => (Math.abs(x) < Math.fround(limit) ? 1 : 0))(a),
  greaterThan: zip((x, y) => (x > y ? 1 : 0)),
  kthLargest: (a, k) => reduce((line) => [...line].sort((x, y) => y - x)[k - 1]!)(a, -1),
  where: (condition, a, b) =>
    make(broadcast(condition.shape, a.shape, b.shape), (index) => (read(condition, index) ? read(a, index) : read(b, index))),
  reshape(a, shape) {
    const kept = shape.map((extent, axis) => (extent === 0 ? a.shape[axis]! : extent))
    const left = a.data.length / count(kept.filter((extent) => extent !== -1))
    return { data: a.data, shape: kept.map((extent) => (extent === -1 ? left : extent)) }
  },
  unsqueeze(a, axes) {
    const rank = a.shape.length + axes.length
    const rest = [...a.shape]
    const added = axes.map((axis) => at(rank, axis))
    return { data: a.data, shape: Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : rest.shift()!)) }
  },
  transpose: (a, permutation) =>
    make(permutation.map((axis) => a.shape[axis]!), (index) =>
      read(a, a.shape.map((_, axis) => index[permutation.indexOf(axis)]!))),
  concat(parts, axis) {
    const along = at(parts[0]!.shape.length, axis)
    const extents = parts.map((part) => part.shape[along]!)
    return make(parts[0]!.shape.with(along, total(extents)), (index) => {
      let place = index[along]!
      const which = extents.findIndex((extent) => place < extent || ((place -= extent), false))
      return read(parts[which]!, index.with(along, place))
    })
  },
  gather(a, places, axis = 0) {
    const along = at(a.shape.length, axis)
    const width = places.shape.length
    return make([...a.shape.slice(0, along), ...places.shape, ...a.shape.slice(along + 1)], (index) =>
      read(a, [...index.slice(0, along), read(places, index.slice(along, along + width)), ...index.slice(along + width)]))
  },
  lastLike(a, axis, like, likeAxis) {
    const extent = a.shape[at(a.shape.length, axis)]!
    return plainOps.slice(a, axis, extent - like.shape[at(like.shape.length, likeAxis)]!, extent)
  },
  slice(a, axis, from, to) {
    const along = at(a.shape.length, axis)
    const extent = Math.min(to, a.shape[along]!) - from
    return make(a.shape.with(along, extent), (index) => read(a, index.with(along, index[along]! + from)))
  },
  scalar: (value) => ({ data: Float64Array.of(Math.fround(value)), shape: [] }),
  constant: (data, shape) => ({ data: Float64Array.from(data), shape }),
}

/** Element (row, column) of the matrix at a batch index that `a`'s batch axes broadcast to. */
function readMatrix(a: Plain, batch: readonly number[], row: number, column: number): number {
  const axes = a.shape.slice(0, -2)
  const own = batch.slice(batch.length - axes.length).map((i, axis) => (axes[axis] === 1 ? 0 : i))
  let flat = 0
  for (const [axis, i] of [...own, row, column].entries()) flat = flat * a.shape[axis]! + i
  return a.data[flat]!
}
