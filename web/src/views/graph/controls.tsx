/** The choice of nodes, and of how many are drawn. The server cuts the graph; the page only draws it. */
import { useEffect, useState } from 'react'
import { GraphSetsDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import type { How } from '../../state/view-state.ts'
import { count, percent } from '../../ui/words.ts'
import { budgetOf, FRESH, type GraphState, MOST_NODES, setNames, thresholdOf } from './question.ts'

interface ControlsProps {
  state: GraphState
  onChange(change: Partial<GraphState>, how?: How): void
}

export function NodesPicker({ state, onChange }: ControlsProps) {
  const { data } = useLatest(GraphSetsDocument, state.model === '' ? null : { model: state.model })
  const sets = data?.model?.featureSets ?? []
  const chosen = setNames(state)
  const toggle = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]
    // In the order of layers, not of clicks, so that the same graph has the same address.
    const known = sets.map(({ source }) => source)
    onChange({ ...FRESH, sets: next.sort((a, b) => known.indexOf(a) - known.indexOf(b)).join(',') })
  }
  const by = (value: GraphState['by']) => onChange({ ...FRESH, sets: '', edges: 'direct', by: value })
  return (
    <fieldset className="graph-nodes">
      <legend className="muted">Nodes</legend>
      <div className="row">
        <button type="button" className="small" aria-pressed={chosen.length === 0 && state.by === 'head'} onClick={() => by('head')}>Heads and MLPs</button>
        <button type="button" className="small" aria-pressed={chosen.length === 0 && state.by === 'module'} onClick={() => by('module')}>Sublayers</button>
        {sets.map(({ id, source, site, width }) => (
          <button key={id} type="button" className="small" aria-pressed={chosen.includes(source)} onClick={() => toggle(source)} title={`${count(width)} features at ${site}`}>
            Features of {source}
          </button>
        ))}
        {chosen.length > 0 && (
          <label className="inline" title="What goes through no other node, or everything on the way">
            <span className="muted">edges</span>
            <select value={state.edges} onChange={(event) => onChange({ ...FRESH, edges: event.target.value === 'total' ? 'total' : 'direct' })}>
              <option>direct</option>
              <option>total</option>
            </select>
          </label>
        )}
      </div>
    </fieldset>
  )
}

/** How long the slider must rest before the graph is cut anew. */
const SETTLE_MS = 200
const STEPS = { threshold: 0.05, nodes: 20 }

export function Sliders({ state, onChange }: ControlsProps) {
  return (
    <div className="row graph-sliders">
      <Slider label="threshold" value={thresholdOf(state)} least={STEPS.threshold} most={1} step={STEPS.threshold} shown={percent}
        title="Nodes are drawn until they make up this share of all influence" onSettle={(threshold) => onChange({ threshold: Number(threshold.toFixed(2)) }, { replace: true })} />
      <Slider label="nodes at most" value={budgetOf(state)} least={STEPS.nodes} most={MOST_NODES} step={STEPS.nodes} shown={count}
        title="Tokens and logits are drawn in any case" onSettle={(nodes) => onChange({ nodes }, { replace: true })} />
    </div>
  )
}

interface SliderProps {
  label: string
  title: string
  value: number
  least: number
  most: number
  step: number
  shown(value: number): string
  onSettle(value: number): void
}

function Slider({ label, title, value, least, most, step, shown, onSettle }: SliderProps) {
  const [draft, setDraft] = useState<number | null>(null)
  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => {
      setDraft(null)
      if (draft !== value) onSettle(draft)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  })
  return (
    <label className="inline" title={title}>
      <span className="muted">{label}</span>
      <input type="range" min={least} max={most} step={step} value={draft ?? value} aria-valuetext={shown(draft ?? value)}
        onChange={(event) => setDraft(Number(event.target.value))} />
      <output>{shown(draft ?? value)}</output>
    </label>
  )
}
