/**
 * Paints in a separate thread. Without a graphics card, thousands of curves take a browser some hundred milliseconds,
 * in which the page would not respond.
 */
import type { Theme } from '../../state/theme.ts'
import { type Context2d, paint, paintEdges, type Picture } from './canvas.ts'
import type { DrawnEdge, GraphLayout } from './layout.ts'
import { strandsOf } from './marks.ts'

/** The parts of a picture that change seldom (`Scene`), and those that change with every step of the user (`Marks`). */
export interface Scene {
  layout: GraphLayout
  edges: readonly DrawnEdge[]
  tokens: readonly string[]
  theme: Theme
  /** Pixels of the screen per pixel of the page. */
  dots: number
}
export interface Marks {
  chosen: { nodeId: string; edges: readonly DrawnEdge[] } | null
  pinned: readonly string[]
}

export function pictureOf({ layout, edges, tokens, theme }: Scene, { chosen, pinned }: Marks): Picture {
  const node = layout.nodes.find((each) => each.node.nodeId === chosen?.nodeId)
  return {
    layout, tokens, theme, strands: strandsOf(edges, layout), pinned: new Set(pinned),
    chosen: node && chosen ? { node, strands: strandsOf(chosen.edges, layout) } : null,
  }
}

type Canvas = HTMLCanvasElement | OffscreenCanvas
const contextOf = (canvas: Canvas): Context2d | null => canvas.getContext('2d') as Context2d | null

/** Keeps the edges of a scene as a picture, so that a step along the nodes does not draw them anew. */
export class Painter {
  readonly #canvas: Canvas
  #scene: Scene | null = null
  #marks: Marks = { chosen: null, pinned: [] }
  #edges: OffscreenCanvas | null = null

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  show({ scene, marks }: { scene?: Scene; marks?: Marks }): void {
    if (marks) this.#marks = marks
    if (scene) {
      this.#scene = scene
      this.#edges = null
    }
    this.#paint()
  }

  #paint(): void {
    if (!this.#scene) return
    const picture = pictureOf(this.#scene, this.#marks)
    const { layout: { width, height } } = picture
    const { dots } = this.#scene
    const size = { width: Math.round(width * dots), height: Math.round(height * dots) }
    if (!this.#edges) {
      Object.assign(this.#canvas, size)
      this.#edges = new OffscreenCanvas(size.width, size.height)
      const context = contextOf(this.#edges)
      context?.scale(dots, dots)
      if (context) paintEdges(context, picture)
    }
    const context = contextOf(this.#canvas)
    context?.setTransform(dots, 0, 0, dots, 0, 0)
    if (context) paint(context, picture, this.#edges)
  }
}
