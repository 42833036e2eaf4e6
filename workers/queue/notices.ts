/**
 * "These results are settled", from workers to whoever waits, over LISTEN/NOTIFY: an answer arrives in milliseconds
 * instead of at the next poll. A notice is a hint only: it says where to look, and a lost one costs one poll.
 */
import postgres from 'postgres'
import { KEEPALIVE_SECONDS, sessionUrl } from '../../src/postgres/session.ts'

const CHANNEL = 'tributary_settled'
/** What the connections of those who ask call themselves. */
const ASKER_APPLICATION = 'tributary-notices'
/** Enough of a key to tell whose it is; a payload may have 8,000 bytes. */
const PREFIX = 16
const PREFIXES_PER_NOTICE = 400
/** For a notice that is under way. */
const CLOSE_SECONDS = 1

export interface Notices {
  /** Tells everyone, also in other processes, that something is to be known about `keys`. */
  send(keys: readonly string[]): Promise<void>
  /** Resolves at the next notice about one of `keys`, after `timeoutMs`, or when `signal` aborts. */
  next(keys: ReadonlySet<string>, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Listens from now on; without it the first `next` may miss what happens while it connects. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** `listensAs`: the name of the connection that listens; a worker's is its own (`skills.ts`). */
export function openNotices(databaseUrl: string, listensAs = ASKER_APPLICATION): Notices {
  const waiting = new Set<(prefixes: ReadonlySet<string>) => void>()
  // Without looking up array types, of which there are none here: should the connection break under that query, nobody
  // takes its rejection, and the process ends.
  const open = (application_name: string) =>
    postgres(sessionUrl(databaseUrl), {
      max: 1, fetch_types: false, connection: { application_name }, keep_alive: KEEPALIVE_SECONDS, onnotice: () => undefined,
    })
  // A connection that listens comes back by itself after a failure. It is one for each worker: they are counted by it.
  const listener = open(listensAs)
  const sender = open(ASKER_APPLICATION)
  let listening: Promise<unknown> | undefined

  const listen = () => {
    listening ??= listener
      .listen(CHANNEL, (payload) => {
        const prefixes = new Set(payload.split(','))
        for (const wake of waiting) wake(prefixes)
      })
      .catch((error: unknown) => {
        // The next use tries again; until then those who wait poll.
        listening = undefined
        throw error
      })
    return listening
  }

  return {
    async send(keys) {
      for (let at = 0; at < keys.length; at += PREFIXES_PER_NOTICE) {
        const prefixes = keys.slice(at, at + PREFIXES_PER_NOTICE).map(prefixOf)
        await sender.notify(CHANNEL, prefixes.join(','))
      }
    },
    next(keys, timeoutMs, signal) {
      void listen().catch(() => undefined)
      const prefixes = [...keys].map(prefixOf)
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(wake)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const wake = (told: ReadonlySet<string>) => {
          if (prefixes.some((prefix) => told.has(prefix))) done()
        }
        const timer = setTimeout(done, timeoutMs)
        signal?.addEventListener('abort', done)
        waiting.add(wake)
        if (signal?.aborted) done()
      })
    },
    async ready() {
      await listen().catch(() => undefined)
    },
    async close() {
      await Promise.all([listener.end({ timeout: CLOSE_SECONDS }), sender.end({ timeout: CLOSE_SECONDS })])
    },
  }
}

const prefixOf = (key: string): string => key.slice(0, PREFIX)
