/** What every engine must compute: each operation on ordinary shapes and on those at which implementations part. */
import { float32, int32, type HostTensor, type Ops } from '../../src/tensor/ops.ts'
import { Random } from '../random.ts'

/** Of the largest value expected: some units in the last place of a float32. */
const ROUNDING = 1e-6
/** TensorFlow.js computes erf by a polynomial that is right to 1.5e-7 absolutely. */
const ERF = 5e-7

export interface Case {
  name: string
  /** Run one after another on the same compiled program: sizes vary, ranks do not. */
  inputs: readonly Readonly<Record<string, HostTensor>>[]
  run<T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>): T
  tolerance: number
}

const random = new Random(1)
const count = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1)
const real = (...shape: number[]) => float32(random.normals(count(shape)), shape)
const positive = (...shape: number[]) => float32(random.normals(count(shape)).map((x) => Math.abs(x) + 0.1), shape)
const flags = (...shape: number[]) => float32(Float32Array.from({ length: count(shape) }, () => random.integer(2)), shape)
const places = (below: number, ...shape: number[]) =>
  int32(Int32Array.from({ length: count(shape) }, () => random.integer(below)), shape)

type Body = <T>(ops: Ops<T>, a: T, b: T, c: T) => T
type Operands = HostTensor | readonly HostTensor[]

/** Operands are the inputs a, b, c; each entry of `operands` is one run. */
function test(name: string, operands: readonly Operands[], body: Body, tolerance = ROUNDING): Case {
  return {
    name,
    tolerance,
    inputs: operands.map((list) =>
      Object.fromEntries(('data' in list ? [list] : list).map((tensor, i) => ['abc'[i]!, tensor]))),
    run: (ops, inputs) => body(ops, inputs.a!, inputs.b!, inputs.c!),
  }
}

const binary = (['add', 'sub', 'mul', 'div'] as const).map((name) =>
  test(`${name}, broadcasting`, [
    [real(4, 5), positive(4, 5)], [real(4, 5), positive(1, 5)], [real(4, 1), positive(1, 7)], [real(1, 1), positive(3, 1)],
    [real(0, 5), positive(1, 5)],
  ], (ops, a, b) => ops[name](a, b)))

const ranks: Case[] = [
  test('add of a vector to a tensor of rank 4', [[real(2, 3, 4, 5), real(5)]], (ops, a, b) => ops.add(a, b)),
  test('mul of rank 2 by rank 5 with axes of size 1', [[real(6, 1), real(2, 1, 3, 6, 4)]], (ops, a, b) => ops.mul(a, b)),
  test('scalars', [real(3, 2)], (ops, a) => ops.add(ops.mul(a, ops.scalar(0.1)), ops.scalar(-2))),
  test('a constant', [real(3, 2)], (ops, a) => ops.mul(a, ops.constant(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]))),
]

const wide = () => [real(3, 40), float32(Float32Array.of(-30, -9.3, -1, -1e-3, 0, 1e-3, 1, 9.3, 30, 1e-20), [2, 5])]
const unary: Case[] = [
  ...(['tanh', 'sigmoid', 'relu', 'abs', 'neg'] as const).map((name) => test(name, wide(), (ops, a) => ops[name](a))),
  test('exp', [real(3, 40), float32(Float32Array.of(-200, -30, 0, 1e-6, 3, 6), [2, 3])], (ops, a) => ops.exp(a)),
  test('erf', wide(), (ops, a) => ops.erf(a), ERF),
  test('rsqrt', [positive(5, 6), float32(Float32Array.of(1e-10, 1, 1e6), [3, 1])], (ops, a) => ops.rsqrt(a)),
  test('smallerThan', [float32(Float32Array.of(-2, -1, -0.5, 0, 0.5, 1, 2, 1e-39), [2, 4])], (ops, a) => ops.smallerThan(a, 1)),
  test('greaterThan, broadcasting, of equal ones and of ones that differ in the last place',
    [
      [float32(Float32Array.of(1, 2, 3, 3.0000002, -0, 1e-39), [2, 3]), float32(Float32Array.of(1, 3, 3), [1, 3])],
      [real(4, 1), real(1, 5)],
    ],
    (ops, a, b) => ops.greaterThan(a, b)),
  test('kthLargest', [real(3, 9), real(1, 3), float32(Float32Array.of(2, -1, 2, 2, 0, 5), [2, 3])],
    (ops, a) => ops.kthLargest(a, 3)),
  test('kthLargest of three axes', [real(2, 3, 20)], (ops, a) => ops.kthLargest(a, 7)),
  test('where', [[flags(4, 5), real(4, 5), real(4, 5)], [flags(4, 1), real(4, 3), real(1, 3)], [flags(2, 3), real(1, 1), real(2, 1)]],
    (ops, a, b, c) => ops.where(a, b, c)),
]

