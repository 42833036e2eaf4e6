/** The process around the command line: streams, signals, exit. */
import { setMaxListeners } from 'node:events'
import { constants } from 'node:os'
import type { CliContext } from './context.ts'
import { main } from './main.ts'

/** How long a command may take to leave things in order after Ctrl-C. */
const GRACE_MS = 15_000
/** The same after the parent is gone: nobody waits for what is under way, and another `start` may come any moment. */
const ORPHAN_GRACE_MS = 5000
/**
 * npm passes a Ctrl-C on, although the terminal has already sent it to npm's child. So only a signal after this time
 * counts as a second press.
 */
const SECOND_PRESS_MS = 500

export async function runProcess(argv: readonly string[]): Promise<void> {
  const interruption = new AbortController()
  // Everything that is under way listens to this signal, so many listeners are no leak.
  setMaxListeners(0, interruption.signal)
  let exitCode: number | null = null
  let interruptedAt = 0
  const interrupt = (status: number, graceMs = GRACE_MS) => {
    exitCode ??= status
    if (interruption.signal.aborted) return
    interruptedAt = Date.now()
    interruption.abort()
    setTimeout(() => process.exit(exitCode ?? undefined), graceMs).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (interruption.signal.aborted && Date.now() - interruptedAt > SECOND_PRESS_MS) process.exit(exitCode)
      interrupt(128 + constants.signals[signal])
    })
  // A worker of `start` that has lost its parent ends, because nobody else would end it.
  process.on('disconnect', () => interrupt(128 + constants.signals.SIGHUP, ORPHAN_GRACE_MS))
  // If the parent was killed while this process was loading, the event above came before anybody listened.
  if (process.connected === false) interrupt(128 + constants.signals.SIGHUP, ORPHAN_GRACE_MS)
  process.channel?.unref()
  // `tributary … | head` closes the pipe early: an end to printing, not an error.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      interruption.abort()
    })
  const status = await main(argv, contextOf(interruption.signal))
  process.exitCode = exitCode ?? status
}

function contextOf(signal: AbortSignal): CliContext {
  return {
    print: (text) => void process.stdout.write(text),
    say: (text) => void process.stderr.write(text),
    environment: process.env,
    printsToTerminal: process.stdout.isTTY === true,
    saysToTerminal: process.stderr.isTTY === true,
    signal,
  }
}
