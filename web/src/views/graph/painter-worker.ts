/** The thread that paints. */
import { type Marks, Painter, type Scene } from './painter.ts'

export interface Order {
  canvas?: OffscreenCanvas
  scene?: Scene
  marks?: Marks
}

let painter: Painter | null = null
/** What is to be shown with the next frame; null if nothing is. */
let next: Omit<Order, 'canvas'> | null = null

// Orders that arrive faster than frames are painted once: who walks through a graph by key leaves several a frame.
addEventListener('message', ({ data: { canvas, ...order } }: MessageEvent<Order>) => {
  if (canvas) painter = new Painter(canvas)
  if (next === null) requestAnimationFrame(paint)
  next = { ...next, ...order }
})

function paint(): void {
  const shown = next ?? {}
  next = null
  painter?.show(shown)
}
