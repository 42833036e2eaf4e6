/** Gradients of every operation against central differences. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/tensor/engine.ts'
import { Tape, type Taped } from '../../src/tensor/gradient.ts'
import { elementCount } from '../../src/tensor/shapes.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { float32, type HostTensor, type Ops } from '../../src/tensor/ops.ts'
import { need, real, type Program } from '../../src/tensor/program.ts'

/** Central differences of float32 sums lose about half of the digits. */
const TOLERANCE = 5e-3
const STEP = 1e-2

let engine: Engine
beforeAll(async () => {
  engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
})
afterAll(() => engine.close())

type Formula = <T>(ops: Ops<T>, x: T, y: T) => T
const cases: { name: string; x: number[]; y: number[]; result: number[]; formula: Formula }[] = [
  { name: 'matmul, rows by a matrix', x: [2, 3, 4], y: [4, 5], result: [2, 3, 5], formula: (ops, x, y) => ops.matmul(x, y) },
  { name: 'matmul, batches that broadcast', x: [2, 3, 2, 4], y: [2, 1, 4, 5], result: [2, 3, 2, 5],
    formula: (ops, x, y) => ops.matmul(x, y) },
  { name: 'add and sub, broadcast', x: [2, 3, 4], y: [4], result: [2, 3, 4],
    formula: (ops, x, y) => ops.sub(ops.add(x, y), ops.mul(y, ops.scalar(3))) },
  { name: 'mul and div, an axis of 1', x: [2, 3], y: [2, 1], result: [2, 3],
    formula: (ops, x, y) => ops.div(ops.mul(x, y), ops.add(ops.mul(y, y), ops.scalar(1))) },
  { name: 'exp, tanh, erf, sigmoid', x: [3, 4], y: [3, 4], result: [3, 4],
    formula: (ops, x, y) => ops.add(ops.mul(ops.exp(x), ops.tanh(y)), ops.mul(ops.erf(x), ops.sigmoid(y))) },
  { name: 'relu, abs, neg', x: [3, 4], y: [3, 4], result: [3, 4],
    formula: (ops, x, y) => ops.mul(ops.relu(x), ops.neg(ops.abs(y))) },
  { name: 'rsqrt and mean (a norm)', x: [3, 4], y: [4], result: [3, 4],
    formula: (ops, x, y) =>
      ops.mul(ops.mul(x, ops.rsqrt(ops.add(ops.mean(ops.mul(x, x), -1), ops.scalar(0.1)))), y) },
  { name: 'softmax', x: [3, 4], y: [3, 4], result: [3, 4], formula: (ops, x, y) => ops.mul(ops.softmax(x), y) },
  { name: 'sum over an inner axis', x: [2, 3, 4], y: [2, 1, 4], result: [2, 1, 4],
    formula: (ops, x, y) => ops.mul(ops.sum(x, 1), y) },
  { name: 'kthLargest', x: [3, 5], y: [3, 5], result: [3, 5], formula: (ops, x, y) => ops.mul(ops.kthLargest(x, 2), y) },
  { name: 'greaterThan', x: [3, 4], y: [4], result: [3, 4], formula: (ops, x, y) => ops.mul(ops.greaterThan(ops.mul(x, ops.scalar(100)), y), x) },
  { name: 'max and min', x: [3, 4], y: [3, 4], result: [3, 1], formula: (ops, x, y) => ops.mul(ops.max(x, 1), ops.min(y, -1)) },
  { name: 'where', x: [3, 4], y: [4], result: [3, 4],
    formula: (ops, x, y) => ops.where(ops.smallerThan(x, 0.5), ops.mul(x, y), ops.mul(x, ops.scalar(2))) },
  { name: 'reshape, unsqueeze, transpose', x: [2, 6], y: [3, 2], result: [3, 2, 2],
    formula: (ops, x, y) => ops.mul(ops.transpose(ops.reshape(x, [0, 3, -1]), [1, 0, 2]), ops.unsqueeze(y, [1])) },
  { name: 'concat and slice (a rotation)', x: [2, 4], y: [2, 4], result: [2, 5],
    formula: (ops, x, y) => ops.concat([ops.mul(ops.slice(x, -1, 0, 2), ops.slice(y, 1, 1, 3)), ops.slice(x, 1, 1, Infinity)], -1) },
  { name: 'a value used twice', x: [3, 4], y: [3, 4], result: [3, 4],
    formula: (ops, x, y) => {
      const both = ops.mul(x, y)
      return ops.add(ops.mul(both, both), both)
    } },
]

