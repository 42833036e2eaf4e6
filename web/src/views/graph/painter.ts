/**
 * Paints on a thread of its own: thousands of curves take a browser without a graphics card some hundred milliseconds, in which
 * the page would answer nobody.
 */
import type { Theme } from '../../state/theme.ts'
import { type Context2d, paint, paintEdges, type Picture } from './canvas.ts'
import type { DrawnEdge, GraphLayout } from './layout.ts'
import { strandsOf } from './marks.ts'

/** What changes seldom, and what changes with every step of its user. */
export interface Scene {
  layout: GraphLayout
  edges: readonly DrawnEdge[]
  tokens: readonly string[]
  theme: Theme
  /** Of the screen to one of the page. */
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
