/** A chart of Observable Plot. The library is loaded with the first chart, not with the page. */
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { inTurn } from './turns.ts'

export type Plot = typeof import('./drawing.ts')
/** Draws at a width in pixels. */
export type Draw = (plot: Plot, width: number) => Element

let loaded: Promise<Plot> | undefined

/** Once for the page, unless it failed. Plot makes a format for numbers when it is loaded, and a browser's first takes 20 ms: a task of its own. */
const loadPlot = (): Promise<Plot> =>
  (loaded ??= new Promise((resolve) => inTurn(() => resolve(new Intl.NumberFormat('en-US')))).then(() => import('./drawing.ts')).catch((error: unknown) => {
    loaded = undefined
    throw error
  }))

/**
 * Loads the library while the page has nothing else to do, and draws charts that nobody sees, each in a task of its own: the first
 * of a page takes three times as long as the next. Each is drawn once a page. For a view where a click draws one. The returned
 * function cancels that.
 */
export function prepareCharts(draws: readonly Draw[]): () => void {
  let isCancelled = false
  const prepare = () => {
    loadPlot().then(
      (plot) => {
        for (const draw of draws.filter((each) => !prepared.has(each))) {
          inTurn(() => {
            if (isCancelled) return
            prepared.add(draw)
            draw(plot, SAMPLE_WIDTH)
          })
        }
      },
      // The chart that needs it says so.
      () => undefined,
    )
  }
  const idle = whenIdle(prepare)
  return () => {
    isCancelled = true
    idle()
  }
}

const SAMPLE_WIDTH = 640
const prepared = new WeakSet<Draw>()

/** Safari has no word for idle. */
function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(act, 500)
    return () => clearTimeout(timer)
  }
  const waiting = requestIdleCallback(act)
  return () => cancelIdleCallback(waiting)
}

interface FigureProps {
  /** Must stay the same function while nothing changes (useCallback). */
  draw: Draw
  label: string
  children?: ReactNode
  onClick?(event: MouseEvent<HTMLElement>): void
  /** Changes the drawn chart if that is cheaper than drawing it anew; must stay the same function, too. */
  adorn?(drawn: Element): void
}

export function Figure({ draw, label, children, onClick, adorn }: FigureProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const [plot, setPlot] = useState<Plot | null>(null)
  const [shown, setShown] = useState<Element | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  useEffect(() => void loadPlot().then(setPlot, setFailed), [])
  // Where the view is, there it says so (ui/broken-view.tsx).
  if (failed !== null) throw failed
  useEffect(() => {
    const { current } = frame
    if (!plot || !current || width === 0) return
    return inTurn(() => {
      const drawn = draw(plot, width)
      // Plot puts a style sheet into its picture, which the content security policy forbids; ours has the same rules.
      for (const style of drawn.querySelectorAll('style')) style.remove()
      current.replaceChildren(drawn)
      setShown(drawn)
    })
  }, [plot, draw, width])
  useEffect(() => {
    if (shown) adorn?.(shown)
  }, [shown, adorn])
  return (
    <figure className="figure" aria-label={label} onClick={onClick}>
      <div ref={frame} className="figure-frame" />
      {children}
    </figure>
  )
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = frame
    if (!current) return
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(current)
    return () => observer.disconnect()
  }, [frame])
  return width
}
