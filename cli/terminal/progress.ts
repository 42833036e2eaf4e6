/** The progress of an ingest: a bar on a terminal, a line now and then where there is none (logs, CI). */
import { SingleBar } from 'cli-progress'
import type { ProgressState } from '../../ingest/run/follow.ts'
import { duration } from './numbers.ts'
import { RateMeter } from './rate.ts'

export interface Progress {
  update(state: ProgressState): void
  /** Leaves the last state on the screen. */
  stop(): void
}

interface ProgressOptions {
  /** A terminal gets a bar. */
  terminal: NodeJS.WritableStream | null
  say(text: string): void
  now?: () => number
}

const LINE_EVERY_MS = 5_000

export function startProgress(title: string, { terminal, say, now = () => performance.now() }: ProgressOptions): Progress {
  const pace = new Pace(now)
  return terminal ? bar(title, terminal, pace) : lines(title, say, pace, now)
}

function bar(title: string, stream: NodeJS.WritableStream, pace: Pace): Progress {
  const single = new SingleBar({
    stream,
    format: `${title}  {bar}  {value}/{total}  {percentage}%  {note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    // We handle Ctrl-C ourselves, so that the command ends in good order.
    gracefulExit: false,
  })
  let started = false
  return {
    update(state) {
      const finished = state.done + state.failed
      const note = pace.of(state)
      if (!started) single.start(state.total, finished, { note: '' })
      started = true
      single.setTotal(state.total)
      single.update(finished, { note })
    },
    stop: () => started && single.stop(),
  }
}

function lines(title: string, say: (text: string) => void, pace: Pace, now: () => number): Progress {
  let saidAt = -Infinity
  let unsaid: string | null = null
  const flush = () => {
    if (unsaid !== null) say(unsaid)
    unsaid = null
  }
  return {
    update(state) {
      const finished = state.done + state.failed
      const percent = state.total === 0 ? 100 : Math.floor((100 * finished) / state.total)
      const note = pace.of(state)
      unsaid = `${title}: ${finished} of ${state.total} prompts (${percent}%)${note ? `, ${note.replaceAll('  ', ', ')}` : ''}\n`
      if (now() - saidAt < LINE_EVERY_MS) return
      saidAt = now()
      flush()
    },
    stop: flush,
  }
}

class Pace {
  readonly #now: () => number
  readonly #prompts = new RateMeter()
  readonly #tokens = new RateMeter()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Two blanks between parts, as the bar has them. */
  of(state: ProgressState): string {
    const finished = state.done + state.failed
    this.#prompts.record(this.#now(), finished)
    if (state.passTokens !== undefined) this.#tokens.record(this.#now(), state.passTokens)
    const left = this.#prompts.timeLeft(state.total)
    return [
      this.#perSecond(state),
      left === null || finished >= state.total ? null : `${duration(left)} left`,
      state.failed > 0 ? `${state.failed} failed` : null,
      state.waitsFor ?? null,
    ]
      .filter((part) => part !== null)
      .join('  ')
  }

  #perSecond({ passTokens }: ProgressState): string | null {
    const perSecond = (passTokens === undefined ? this.#prompts : this.#tokens).perSecond
    if (perSecond === null) return null
    const number = perSecond < 10 ? perSecond.toFixed(2) : Math.round(perSecond).toString()
    return passTokens === undefined ? `${number}/s` : `${number} tokens/s`
  }
}
