/** Keeps a worker's jobs its own while its main thread computes (`lease-thread.mjs`). */
import { Worker as Thread } from 'node:worker_threads'
import { sessionUrl } from '../../src/postgres/session.ts'
import { QUEUE } from '../queue/queue.ts'

interface Claim {
  id: string
  retryCount: number
}

export interface Lease {
  /** Renews the leases of these jobs until they are released, given back, or taken by others. */
  hold(jobs: readonly Claim[]): void
  release(jobs: readonly Claim[]): void
  close(): Promise<void>
}

export interface LeaseOptions {
  databaseUrl: string
  /** How often leases are renewed. */
  refreshMs?: number
  /** How long the main thread may be silent before it counts as hung. */
  patienceMs?: number
  onError?: (error: Error) => void
}

const BEAT_MS = 250
const REFRESH_MS = 3000
/** No call of an engine blocks the thread this long; loading a large model from a slow disk may come near. */
const PATIENCE_MS = 60_000

export function openLease(options: LeaseOptions): Lease {
  const { databaseUrl, refreshMs = REFRESH_MS, patienceMs = PATIENCE_MS, onError } = options
  const pulse = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const beats = new Int32Array(pulse)
  const thread = new Thread(new URL('lease-thread.mjs', import.meta.url), {
    workerData: { databaseUrl: sessionUrl(databaseUrl, { synchronous_commit: 'off' }), queue: QUEUE, pulse, refreshMs, patienceMs },
  })
  thread.on('error', (error) => onError?.(error instanceof Error ? error : new Error(String(error))))
  thread.unref()
  const beat = setInterval(() => Atomics.add(beats, 0, 1), BEAT_MS).unref()
  const held = new Map<string, Claim>()
  const tell = () => thread.postMessage([...held.values()])
  return {
    hold(jobs) {
      for (const { id, retryCount } of jobs) held.set(id, { id, retryCount })
      tell()
    },
    release(jobs) {
      for (const { id } of jobs) held.delete(id)
      tell()
    },
    async close() {
      clearInterval(beat)
      await thread.terminate()
    },
  }
}
