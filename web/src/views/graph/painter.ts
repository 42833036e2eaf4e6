/**
 * Paints in a separate thread. Without a graphics card, thousands of curves take a browser some hundred milliseconds,
 * in which the page would not respond.
 */
import type { Theme } from '../../state/theme.ts'
import { type Context2d, type Layers, paint, paintLayer, type Picture } from './canvas.ts'
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

/** What the marks say, of the nodes that are drawn. */
function marked({ layout }: Scene, { chosen, pinned }: Marks): Pick<Picture, 'chosen' | 'pinned'> {
  const node = layout.nodes.find((each) => each.node.nodeId === chosen?.nodeId)
  return { pinned: new Set(pinned), chosen: node && chosen ? { node, strands: strandsOf(chosen.edges, layout) } : null }
}

export function pictureOf(scene: Scene, marks: Marks): Picture {
  const { layout, edges, tokens, theme } = scene
  return { layout, tokens, theme, strands: strandsOf(edges, layout), ...marked(scene, marks) }
}

type Canvas = HTMLCanvasElement | OffscreenCanvas
const contextOf = (canvas: Canvas): Context2d | null => canvas.getContext('2d') as Context2d | null

/** Keeps what does not change with the marks as pictures, so that a step along the nodes draws little anew. */
export class Painter {
  readonly #canvas: Canvas
  #scene: Scene | null = null
  #marks: Marks = { chosen: null, pinned: [] }
  #layers: Layers<OffscreenCanvas> | null = null

  constructor(canvas: Canvas) {
    this.#canvas = canvas
  }

  show({ scene, marks }: { scene?: Scene; marks?: Marks }): void {
    if (marks) this.#marks = marks
    if (scene) {
      this.#scene = scene
      this.#layers = null
    }
    if (this.#scene) this.#paint(this.#scene)
  }

  #paint(scene: Scene): void {
    const { layout, theme, dots } = scene
    this.#layers ??= this.#newLayers(scene)
    const context = contextOf(this.#canvas)
    context?.setTransform(dots, 0, 0, dots, 0, 0)
    if (context) paint(context, { layout, theme, ...marked(scene, this.#marks) }, this.#layers)
  }

  #newLayers(scene: Scene): Layers<OffscreenCanvas> {
    const { layout: { width, height }, dots } = scene
    const size = { width: Math.round(width * dots), height: Math.round(height * dots) }
    Object.assign(this.#canvas, size)
    const picture = pictureOf(scene, { chosen: null, pinned: [] })
    const painted = (name: keyof Layers<unknown>) => {
      const layer = new OffscreenCanvas(size.width, size.height)
      const context = contextOf(layer)
      context?.scale(dots, dots)
      if (context) paintLayer[name](context, picture)
      return layer
    }
    return { edges: painted('edges'), nodes: painted('nodes'), words: painted('words') }
  }
}
