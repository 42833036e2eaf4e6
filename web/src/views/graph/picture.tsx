/**
 * The link graph. The Tab key stops once for the whole graph. Arrow keys move along a row or to the next one, Enter
 * pins, Escape clears the choice. A screen reader reads the chosen node; lists beside the picture have everything else.
 */
import { type KeyboardEvent, memo, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTheme } from '../../state/theme.ts'
import type { How } from '../../state/view-state.ts'
import { percent, tokenName } from '../../ui/words.ts'
import { layoutOf, nodeAt, type PlacedNode, type DrawnEdge, type DrawnNode, type Step, stepFrom } from './layout.ts'
import { useNameOf } from './feature-names.tsx'
import { KIND_NAMES } from './marks.ts'
import type { Marks, Scene } from './painter.ts'
import type { Order } from './painter-worker.ts'

interface PictureProps {
  label: string
  nodes: readonly DrawnNode[]
  edges: readonly DrawnEdge[]
  tokens: readonly string[]
  /** Its edges stand out. */
  chosen: { nodeId: string; edges: readonly DrawnEdge[] } | null
  pinned: readonly string[]
  onChoose(nodeId: string, how?: How): void
  onPin(nodeId: string): void
  /** Set for copying the picture. */
  sceneRef: React.RefObject<{ scene: Scene; marks: Marks } | null>
}

const STEPS: Readonly<Record<string, Step>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

export const GraphPicture = memo(function GraphPicture(props: PictureProps) {
  const { label, nodes, edges, tokens, chosen, pinned, onChoose, onPin, sceneRef } = props
  const theme = useTheme()
  const nameOf = useNameOf()
  const frame = useRef<HTMLDivElement>(null)
  const easel = useRef<HTMLDivElement>(null)
  const available = useWidth(frame)
  const id = useId()
  const [hovered, setHovered] = useState<PlacedNode | null>(null)
  const layout = useMemo(() => (available === 0 ? null : layoutOf(nodes, tokens, available)), [nodes, tokens, available])
  const scene = useMemo<Scene | null>(() => layout && { layout, edges, tokens, theme, dots: devicePixelRatio || 1 }, [layout, edges, tokens, theme])
  const marks = useMemo<Marks>(() => ({ chosen, pinned }), [chosen, pinned])
  usePainter(easel, scene, marks)
  useEffect(() => {
    sceneRef.current = scene && { scene, marks }
    setHovered(null)
  }, [scene, marks, sceneRef])
  const under = ({ clientX, clientY }: MouseEvent): PlacedNode | null => {
    const box = easel.current?.getBoundingClientRect()
    return box && layout ? nodeAt(layout, clientX - box.left, clientY - box.top) : null
  }
  const here = useMemo(() => layout?.nodes.find(({ node }) => node.nodeId === chosen?.nodeId) ?? null, [layout, chosen])
  // Scrolls a wide graph so that the chosen node is in sight.
  useEffect(() => {
    const { current } = frame
    if (!current || !here) return
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = current
    const isInSight = here.x > scrollLeft && here.x < scrollLeft + clientWidth && here.y > scrollTop && here.y < scrollTop + clientHeight
    if (!isInSight) current.scrollTo(here.x - clientWidth / 2, here.y - clientHeight / 2)
  }, [here])
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (event.key === 'Escape') onChoose('', { replace: true })
    if (event.key === 'Enter' && chosen) onPin(chosen.nodeId)
    if (!step || !layout) return
    event.preventDefault()
    const next = stepFrom(layout, here, step)
    if (next) onChoose(next.node.nodeId, { replace: true })
  }
  return (
    <div ref={frame} className="graph-frame" role="listbox" aria-label={label} tabIndex={0} onKeyDown={walk}
      aria-activedescendant={here ? `${id}-chosen` : undefined} aria-describedby={`${id}-keys`}>
      <div ref={easel} className="graph-easel" aria-hidden="true" style={layout ? { width: layout.width, height: layout.height } : undefined}
        onPointerMove={(event) => setHovered(under(event))} onPointerLeave={() => setHovered(null)}
        onClick={(event) => onChoose(under(event)?.node.nodeId ?? '')} />
      <p id={`${id}-keys`} className="sr-only">Arrows walk from node to node, Enter pins the chosen one, Escape lets go.</p>
      {here && (
        <span id={`${id}-chosen`} className="sr-only" role="option" aria-selected="true" aria-setsize={nodes.length} aria-posinset={nodes.indexOf(here.node) + 1}>
          {spoken(here.node, tokens, nameOf(here.node))}
        </span>
      )}
      {hovered && (
        <div className="graph-tip" style={{ left: hovered.x, top: hovered.y }} aria-hidden="true">{spoken(hovered.node, tokens, nameOf(hovered.node))}</div>
      )}
    </div>
  )
})

/** The canvas is made here and not by React, because it can be handed to its thread only once. */
function usePainter(easel: React.RefObject<HTMLDivElement | null>, scene: Scene | null, marks: Marks): void {
  const [worker, setWorker] = useState<Worker | null>(null)
  useEffect(() => {
    const { current } = easel
    if (!current) return
    const canvas = document.createElement('canvas')
    current.replaceChildren(canvas)
    const started = new Worker(new URL('./painter-worker.ts', import.meta.url), { type: 'module' })
    const offscreen = canvas.transferControlToOffscreen()
    started.postMessage({ canvas: offscreen } satisfies Order, [offscreen])
    setWorker(started)
    return () => {
      started.terminate()
      setWorker(null)
    }
  }, [easel])
  useEffect(() => {
    if (worker && scene) worker.postMessage({ scene } satisfies Order)
  }, [worker, scene])
  useEffect(() => {
    if (worker) worker.postMessage({ marks } satisfies Order)
  }, [worker, marks])
}

/** A node in words. */
export function spoken({ kind, label, position, activation, probability, cumulative }: DrawnNode, tokens: readonly string[], about = ''): string {
  const where = position !== null && kind !== 'TOKEN' ? `, at ${tokenName(tokens[position] ?? String(position))}` : ''
  const how = probability !== null ? `, ${percent(probability)}` : activation !== null ? `, activation ${activation.toFixed(2)}` : ''
  const what = about === '' ? '' : `, ${about}`
  return `${KIND_NAMES[kind]} ${tokenName(label)}${what}${where}${how}${kind === 'LOGIT' ? '' : `, within the first ${percent(cumulative)} of influence`}`
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
