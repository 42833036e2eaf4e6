/** Long texts are drawn piece by piece, so that no frame has to style and lay out all of it. */
import { useCallback, useEffect, useState } from 'react'

/** How many of `pieces` are drawn by now. */
export function useGrowing(pieces: number): number {
  const [count, setCount] = useState(1)
  const isWhole = count >= pieces
  useEffect(() => {
    if (isWhole) return
    const frame = requestAnimationFrame(() => setCount((drawn) => drawn + 1))
    return () => cancelAnimationFrame(frame)
  }, [isWhole, count])
  return Math.min(count, pieces)
}

/** Items that are drawn when the end of those before comes into sight. */
const SCROLLED = 64

/** How many of `length` are drawn of a list that scrolls. `end`: the element behind them, with `drawn` as its key. */
export function useScrolled(length: number): { drawn: number; end(element: HTMLElement | null): (() => void) | undefined } {
  const [count, setCount] = useState(SCROLLED)
  const end = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) setCount((drawn) => drawn + SCROLLED)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { drawn: Math.min(count, length), end }
}
