import { describe, expect, it } from 'vitest'
import { float32 } from '../../src/tensor/ops.ts'
import { real } from '../../src/tensor/program.ts'
import { engineContract } from './contract.ts'
import { webgpuEngine } from './engines.ts'

const { open, absent, title } = await webgpuEngine()

describe.skipIf(absent !== null)(title, () => {
  engineContract(open)

  it('out of memory fails that run with the reason, and the next one works', async () => {
    const engine = await open()
    const executable = await engine.compile({
      name: 'outer', inputs: { a: real('R', 1), b: real(1, 'C') }, outputs: { c: 2 }, weights: {},
      prepare: () => ({}),
      run: (ops, { a, b }) => ({ c: ops.sum(ops.sum(ops.matmul(a!, b!), 0), 1) }),
    })
    // A product of 90 GB.
    const ones = (n: number) => new Float32Array(n).fill(1)
    const inputs = (n: number) => ({ a: float32(ones(n), [n, 1]), b: float32(ones(n), [1, n]) })
    await expect(executable.run(inputs(150_000))).rejects.toMatchObject({
      code: 'ENGINE_FAILED', message: expect.stringMatching(/^The engine ran out of memory in the program outer /),
    })
    expect([...(await executable.run(inputs(4))).c!.data]).toEqual([16])
    await executable.dispose()
  })
})
