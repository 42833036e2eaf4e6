/**
 * Counts what fires, beside the thread that computes it (counting.ts): the engine takes all cores for a product and
 * then none, while a single thread looks through what came out.
 */
import { parentPort } from 'node:worker_threads'
import { Counter, type CounterOptions } from './counter.ts'
import type { Piece } from './pieces.ts'

/** What the thread is told; `at` says which counter. Questions are answered in their order. */
export type CountingMessage =
  /** Forgets what was counted before. */
  | { kind: 'open'; counters: readonly CounterOptions[] }
  | { kind: 'announce'; at: number; pieces: readonly Piece[] }
  /** Its buffer comes back as a `free`. */
  | { kind: 'rows'; at: number; values: Float32Array<ArrayBuffer>; count: number }
  /** Of features first … first + count − 1. */
  | { kind: 'tally'; at: number; first: number; count: number }
  | { kind: 'sample'; at: number }
  | { kind: 'firings'; at: number }

export type CountingReply =
  | { kind: 'free'; values: Float32Array<ArrayBuffer> }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'number'; number: number }

if (parentPort === null) throw new Error('counting-thread is a thread of its own')
const port = parentPort
let counters: Counter[] = []

port.on('message', (message: CountingMessage) => {
  if (message.kind === 'open') {
    counters = message.counters.map((options) => new Counter(options))
    return
  }
  const counter = counters[message.at]!
  switch (message.kind) {
    case 'announce':
      return counter.announce(message.pieces)
    case 'rows':
      counter.add(message.values, message.count)
      return reply({ kind: 'free', values: message.values }, [message.values.buffer])
    case 'tally':
      return replyBytes(counter.tally.pack(message.first, message.count))
    case 'sample':
      return replyBytes(counter.sample.pack())
    case 'firings':
      return reply({ kind: 'number', number: counter.tally.firings })
    default:
      return message satisfies never
  }
})

const reply = (message: CountingReply, transferred: ArrayBuffer[] = []) => port.postMessage(message, transferred)

function replyBytes(packed: Uint8Array): void {
  // A view of a larger buffer would be sent with all of it.
  const bytes = packed.slice()
  reply({ kind: 'bytes', bytes }, [bytes.buffer])
}