const reductions: Case[] = (['sum', 'mean', 'max', 'min'] as const).flatMap((name) => [
  test(`${name} of the last axis`, [real(3, 4, 7), real(1, 1, 1)], (ops, a) => ops[name](a, -1)),
  test(`${name} of the first axis`, [real(300, 5), real(1, 5)], (ops, a) => ops[name](a, 0)),
  test(`${name} of an axis in the middle`, [real(2, 9, 3)], (ops, a) => ops[name](a, 1)),
])
const sums: Case[] = [
  test('softmax', [real(3, 2, 9), real(2, 1, 1), float32(Float32Array.of(1e3, 1e3 - 1, -1e30, -1e30), [1, 1, 4])],
    (ops, a) => ops.softmax(a)),
  test('softmax of a row that is masked throughout', [float32(new Float32Array(4).fill(-1e30), [1, 4])], (ops, a) => ops.softmax(a)),
]

const products: Case[] = [
  test('matmul of matrices', [[real(5, 7), real(7, 3)], [real(1, 1), real(1, 1)], [real(64, 33), real(33, 65)]],
    (ops, a, b) => ops.matmul(a, b)),
  test('matmul of no rows', [[real(0, 4), real(4, 3)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul of a batch by a matrix', [[real(2, 3, 4, 5), real(5, 6)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul of a matrix by a batch', [[real(4, 5), real(3, 5, 6)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul of two batches', [[real(3, 1, 4), real(3, 4, 5)], [real(1, 2, 4), real(1, 4, 5)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul where the right batch is shared by the axis in the middle',
    [[real(2, 3, 4, 5, 6), real(2, 3, 1, 6, 7)], [real(1, 3, 1, 5, 6), real(1, 3, 1, 6, 2)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul where the right batch is shared by the first axis', [[real(2, 3, 5, 6), real(1, 3, 6, 7)]],
    (ops, a, b) => ops.matmul(a, b)),
  test('matmul where the left batch is shared', [[real(2, 1, 5, 6), real(2, 4, 6, 3)]], (ops, a, b) => ops.matmul(a, b)),
  test('matmul where each batch is shared by the other', [[real(2, 1, 5, 6), real(1, 4, 6, 3)]], (ops, a, b) => ops.matmul(a, b)),
]

const shapes: Case[] = [
  test('reshape keeps axes with 0 and finds one with -1', [real(2, 3, 4), real(5, 1, 4)], (ops, a) => ops.reshape(a, [0, -1, 2])),
  test('reshape to more axes', [real(2, 3, 12)], (ops, a) => ops.reshape(a, [0, 0, 2, 3, 2])),
  test('reshape of nothing', [real(0, 6)], (ops, a) => ops.reshape(a, [0, 3, 2])),
  test('unsqueeze', [real(2, 3)], (ops, a) => ops.unsqueeze(a, [0, 2])),
  test('unsqueeze at the end', [real(2, 3)], (ops, a) => ops.unsqueeze(a, [-1])),
  test('transpose of a matrix', [real(3, 5), real(1, 5), real(0, 5)], (ops, a) => ops.transpose(a, [1, 0])),
  test('transpose of five axes', [real(2, 3, 4, 2, 3)], (ops, a) => ops.transpose(a, [0, 3, 1, 2, 4])),
  test('transpose of six axes', [real(2, 3, 2, 4, 2, 3), real(1, 3, 1, 4, 2, 3)], (ops, a) => ops.transpose(a, [0, 3, 4, 1, 2, 5])),
  test('concat', [[real(2, 3), real(4, 3)], [real(0, 3), real(4, 3)]], (ops, a, b) => ops.concat([a, b], 0)),
  test('concat of three along the last axis', [[real(2, 3), real(2, 1), real(2, 2)]], (ops, a, b, c) => ops.concat([a, b, c], -1)),
  test('concat of one', [real(2, 3)], (ops, a) => ops.concat([a], 0)),
  test('slice', [real(2, 9, 3)], (ops, a) => ops.slice(a, 1, 2, 5)),
  test('slice to the end', [real(2, 9, 3), real(1, 4, 1)], (ops, a) => ops.slice(a, 1, 3, Infinity)),
  test('slice of the last axis', [real(2, 2, 3, 2, 9)], (ops, a) => ops.slice(a, -1, 4, 9)),
  test('lastLike', [[real(2, 9), real(4, 3)], [real(2, 5), real(5, 1)]], (ops, a, b) => ops.lastLike(a, -1, b, 0)),
  test('lastLike of indices', [[real(2, 2, 9), places(5, 3, 4)]], (ops, a, b) => ops.lastLike(a, 2, b, 1)),
]

const gathers: Case[] = [
  test('gather of rows', [[real(9, 4), places(9, 5)], [real(1, 4), places(1, 3)], [real(9, 4), places(9, 0)]],
    (ops, a, b) => ops.gather(a, b)),
  test('gather of rows into three axes', [[real(9, 4), places(9, 2, 3, 2)]], (ops, a, b) => ops.gather(a, b)),
  test('gather of a vector', [[real(9), places(9, 2, 3)]], (ops, a, b) => ops.gather(a, b)),
  test('gather along another axis', [[real(2, 9, 3), places(9, 4)]], (ops, a, b) => ops.gather(a, b, 1)),
  test('gather along the last axis', [[real(2, 9), places(9, 2, 2)]], (ops, a, b) => ops.gather(a, b, -1)),
]

export const cases: readonly Case[] =
  [...binary, ...ranks, ...unary, ...reductions, ...sums, ...products, ...shapes, ...gathers]
