/** Controls the counting thread (counting-thread.ts) from the thread that computes. */
import type { Worker } from 'node:worker_threads'
import { startThread } from '../spawn/spawn.ts'
import type { CounterOptions } from './counter.ts'
import type { CountingMessage, CountingReply } from './counting-thread.ts'
import type { Piece } from './pieces.ts'
import { Sample } from './sample.ts'
import { Tally, type TallySizes } from './tally.ts'

/** One buffer is filled while the other is counted. */
const BUFFERS = 2

interface Waiting<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

export class Counting {
  readonly #thread: Worker
  readonly #free: (Float32Array<ArrayBuffer> | null)[] = Array.from({ length: BUFFERS }, () => null)
  readonly #forBuffers: Waiting<Float32Array<ArrayBuffer> | null>[] = []
  readonly #forBytes: Waiting<Uint8Array>[] = []
  readonly #forNumbers: Waiting<number>[] = []
  #failure: Error | null = null

  constructor() {
    this.#thread = startThread(import.meta.url, 'counting-thread')
    this.#thread.on('message', (reply: CountingReply) => this.#hear(reply))
    this.#thread.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#thread.on('exit', () => this.#fail(new Error('the thread that counts has ended')))
  }

  /** Starts new counters. Other calls refer to them by their index. */
  open(counters: readonly CounterOptions[]): void {
    this.#tell({ kind: 'open', counters })
  }

  /** The sequences whose rows the counter is given next. */
  announce(at: number, pieces: readonly Piece[]): void {
    this.#tell({ kind: 'announce', at, pieces })
  }

  /** A buffer for at least `length` numbers, as soon as one is free. */
  async room(length: number): Promise<Float32Array<ArrayBuffer>> {
    const free = this.#free.pop()
    const buffer = free === undefined ? await this.#wait(this.#forBuffers) : free
    return buffer !== null && buffer.length >= length ? buffer : new Float32Array(length)
  }

  /**
   * values: the buffer from `room`, with rows [count, F] of the next positions. From now on it belongs to the thread.
   */
  rows(at: number, values: Float32Array<ArrayBuffer>, count: number): void {
    this.#tell({ kind: 'rows', at, values, count }, [values.buffer])
  }

  /** How many activations of all features were counted. */
  firings(at: number): Promise<number> {
    this.#tell({ kind: 'firings', at })
    return this.#wait(this.#forNumbers)
  }

  /** The tally of features first … first + count − 1. */
  async tally(at: number, first: number, count: number, sizes: TallySizes): Promise<Tally> {
    this.#tell({ kind: 'tally', at, first, count })
    return Tally.unpack(await this.#wait(this.#forBytes), sizes)
  }

  async sample(at: number, size: number): Promise<Sample> {
    this.#tell({ kind: 'sample', at })
    return Sample.unpack(await this.#wait(this.#forBytes), size)
  }

  async close(): Promise<void> {
    await this.#thread.terminate()
  }

  #tell(message: CountingMessage, transferred: ArrayBuffer[] = []): void {
    if (this.#failure !== null) throw this.#failure
    this.#thread.postMessage(message, transferred)
  }

  #hear(reply: CountingReply): void {
    switch (reply.kind) {
      case 'bytes':
        return this.#forBytes.shift()?.resolve(reply.bytes)
      case 'number':
        return this.#forNumbers.shift()?.resolve(reply.number)
      case 'free': {
        const waiting = this.#forBuffers.shift()
        if (waiting === undefined) this.#free.push(reply.values)
        else waiting.resolve(reply.values)
        return
      }
      default:
        return reply satisfies never
    }
  }

  #wait<T>(queue: Waiting<T>[]): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => queue.push({ resolve, reject }))
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of [...this.#forBuffers.splice(0), ...this.#forBytes.splice(0), ...this.#forNumbers.splice(0)]) reject(this.#failure)
  }
}
