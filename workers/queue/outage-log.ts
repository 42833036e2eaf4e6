/** Keeps a log readable while the database is away: every poll of every queue fails then, several times a second. */
import { isDatabaseOutage } from '../../src/postgres/outage.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** So long without an error, and the next one belongs to another outage. */
const OVER_MS = 30_000

/** Of the errors of an outage, those after pauses that double are told, with how many were not. All others are told at once. */
export function tellSome(tell: (error: Error, withheld: number) => void, now: () => number = Date.now): (error: Error) => void {
  let [lastAt, nextAt, pause, withheld] = [-Infinity, -Infinity, FIRST_PAUSE_MS, 0]
  return (error) => {
    if (!isDatabaseOutage(error)) return tell(error, 0)
    const at = now()
    if (at - lastAt > OVER_MS) [nextAt, pause, withheld] = [-Infinity, FIRST_PAUSE_MS, 0]
    lastAt = at
    if (at < nextAt) {
      withheld++
      return
    }
    tell(error, withheld)
    nextAt = at + pause
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    withheld = 0
  }
}