test.each(cases)('$name', async ({ x, y, result, formula }) => {
  const [atX, atY, cotangent] = [numbers(x, 1), numbers(y, 2), numbers(result, 3)]
  const executable = await engine.compile(differentiated(x, y, result, formula))
  const run = (a: HostTensor, b: HostTensor) => executable.run({ x: a, y: b, cotangent })
  const value = async (a: HostTensor, b: HostTensor) => (await run(a, b)).objective!.data[0]!
  const { gradientX, gradientY } = await run(atX, atY)
  for (const [i] of atX.data.entries()) {
    const slope = (await value(moved(atX, i, STEP), atY) - await value(moved(atX, i, -STEP), atY)) / (2 * STEP)
    expect(Math.abs(gradientX!.data[i]! - slope)).toBeLessThan(TOLERANCE * (1 + Math.abs(slope)))
  }
  for (const [i] of atY.data.entries()) {
    const slope = (await value(atX, moved(atY, i, STEP)) - await value(atX, moved(atY, i, -STEP))) / (2 * STEP)
    expect(Math.abs(gradientY!.data[i]! - slope)).toBeLessThan(TOLERANCE * (1 + Math.abs(slope)))
  }
  await executable.dispose()
})

test('what an output does not depend on has a gradient of zeros', async () => {
  const executable = await engine.compile(differentiated([2], [3], [2], (_, x) => x))
  const { gradientY } = await executable.run({ x: numbers([2], 1), y: numbers([3], 2), cotangent: numbers([2], 3) })
  expect([...gradientY!.data]).toEqual([0, 0, 0])
})

test('gathering from a variable is refused', () => {
  const ops = { gather: () => '' } as unknown as Ops<string>
  const tape = new Tape(ops)
  expect(() => tape.gather(tape.variable('weights', [4, 2]), tape.given('ids', [3]))).toThrow(/one-hot/)
})

/** Σ cotangent · formula(x, y), and its gradients. */
function differentiated(x: number[], y: number[], result: number[], formula: Formula): Program {
  return {
    name: 'differentiated',
    inputs: { x: real(...x), y: real(...y), cotangent: real(...result) },
    outputs: { objective: 1, gradientX: x.length, gradientY: y.length },
    weights: {},
    prepare: () => ({}),
    run: <T>(ops: Ops<T>, inputs: Readonly<Record<string, T>>) => {
      const tape = new Tape(ops)
      const [a, b]: Taped<T>[] = [tape.variable(need(inputs, 'x'), x), tape.variable(need(inputs, 'y'), y)]
      const output = formula(tape, a!, b!)
      expect(output.shape).toEqual(result)
      const [gradientX, gradientY] = tape.gradients(output, need(inputs, 'cotangent'), [a!, b!])
      const objective = ops.sum(ops.reshape(ops.mul(output.value, need(inputs, 'cotangent')), [-1]), 0)
      return { objective, gradientX: gradientX!, gradientY: gradientY! }
    },
  }
}

/** Away from the kinks of relu, abs and `smallerThan` at 0 and ±0.5 by more than a step. */
function numbers(shape: readonly number[], seed: number): HostTensor {
  return float32(Float32Array.from({ length: elementCount(shape) }, (_, i) => {
    const value = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 1.5
    const kinks = [0, 0.5, -0.5].map((kink) => value - kink).filter((distance) => Math.abs(distance) < 0.05)
    return kinks.length === 0 ? value : value + 0.12
  }), shape)
}

function moved({ data, shape }: HostTensor, at: number, by: number): HostTensor {
  const changed = Float32Array.from(data)
  changed[at]! += by
  return float32(changed, shape)
}
