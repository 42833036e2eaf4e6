/** Charts are drawn one after the other, each in a task of its own: a page with several of them stays at hand. */
type Turn = () => void

const waiting = new Set<Turn>()
let isRunning = false

function next(): void {
  const [turn] = waiting
  if (!turn) {
    isRunning = false
    return
  }
  waiting.delete(turn)
  // Whatever goes wrong in one chart, the others are drawn.
  setTimeout(next)
  turn()
}

/** Draws when it is its turn. What is returned takes it back. */
export function inTurn(turn: Turn): () => void {
  waiting.add(turn)
  if (!isRunning) {
    isRunning = true
    setTimeout(next)
  }
  return () => waiting.delete(turn)
}
