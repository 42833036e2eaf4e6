import '../../src/tensor/onnx/no-telemetry.ts'
import path from 'node:path'
import * as ort from 'onnxruntime-node'
import { describe, expect, it, vi } from 'vitest'
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import type { Device } from '../../src/tensor/engine.ts'
import { engineFailed } from '../../src/tensor/failure.ts'
import { OnnxEngine } from '../../src/tensor/onnx/engine.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { real, type Program } from '../../src/tensor/program.ts'
import { worstOf } from '../invariants/requests.ts'
import { Random } from '../random.ts'

const LOST = 'WebGPU device error: Device was lost: vkQueueSubmit failed with VK_ERROR_DEVICE_LOST\n    at somewhere'

const createSession = ort.InferenceSession.create.bind(ort.InferenceSession)

/** Sessions on the processor, whatever the device. From when it is told to, every session that exists then is broken. */
class Faulty {
  created = 0
  released = 0
  private broken = new Set<number>()
  /** Runs that still succeed. */
  private left = Infinity

  readonly create = async (model: Uint8Array, options?: ort.InferenceSession.SessionOptions) => {
    const session = await createSession(model, { ...options, executionProviders: ['cpu'] })
    const number = this.created++
    const run = async (feeds: ort.InferenceSession.FeedsType, fetches: ort.InferenceSession.FetchesType) => {
      if (this.left-- <= 0) this.breakAll()
      if (this.broken.has(number)) throw new Error(LOST)
      return session.run(feeds, fetches)
    }
    const release = async () => {
      this.released++
      await session.release()
    }
    const changed: Partial<Record<string | symbol, unknown>> = { run, release }
    return new Proxy(session, { get: (target, key) => changed[key] ?? Reflect.get(target, key, target) })
  }

  failAfter(runs: number) {
    this.left = runs
  }

  private breakAll() {
    for (let number = 0; number < this.created; number++) this.broken.add(number)
    this.left = Infinity
  }
}

const engineOn = (device: Device, faulty: Faulty) => new OnnxEngine({ device, threads: 1 }, faulty.create)

const adding = (by: number): Program => ({
  name: `adding ${by}`, inputs: { a: real('R') }, outputs: { b: 1 }, weights: {},
  prepare: () => ({}), run: (ops, { a }) => ({ b: ops.add(a!, ops.scalar(by)) }),
})
const input = { a: float32(Float32Array.of(1, 2), [2]) }

describe('a device that is lost in the middle of a run', () => {
  it('fails that run with the reason, and every program runs again on a new session', async () => {
    const faulty = new Faulty()
    const engine = engineOn('webgpu', faulty)
    const one = await engine.compile(adding(1))
    const two = await engine.compile(adding(2))
    faulty.failAfter(1)
    await two.run(input)
    await expect(one.run(input)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: 'The engine lost its device (a driver that reset or went away) in the program adding 1 (WebGPU device error: ' +
        'Device was lost: vkQueueSubmit failed with VK_ERROR_DEVICE_LOST). Try again; if it is lost again, look at the driver ' +
        'or use --device cpu.',
    })
    expect(faulty).toMatchObject({ created: 2, released: 2 })
    expect([...(await one.run(input)).b!.data]).toEqual([2, 3])
    expect([...(await two.run(input)).b!.data]).toEqual([3, 4])
    await one.dispose()
    await two.dispose()
    expect(faulty).toMatchObject({ created: 4, released: 4 })
  })

  it('fails one job at any point of it, and the next job gives the numbers of an engine that never failed', async () => {
    const dir = path.join(import.meta.dirname, '../fixtures/models/gpt2-random')
    const request = attributionRequestSchema.parse({
      tokenIds: [9, 14, 77, 120], position: 3, target: { type: 'logit', tokenId: 5 }, partition: { by: 'token' },
      mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false,
    })
    const scores = async (attributor: Attributor) =>
      (await attributeRequests(attributor, [request]))[0]!.contributions.map(({ score }) => score)
    const sound = await openAttributor(dir, { threads: 1 })
    const expected = await scores(sound)
    await sound.close()
    for (const runs of [0, 3]) {
      const faulty = new Faulty()
      const create = vi.spyOn(ort.InferenceSession, 'create').mockImplementation(faulty.create)
      const attributor = await openAttributor(dir, { device: 'webgpu', threads: 1 })
      if (runs > 0) await scores(attributor)
      faulty.failAfter(runs)
      await expect(scores(attributor)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
      expect(await scores(attributor)).toEqual(expected)
      await attributor.close()
      expect(faulty.released).toBe(faulty.created)
      create.mockRestore()
    }
  })

  it('on the processor a failure leaves the sessions as they are', async () => {
    const faulty = new Faulty()
    const one = await engineOn('cpu', faulty).compile(adding(1))
    faulty.failAfter(0)
    await expect(one.run(input)).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    expect(faulty).toMatchObject({ created: 1, released: 0 })
    await one.dispose()
  })

  it('a device that does not come back fails the next job too, and not with advice to install it', async () => {
    let works = true
    const faulty = new Faulty()
    const engine = new OnnxEngine({ device: 'webgpu', threads: 1 }, (model, options) =>
      works ? faulty.create(model, options) : Promise.reject(new Error('no adapter any more')))
    const one = await engine.compile(adding(1))
    faulty.failAfter(0)
    works = false
    await expect(one.run(input)).rejects.toThrow('lost its device')
    await expect(one.run(input)).rejects.toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('no adapter any more') })
    works = true
    expect([...(await one.run(input)).b!.data]).toEqual([2, 3])
    await one.dispose()
  })
})

