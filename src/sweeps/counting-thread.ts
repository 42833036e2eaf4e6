/**
 * Counts what fires, in a thread beside the one that computes (counting.ts). The engine alternates between using all
 * cores for a product and using none, while this single thread looks through the results.
 */
import { parentPort } from 'node:worker_threads'
import { Counter, type CounterOptions } from './counter.ts'
import type { Piece } from './pieces.ts'

/** Messages to the thread; `at` is the index of the counter. Questions are answered in their order. */
export type CountingMessage =
  /** Starts new counters and discards the old counts. */
  | { kind: 'open'; counters: readonly CounterOptions[] }
  | { kind: 'announce'; at: number; pieces: readonly Piece[] }
  /** The buffer of `values` is sent back as a `free` message. */
  | { kind: 'rows'; at: number; values: Float32Array<ArrayBuffer>; count: number }
  /** Asks for the tally of features first … first + count − 1. */
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
  // Copied, because sending a view of a larger buffer would send the whole buffer.
  const bytes = packed.slice()
  reply({ kind: 'bytes', bytes }, [bytes.buffer])
}
