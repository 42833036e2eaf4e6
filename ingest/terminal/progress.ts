/** The progress of an ingest: a bar on a terminal, a line now and then where there is none (logs, CI). */
import { SingleBar } from 'cli-progress'
import { duration } from './numbers.ts'
import { RateMeter } from './rate.ts'

export interface ProgressState {
  done: number
  failed: number
  total: number
}

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
  const rate = new RateMeter()
  return terminal ? bar(title, terminal, rate, now) : lines(title, say, rate, now)
}

function bar(title: string, stream: NodeJS.WritableStream, rate: RateMeter, now: () => number): Progress {
  const single = new SingleBar({
    stream,
    format: `${title}  {bar}  {value}/{total}  {percentage}%  {note}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    // Ours to handle: the command ends in good order on Ctrl-C.
    gracefulExit: false,
  })
  let started = false
  return {
    update(state) {
      const finished = state.done + state.failed
      rate.record(now(), finished)
      if (!started) single.start(state.total, finished, { note: '' })
      started = true
      single.setTotal(state.total)
      single.update(finished, { note: describePace(state, rate) })
    },
    stop: () => started && single.stop(),
  }
}

function lines(title: string, say: (text: string) => void, rate: RateMeter, now: () => number): Progress {
  let saidAt = -Infinity
  let unsaid: string | null = null
  const flush = () => {
    if (unsaid !== null) say(unsaid)
    unsaid = null
  }
  return {
    update(state) {
      const finished = state.done + state.failed
      rate.record(now(), finished)
      const percent = state.total === 0 ? 100 : Math.floor((100 * finished) / state.total)
      const pace = describePace(state, rate)
      unsaid = `${title}: ${finished} of ${state.total} prompts (${percent}%)${pace ? `, ${pace.replaceAll('  ', ', ')}` : ''}\n`
      if (now() - saidAt < LINE_EVERY_MS) return
      saidAt = now()
      flush()
    },
    stop: flush,
  }
}

/** Two blanks between parts, as the bar has them. */
function describePace(state: ProgressState, rate: RateMeter): string {
  const perSecond = rate.perSecond
  const left = rate.timeLeft(state.total)
  const finished = state.done + state.failed >= state.total
  return [
    perSecond === null ? null : `${perSecond.toFixed(perSecond < 10 ? 2 : 0)}/s`,
    left === null || finished ? null : `${duration(left)} left`,
    state.failed > 0 ? `${state.failed} failed` : null,
  ]
    .filter((part) => part !== null)
    .join('  ')
}