it('threads share out a product without changing it', async () => {
  const [a, b] = [new Random(5), new Random(6)].map((random) => float32(random.normals(400 * 400), [400, 400]))
  const product: Program = {
    name: 'product', inputs: { a: real('R', 'K'), b: real('K', 'C') }, outputs: { c: 2 }, weights: {},
    prepare: () => ({}), run: (ops, inputs) => ({ c: ops.matmul(inputs.a!, inputs.b!) }),
  }
  const [one, two] = await Promise.all([1, 2].map(async (threads) => {
    const executable = await new OnnxEngine({ device: 'cpu', threads }).compile(product)
    const { c } = await executable.run({ a: a!, b: b! })
    await executable.dispose()
    return [...c!.data]
  }))
  expect(worstOf(two!, one!)).toBeLessThan(1e-6)
})

describe('what an engine says of a failure', () => {
  it.each([
    ['vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY', 'ran out of memory'],
    ['WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.', 'ran out of memory'],
    ['std::bad_alloc', 'ran out of memory'],
    ['CUDA failure 2: out of memory ; GPU=0', 'ran out of memory'],
    ['out of memory: 8 bytes more do not fit into the 4 GiB that WebAssembly can have', 'ran out of memory'],
    ['Device is lost.', 'lost its device'],
    ['DXGI_ERROR_DEVICE_REMOVED', 'lost its device'],
    ['Non-zero status code returned while running Gather node', 'failed'],
  ])('%s', (said, means) => {
    expect(engineFailed('mlp', new Error(said)).message).toMatch(new RegExp(`^The engine ${means}[^.]* in the program mlp \\(`))
  })
})

describe('a device that does not start says what to install', () => {
  const refusing = (device: Device, said: string) =>
    new OnnxEngine({ device, threads: 1 }, () => Promise.reject(new Error(said))).compile(adding(1))

  it('webgpu', async () => {
    await expect(refusing('webgpu', '/src/webgpu_context.cc:136 was false. Failed to get a WebGPU adapter: No supported adapters\n'))
      .rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: "The device 'webgpu' did not start (no graphics adapter was found): install a graphics driver with Vulkan and its " +
          'loader (Linux: the package libvulkan1 and the driver of the card), Metal (macOS) or Direct3D 12 (Windows), or use ' +
          '--device cpu.',
      })
  })

  it('cuda, as onnxruntime really refuses it here', async ({ skip }) => {
    const engine = new OnnxEngine({ device: 'cuda', threads: 1 })
    const outcome = await engine.compile(adding(1)).catch((error: unknown) => error)
    if (!(outcome instanceof Error)) skip('CUDA is installed on this machine')
    expect(outcome).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: "The device 'cuda' did not start (onnxruntime's library for it is not installed): install CUDA 12 or 13 with cuDNN 9 " +
        'and the CUDA libraries of onnxruntime-node (ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node ' +
        '--ignore-scripts=false), or use --device cpu.',
    })
  })
})
