/** Waits for a database that is away for a while, for example while it restarts, and says so once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseOutage } from '../../src/postgres/outage.ts'

interface PatienceOptions {
  signal: AbortSignal
  say(text: string): void
  patienceMs?: number
  pauseMs?: number
}

/** Recovery after a crash replays gigabytes of log at worst. */
const PATIENCE_MS = 5 * 60_000
const PAUSE_MS = 500

/** Runs actions that may be repeated, again and again while the database is away. */
export function patience(options: PatienceOptions): <T>(action: () => Promise<T>) => Promise<T> {
  const { signal, say, patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS } = options
  let awaySince: number | null = null
  const back = () => {
    if (awaySince !== null) say('The database is back.\n')
    awaySince = null
  }
  const away = (error: unknown): number => {
    const reason = error instanceof Error ? error.message : String(error)
    const minutes = Math.ceil(patienceMs / 60_000)
    if (awaySince === null) say(`Waiting for the database (at most ${minutes} min): ${reason}\n`)
    return (awaySince ??= Date.now())
  }
  return async (action) => {
    for (;;) {
      try {
        const value = await action()
        back()
        return value
      } catch (error) {
        if (!isDatabaseOutage(error) || signal.aborted || Date.now() - away(error) >= patienceMs) throw error
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }
}
