/**
 * Makes parts of an export at the same time, each lane in a thread of its own. PostgreSQL sends rows and DuckDB writes them,
 * but most of the time is spent in this program's thread between the two.
 */
import { once } from 'node:events'
import os from 'node:os'
import type { Worker } from 'node:worker_threads'
import { UserError } from '../errors.ts'
import { startThread } from '../spawn/spawn.ts'
import type { LaneData, LaneMessage, LaneReply } from './lane-thread.ts'
import type { PartPlace } from './make-part.ts'
import type { Part } from './part.ts'

/** Each lane holds a part in memory. */
const MOST_LANES = 4

/** By the time a new thread is as fast as this one, this one has written this many rows. */
const ROWS_OF_A_LANE = 250_000

export function lanesFor(parts: readonly Part[]): number {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  return Math.min(parts.length, os.availableParallelism(), MOST_LANES, Math.floor(rows / ROWS_OF_A_LANE))
}

interface LanesOptions {
  url: string
  snapshot: string
  place: PartPlace
  signal?: AbortSignal
}

/**
 * Makes all parts, and calls `onMade` for each when it is in its place. The first failure, or the signal, ends all lanes.
 */
export async function makeInLanes(
  parts: readonly Part[], lanes: number, { url, snapshot, place, signal }: LanesOptions, onMade: (part: Part) => void,
): Promise<void> {
  signal?.throwIfAborted()
  const open = [...parts]
  const threads = Array.from({ length: lanes }, (_, lane) => startThread(import.meta.url, 'lane-thread', { url, snapshot, place, lane } satisfies LaneData))
  const tell = (thread: Worker, message: LaneMessage) => thread.postMessage(message)
  const stop = () => threads.forEach((thread) => tell(thread, { kind: 'stop' }))
  signal?.addEventListener('abort', stop)
  const work = async (thread: Worker) => {
    for (let part = open.shift(); part !== undefined; part = open.shift()) {
      const replied = once(thread, 'message')
      tell(thread, { kind: 'make', part })
      expectMade(...((await replied) as [LaneReply]), signal)
      onMade(part)
    }
    tell(thread, { kind: 'stop' })
  }
  // Failures are handled where an answer is awaited.
  for (const thread of threads) thread.on('error', () => undefined)
  const ended = threads.map((thread) => new Promise<void>((resolve) => thread.once('exit', () => resolve())))
  try {
    await Promise.all(threads.map(work))
  } catch (error) {
    open.length = 0
    stop()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await Promise.all(ended)
  }
}

function expectMade(reply: LaneReply, signal?: AbortSignal): void {
  if (reply.kind === 'made') return
  signal?.throwIfAborted()
  throw reply.kind === 'refused' ? new UserError(reply.code, reply.message) : new Error(reply.message)
}
