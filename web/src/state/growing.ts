/** Long lists are drawn piece by piece, a piece a frame, so that no frame has to style and lay out all of it. */
import { useEffect, useState } from 'react'

/** Items drawn in a frame; more than the tokens of a short prompt, which is thus drawn at once. */
const PIECE = 128

/** How many of `length` are drawn by now. */
export function useGrowing(length: number): number {
  const [count, setCount] = useState(PIECE)
  const isWhole = count >= length
  useEffect(() => {
    if (isWhole) return
    const frame = requestAnimationFrame(() => setCount((drawn) => drawn + PIECE))
    return () => cancelAnimationFrame(frame)
  }, [isWhole, count])
  return Math.min(count, length)
}
