/**
 * Notices from workers, over LISTEN/NOTIFY, that some results are settled. With them an answer arrives in milliseconds
 * instead of at the next poll. A notice is only a hint where to look, and a lost one costs one poll.
 */
import postgres from 'postgres'
import { KEEPALIVE_SECONDS, sessionUrl } from '../../src/postgres/session.ts'

const CHANNEL = 'tributary_settled'
/** The application name of connections that only wait for answers. */
const ASKER_APPLICATION = 'tributary-notices'
/** Characters of a key in a notice: enough to tell keys apart, since a payload may have only 8,000 bytes. */
const PREFIX = 16
const PREFIXES_PER_NOTICE = 400
/** Closing waits this long for a notice that is under way. */
const CLOSE_SECONDS = 1

export interface Notices {
  /** Tells everyone, also in other processes, that there is news about `keys`. */
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
  // Does not look up array types, since none are used here. If the connection broke during that query, nobody would
  // handle its rejection, and the process would end.
  const open = (application_name: string) =>
    postgres(sessionUrl(databaseUrl), {
      max: 1, fetch_types: false, connection: { application_name }, keep_alive: KEEPALIVE_SECONDS, onnotice: () => undefined,
    })
  // A connection that listens comes back by itself after a failure. Each worker has exactly one, because workers are
  // counted by these connections.
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
        // The next use tries again; until then waiting callers poll.
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
