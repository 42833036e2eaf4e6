import * as core from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findBackend, type Import } from '../../src/tensor/tfjs/backend.ts'
import { TfjsEngine } from '../../src/tensor/tfjs/engine.ts'
import { guardAllocations } from '../../src/tensor/tfjs/wasm-memory.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { real, type Program } from '../../src/tensor/program.ts'

const options = { device: 'cpu', threads: 0 } as const

/** Makes more tensors on the way than it hands out, and prepares one weight of two. */
const program: Program = {
  name: 'layers',
  inputs: { a: real('R', 2) },
  outputs: { b: 2 },
  weights: { w: { kind: 'data', data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } },
  prepare: (ops, { w }) => ({ w: w!, doubled: ops.add(w!, w!) }),
  run: (ops, { a }, { w, doubled }) => ({ b: ops.softmax(ops.matmul(ops.matmul(a!, w!), doubled!)), unasked: ops.neg(a!) }),
}
const input = { a: float32(Float32Array.of(1, 0, 0, 1), [2, 2]) }

describe('memory of TensorFlow.js', () => {
  it.each(['wasm', 'cpu'] as const)('%s: every tensor of a run is freed, and of a program when it is disposed of', async (label) => {
    const engine = new TfjsEngine(await findBackend('cpu', label))
    const before = core.memory().numTensors
    const executable = await engine.compile(program)
    expect(core.memory().numTensors - before).toBe(2)
    for (let i = 0; i < 3; i++) await executable.run(input)
    expect(core.memory().numTensors - before).toBe(2)
    await executable.dispose()
    expect(core.memory().numTensors - before).toBe(0)
  })

  it('is freed when a run or the preparation of weights fails', async () => {
    const engine = new TfjsEngine(await findBackend('cpu', 'wasm'))
    const before = core.memory().numTensors
    const failing: Program = { ...program, run: (ops, { a }, { w }) => ({ b: ops.add(ops.matmul(a!, w!), ops.reshape(a!, [3, -1])) }) }
    const executable = await engine.compile(failing)
    await expect(executable.run(input)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    await executable.dispose()
    const unprepared: Program = { ...program, prepare: (ops, { w }) => ({ w: ops.reshape(ops.neg(w!), [3]) }) }
    await expect(engine.compile(unprepared)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    expect(core.memory().numTensors - before).toBe(0)
  })

  it('two engines on different backends take turns', async () => {
    const engines = await Promise.all((['wasm', 'cpu'] as const).map(async (label) => new TfjsEngine(await findBackend('cpu', label))))
    const executables = await Promise.all(engines.map((engine) => engine.compile(program)))
    const results = await Promise.all([0, 1, 0, 1].map((i) => executables[i]!.run(input)))
    for (const { b } of results) expect([...b!.data]).toEqual([...results[0]!.b!.data].map((x) => expect.closeTo(x, 6)))
    for (const executable of executables) await executable.dispose()
  })

  it('an allocation of the WebAssembly backend that fails throws, and the next one works', () => {
    const answers = [64, 0, 128]
    const backend = { wasm: { _malloc: (_bytes: number) => answers.shift() ?? 0 } }
    guardAllocations(backend)
    guardAllocations(backend)
    expect(backend.wasm._malloc(8)).toBe(64)
    expect(() => backend.wasm._malloc(8)).toThrow('out of memory: 8 bytes more do not fit into the 4 GiB that WebAssembly can have')
    expect(backend.wasm._malloc(8)).toBe(128)
  })
})

describe('which TensorFlow.js is used', () => {
  afterEach(() => vi.restoreAllMocks())

  const missing = (specifier: string) =>
    Object.assign(new Error(`Cannot find module '${specifier}'\nRequire stack: here`), { code: 'MODULE_NOT_FOUND' })
  /** `given` in place of packages; the rest as installed, without the native ones. */
  const importer = (given: Record<string, unknown>): Import => async (specifier) => {
    const found = given[specifier]
    if (found instanceof Error) throw found
    if (found !== undefined) return found
    if (specifier.startsWith('@tensorflow/tfjs-node')) throw missing(specifier)
    return import(specifier)
  }
  const native = (starts = true) => ({ tidy: core.tidy, matMul: core.matMul, enableProdMode: () => {}, setBackend: async () => starts })

  it('the GPU package before the native one before WebAssembly before JavaScript, and the id says which', async () => {
    const both = { '@tensorflow/tfjs-node-gpu': native(), '@tensorflow/tfjs-node': native() }
    const ids = async (given: Record<string, unknown>) => new TfjsEngine(await findBackend('cpu', undefined, importer(given))).id
    expect(await ids(both)).toBe('tfjs-node-gpu-float32')
    expect(await ids({ '@tensorflow/tfjs-node': native() })).toBe('tfjs-node-float32')
    expect(await ids({})).toBe('tfjs-wasm-float32')
    expect(await ids({ '@tensorflow/tfjs-backend-wasm': missing('@tensorflow/tfjs-backend-wasm') })).toBe('tfjs-cpu-float32')
  })

  it('one that is installed and does not load is passed over with a warning that says why', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const broken = { '@tensorflow/tfjs-node': new Error('libtensorflow.so.2: cannot open shared object file\nmore') }
    expect((await findBackend('cpu', undefined, importer(broken))).label).toBe('wasm')
    expect(warn.mock.calls).toEqual([[
      '@tensorflow/tfjs-node does not load (libtensorflow.so.2: cannot open shared object file); the engine tfjs goes on without it.',
    ]])
  })

  it('--device cuda wants the GPU package, and says how to get it', async () => {
    const found = await findBackend('cuda', undefined, importer({ '@tensorflow/tfjs-node-gpu': native() }))
    expect(found.label).toBe('node-gpu')
    await expect(findBackend('cuda', undefined, importer({}))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: "The engine 'tfjs' did not start (@tensorflow/tfjs-node-gpu is not installed): install it (npm install " +
        '@tensorflow/tfjs-node-gpu, with the CUDA libraries it names), or use --engine onnx --device cuda.',
    })
    await expect(findBackend('cuda', undefined, importer({ '@tensorflow/tfjs-node-gpu': native(false) }))).rejects.toThrow(
      '@tensorflow/tfjs-node-gpu did not start')
  })

  it('there is no WebGPU', async () => {
    await expect(openEngine('tfjs', { ...options, device: 'webgpu' })).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  it('openEngine opens it, and is silent about packages that are merely absent', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    expect((await openEngine('tfjs', options)).id).toMatch(/^tfjs-(node-gpu|node|wasm)-float32$/)
    expect(warn).not.toHaveBeenCalled()
  })
})
