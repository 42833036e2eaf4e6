/**
 * "These results are settled", from workers to whoever waits, over LISTEN/NOTIFY: an answer arrives in milliseconds
 * instead of at the next poll. A notice is a hint only: it says where to look, and a lost one costs one poll.
 */
import pg from 'pg'

const CHANNEL = 'tributary_settled'
/** What the connections call themselves, so that workers can be counted. */
export const WORKER_APPLICATION = 'tributary-worker'
const ASKER_APPLICATION = 'tributary-notices'
/** Enough of a key to tell whose it is; a payload may have 8,000 bytes. */
const PREFIX = 16
const PREFIXES_PER_NOTICE = 400
const RECONNECT_MS = 1000

export interface Notices {
  /** Tells everyone, also in other processes, that something is to be known about `keys`. */
  send(keys: readonly string[]): Promise<void>
  /** Resolves at the next notice about one of `keys`, after `timeoutMs`, or when `signal` aborts. */
  next(keys: ReadonlySet<string>, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Listens from now on; without it the first `next` may miss what happens while it connects. */
  ready(): Promise<void>
  close(): Promise<void>
}

export function openNotices(databaseUrl: string, { works = false } = {}): Notices {
  const waiting = new Set<(prefixes: ReadonlySet<string>) => void>()
  let connection: Promise<pg.Client> | undefined
  let closed = false

  const connect = async () => {
    const options = { application_name: works ? WORKER_APPLICATION : ASKER_APPLICATION, keepAlive: true }
    const client = new pg.Client({ connectionString: databaseUrl, ...options })
    client.on('notification', ({ payload }) => {
      const prefixes = new Set(payload?.split(','))
      for (const wake of waiting) wake(prefixes)
    })
    // The next use connects again; until then those who wait poll.
    client.on('error', () => (connection = undefined))
    client.on('end', () => (connection = undefined))
    await client.connect()
    await client.query(`LISTEN ${CHANNEL}`)
    return client
  }
  const connected = (): Promise<pg.Client> => {
    if (closed) return Promise.reject(new Error('notices are closed'))
    connection ??= connect().catch(async (error: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS).unref())
      connection = undefined
      throw error
    })
    return connection
  }

  return {
    async send(keys) {
      const client = await connected()
      for (let at = 0; at < keys.length; at += PREFIXES_PER_NOTICE) {
        const prefixes = keys.slice(at, at + PREFIXES_PER_NOTICE).map(prefixOf)
        await client.query('SELECT pg_notify($1, $2)', [CHANNEL, prefixes.join(',')])
      }
    },
    next(keys, timeoutMs, signal) {
      void connected().catch(() => undefined)
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
      await connected().catch(() => undefined)
    },
    async close() {
      closed = true
      const client = await connection?.catch(() => undefined)
      await client?.end().catch(() => undefined)
    },
  }
}

const prefixOf = (key: string): string => key.slice(0, PREFIX)
