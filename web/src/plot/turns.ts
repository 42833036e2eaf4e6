/** Draws charts one after the other, each in its own task, so that a page with several charts stays responsive. */
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

/** Draws when the turn comes. The returned function cancels that. */
export function inTurn(turn: Turn): () => void {
  waiting.add(turn)
  if (!isRunning) {
    isRunning = true
    setTimeout(next)
  }
  return () => waiting.delete(turn)
}
