/** The progress of a download: a bar on a terminal, a line now and then where there is none. */
import { SingleBar } from 'cli-progress'
import type { HubProgress } from '../../src/hub/fetch.ts'

export interface DownloadProgress {
  update(progress: HubProgress): void
  /** Leaves the last state on the screen. */
  stop(): void
}

interface Options {
  /** A terminal gets a bar. */
  terminal: NodeJS.WritableStream | null
  say(text: string): void
  now?: () => number
}

const LINE_EVERY_MS = 5_000
const MEGABYTE = 1e6

export function startDownloadProgress(
  title: string,
  { terminal, say, now = () => performance.now() }: Options,
): DownloadProgress {
  return terminal ? bar(title, terminal) : lines(title, say, now)
}

function bar(title: string, stream: NodeJS.WritableStream): DownloadProgress {
  const single = new SingleBar({
    stream,
    format: `${title}  {bar}  {percentage}%  {done} of {all} MB  {path}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    // We handle Ctrl-C ourselves, so that the command ends in good order.
    gracefulExit: false,
  })
  let started = false
  return {
    update({ path, doneBytes, totalBytes }) {
      const shown = { path, done: megabytes(doneBytes), all: megabytes(totalBytes) }
      if (started) single.update(doneBytes, shown)
      else single.start(totalBytes, doneBytes, shown)
      started = true
    },
    stop: () => started && single.stop(),
  }
}

function lines(title: string, say: (text: string) => void, now: () => number): DownloadProgress {
  let saidAt = -Infinity
  let unsaid: string | null = null
  const flush = () => {
    if (unsaid !== null) say(unsaid)
    unsaid = null
  }
  return {
    update({ path, doneBytes, totalBytes }) {
      const percent = totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)
      unsaid = `${title}: ${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB (${percent}%), ${path}\n`
      if (now() - saidAt < LINE_EVERY_MS) return
      saidAt = now()
      flush()
    },
    stop: flush,
  }
}

const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(bytes < 100 * MEGABYTE ? 1 : 0)
