/**
 * Watches the embedded database of `tributary start`. If it dies, it is started again and recovers what was committed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenDatabase } from '../../../src/postgres/open.ts'

const LOOK_MS = 1000
/** After a start that failed: a full disk is not mended in a second. */
const PAUSE_MS = 10_000
/** The same reason is said again after this long. */
const REMIND_MS = 5 * 60_000

/**
 * Returns a function that ends the watching. Call it before closing the database, which would otherwise be started
 * again.
 */
export function superviseDatabase({ revive }: Pick<OpenDatabase, 'revive'>, say: (text: string) => void): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)

  let said = { reason: '', at: 0 }
  const complain = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    if (reason === said.reason && Date.now() - said.at < REMIND_MS) return
    said = { reason, at: Date.now() }
    say(`The database had ended, and does not start: ${reason} It is tried again by itself until it does.\n`)
  }

  async function watch(): Promise<void> {
    for (await pause(LOOK_MS); !signal.aborted; await pause(LOOK_MS)) {
      try {
        if (!(await revive(signal))) continue
        said = { reason: '', at: 0 }
        say('The database had ended unexpectedly; it was started again and has recovered.\n')
      } catch (error) {
        if (signal.aborted) return
        complain(error)
        await pause(PAUSE_MS)
      }
    }
  }
  const watched = watch()
  return async () => {
    stopping.abort()
    await watched
  }
}
