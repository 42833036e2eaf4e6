/** The thread that paints. */
import { type Marks, Painter, type Scene } from './painter.ts'

export interface Order {
  canvas?: OffscreenCanvas
  scene?: Scene
  marks?: Marks
}

let painter: Painter | null = null

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data.canvas) painter = new Painter(data.canvas)
  painter?.show(data)
})
