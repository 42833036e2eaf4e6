/** How far one question has come, shown only if it takes long: in place on a terminal, else as a line now and then. */

export interface LayerProgress {
  /** `layer` layers of `layers` are done. */
  update(layer: number, layers: number): void
  /** Leaves nothing on a terminal. */
  stop(): void
}

interface Options {
  isTerminal: boolean
  say(text: string): void
  now?: () => number
}

/** Before this nobody wonders what takes so long. */
const QUIET_MS = 1_000
const LINE_EVERY_MS = 5_000

const CLEAR_LINE = '\r\x1b[K'

export function startLayerProgress({ isTerminal, say, now = () => performance.now() }: Options): LayerProgress {
  const every = isTerminal ? 0 : LINE_EVERY_MS
  let nextAt = now() + (isTerminal ? QUIET_MS : LINE_EVERY_MS)
  let isShown = false
  return {
    update(layer, layers) {
      if (now() < nextAt) return
      nextAt = now() + every
      say(isTerminal ? `${CLEAR_LINE}layer ${layer} of ${layers}` : `layer ${layer} of ${layers}\n`)
      isShown = isTerminal
    },
    stop() {
      if (isShown) say(CLEAR_LINE)
      isShown = false
    },
  }
}
