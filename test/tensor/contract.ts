/** What the rest of the project relies on in every engine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { Binding } from '../../src/model/bind.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { float32, int32, type HostTensor } from '../../src/tensor/ops.ts'
import { index, need, real, type InputSpec, type Program } from '../../src/tensor/program.ts'
import { float32 as stored, half, writeSafetensors } from '../model/safetensors-files.ts'
import { cases, type Case } from './cases.ts'
import { plainOps, type Plain } from './plain.ts'

export function engineContract(open: () => Promise<Engine>): void {
  let engine: Engine
  beforeAll(async () => {
    engine = await open()
  })
  afterAll(() => engine?.close())

  describe('each operation agrees with float64', () => {
    it.each(cases)('$name', async ({ inputs, run, tolerance }) => {
      const executable = await engine.compile(programOf(inputs[0]!, run))
      for (const given of inputs) {
        const { result } = await executable.run(given)
        compare(result!, run(plainOps, mapValues(given, toPlain)), tolerance)
      }
      await executable.dispose()
    })
  })

  describe('outputs', () => {
    it('are written in place where a tensor is given, and are that tensor', async () => {
      const executable = await engine.compile(doubling)
      const place = new Float32Array(8).fill(7)
      const into = float32(place.subarray(1, 7), [2, 3])
      const { doubled, squared } = await executable.run({ a: numbers }, { doubled: into })
      expect(doubled).toBe(into)
      expect([...place]).toEqual([7, 2, 4, 6, 8, 10, 12, 7])
      expect([...squared!.data]).toEqual([1, 4, 9, 16, 25, 36])
      await executable.dispose()
    })

    it('stay as they are when the program runs again and its inputs change', async () => {
      const executable = await engine.compile({ ...doubling, outputs: { same: 2 }, run: (_, inputs) => ({ same: inputs.a! }) })
      const given = float32(Float32Array.of(1, 2, 3, 4), [2, 2])
      const { same } = await executable.run({ a: given })
      given.data[0] = 9
      await executable.run({ a: float32(new Float32Array(4), [2, 2]) })
      expect([...same!.data]).toEqual([1, 2, 3, 4])
      await executable.dispose()
    })
  })

  describe('weights', () => {
    let dir: string
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'tributary-weights-'))
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))

    // 1, -2, 0.5, and the smallest normal and largest finite of each type, at an offset that is no multiple of 4.
    const kinds = [
      { dtype: 'F32', tensor: stored([3, 2], [1, -2, 0.5, 1.17549435e-38, 3.4028234663852886e38, 0.1]) },
      { dtype: 'F16', tensor: half('F16', [3, 2], [0x3c00, 0xc000, 0x3800, 0x0400, 0x7bff, 0x2e66]) },
      { dtype: 'BF16', tensor: half('BF16', [3, 2], [0x3f80, 0xc000, 0x3f00, 0x0080, 0x7f7f, 0x3dcd]) },
    ]
    const values: Record<string, number[]> = {
      F32: [1, -2, 0.5, 1.17549435e-38, 3.4028234663852886e38, Math.fround(0.1)],
      F16: [1, -2, 0.5, 2 ** -14, 65504, 0.0999755859375],
      BF16: [1, -2, 0.5, 2 ** -126, 3.3895313892515355e38, 0.10009765625],
    }
    it.each(kinds)('of a $dtype safetensors file are exact, and prepared', async ({ dtype, tensor }) => {
      const file = join(dir, `${dtype}.safetensors`)
      writeSafetensors(file, { odd: half('F16', [1], [0x3c00]), matrix: tensor })
      const entry = (await openSafetensors(file)).find(({ name }) => name === 'matrix')!
      const binding = new Binding()
      binding.linear('matrix', { weight: { source: 'file', entry, orientation: 'out,in' }, bias: null })
      const executable = await engine.compile({
        name: 'weights',
        inputs: { a: real('R', 3) },
        outputs: { turned: 2, product: 2 },
        weights: binding.weights,
        prepare: (ops, w) => ({ turned: binding.matrix(ops, w, 'matrix'), half: ops.mul(need(w, 'matrix'), ops.scalar(0.5)) }),
        run: (ops, inputs, w) => ({ turned: need(w, 'turned'), product: ops.matmul(need(inputs, 'a'), need(w, 'half')) }),
      })
      const [a, b, c, d, e, f] = values[dtype]!
      const { turned, product } = await executable.run({ a: float32(Float32Array.of(1, 0, 0, 0, 1, 0), [2, 3]) })
      expect([...turned!.data]).toEqual([a, c, e, b, d, f].map((x) => Math.fround(x!)))
      expect(turned!.shape).toEqual([2, 3])
      compare(product!, { data: Float64Array.of(a! / 2, b! / 2, c! / 2, d! / 2), shape: [2, 2] }, 1e-6)
      // What is prepared outlives a run that hands it out.
      const again = await executable.run({ a: float32(Float32Array.of(1, 0, 0), [1, 3]) })
      expect([...again.turned!.data]).toEqual([...turned!.data])
      await executable.dispose()
    })
  })

  describe('refuses, by name', () => {
    const refusals: [string, Record<string, HostTensor>, RegExp][] = [
      ['a missing input', {}, /doubling: the input 'a' is missing/],
      ['an input of another type', { a: int32(new Int32Array(6), [2, 3]) }, /doubling: the input 'a' is int32; expected float32/],
      ['an input of another rank', { a: float32(new Float32Array(6), [6]) }, /the input 'a' has the shape \[6\]; expected \[R, C\]/],
      ['an input with too few numbers', { a: float32(new Float32Array(5), [2, 3]) }, /\[2, 3\] and 5 numbers; expected 6/],
      ['an input that it does not know', { a: float32(new Float32Array(6), [2, 3]), b: numbers }, /doubling takes no input 'b'/],
    ]
    it.each(refusals)('%s', async (_, inputs, message) => {
      const executable = await engine.compile(doubling)
      await expect(executable.run(inputs)).rejects.toThrow(message)
      await executable.dispose()
    })

    it('sizes that contradict each other', async () => {
      const executable = await engine.compile({
        name: 'adding', inputs: { a: real('R', 2), b: real('R', 2) }, outputs: { sum: 2 }, weights: {},
        prepare: () => ({}), run: (ops, { a, b }) => ({ sum: ops.add(a!, b!) }),
      })
      const inputs = { a: float32(new Float32Array(4), [2, 2]), b: float32(new Float32Array(2), [1, 2]) }
      await expect(executable.run(inputs)).rejects.toThrow(/'b' has the shape \[1, 2\]; expected \[R, 2\] with R = 2/)
      await executable.dispose()
    })

    it('a place for an output that does not fit', async () => {
      const executable = await engine.compile(doubling)
      const into = { doubled: float32(new Float32Array(8), [2, 4]) }
      await expect(executable.run({ a: numbers }, into)).rejects.toThrow(/'doubled'|doubling/)
      await executable.dispose()
    })

    it('a gather outside of its tensor, or answers with numbers; and runs on afterwards', async () => {
      const executable = await engine.compile({
        name: 'gathering', inputs: { a: real('R', 2), at: index('P') }, outputs: { rows: 2 }, weights: {},
        prepare: () => ({}), run: (ops, { a, at }) => ({ rows: ops.gather(a!, at!) }),
      })
      const a = float32(Float32Array.of(1, 2, 3, 4), [2, 2])
      const outside = executable.run({ a, at: int32(Int32Array.of(5), [1]) })
      await outside.then(({ rows }) => expect(rows!.data).toHaveLength(2), (error) => expect(error).toBeInstanceOf(UserError))
      const { rows } = await executable.run({ a, at: int32(Int32Array.of(1), [1]) })
      expect([...rows!.data]).toEqual([3, 4])
      await executable.dispose()
    })
  })
}

const numbers = float32(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])

const doubling: Program = {
  name: 'doubling',
  inputs: { a: real('R', 'C') },
  outputs: { doubled: 2, squared: 2 },
  weights: {},
  prepare: () => ({}),
  run: (ops, { a }) => ({ doubled: ops.add(a!, a!), squared: ops.mul(a!, a!) }),
}

/** Every size has a letter of its own, so that nothing is known when the program is compiled. */
function programOf(example: Readonly<Record<string, HostTensor>>, run: Case['run']): Program {
  const inputs = mapValues(example, ({ data, shape }, name): InputSpec => ({
    dtype: data instanceof Float32Array ? 'float32' : 'int32', shape: shape.map((_, axis) => `${name}${axis}`),
  }))
  const rank = run(plainOps, mapValues(example, toPlain)).shape.length
  return {
    name: 'case', inputs, outputs: { result: rank }, weights: {},
    prepare: () => ({}), run: (ops, given) => ({ result: run(ops, given) }),
  }
}

const toPlain = ({ data, shape }: HostTensor): Plain => ({ data: Float64Array.from(data), shape })

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A, key: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]))

function compare(result: HostTensor, expected: Plain, tolerance: number): void {
  expect(result.shape).toEqual(expected.shape)
  const scale = Math.max(1e-30, ...expected.data.map(Math.abs))
  const worst = expected.data.reduce((most, value, i) => Math.max(most, Math.abs((result.data[i] ?? Number.NaN) - value) / scale), 0)
  // The last digits, or NaN: both fail.
  expect(worst).toBeLessThanOrEqual(tolerance)
}
