/** What is asked: the state in the address, as the API's input and as a command line. */
import type { AttributionGraphInput, GraphEdges, GraphNodesBy } from '../../api/generated.ts'
import { number, oneOf, text, type readState } from '../../state/url.ts'

export const LINKS = ['both', 'in', 'out'] as const
export type Links = (typeof LINKS)[number]

export const graphParts = {
  model: text(),
  text: text(),
  /** A second prompt, whose graph is beside the first. */
  other: text(),
  /** The chosen node of the second graph. */
  twin: text(),
  /** Names of feature sets with commas between; nothing for heads and MLPs. */
  sets: text(),
  by: oneOf(['head', 'module'], 'head'),
  edges: oneOf(['direct', 'total'], 'direct'),
  threshold: number(),
  nodes: number(),
  /** The chosen node. */
  node: text(),
  links: oneOf(LINKS, 'both'),
  /** Which of the strongest paths the picture shows, from 1. */
  path: number(),
  /** The user's notes (notes.ts); if empty, those that are saved with the graph. */
  pins: text(),
  groups: text(),
  words: text(),
  /** A stored graph by its id, instead of a question. */
  id: text(),
}
export type GraphState = ReturnType<typeof readState<typeof graphParts>>

/** Choices that are reset, because they mean nothing for another graph. */
export const FRESH: Partial<GraphState> = { node: '', twin: '', path: null, pins: '', groups: '', words: '', id: '' }

export const DEFAULT_THRESHOLD = 0.8
export const DEFAULT_NODES = 500
export const MOST_NODES = 2000
/** More lines would only cover each other. */
export const MAX_EDGES = 4000

export const thresholdOf = ({ threshold }: Pick<GraphState, 'threshold'>): number => Math.min(1, Math.max(0, threshold ?? DEFAULT_THRESHOLD))
export const budgetOf = ({ nodes }: Pick<GraphState, 'nodes'>): number => Math.min(MOST_NODES, Math.max(1, Math.round(nodes ?? DEFAULT_NODES)))

/**
 * A graph is computed and stored with one of a few limits, and the server cuts it to those of the picture. So a step of
 * the slider does not compute a new graph, and notes that were saved with a graph stay with it.
 */
const COMPUTED_THRESHOLDS = [DEFAULT_THRESHOLD, 0.95, 1]
const COMPUTED_NODES = [DEFAULT_NODES, MOST_NODES]
const firstFrom = (steps: readonly number[], wanted: number): number => steps.find((step) => step >= wanted) ?? wanted

const BY = { head: 'HEAD', module: 'MODULE' } as const satisfies Record<string, GraphNodesBy>
const EDGES = { direct: 'DIRECT', total: 'TOTAL' } as const satisfies Record<string, GraphEdges>

export const setNames = ({ sets }: Pick<GraphState, 'sets'>): string[] => sets.split(',').filter((name) => name !== '')

export function graphInput(state: GraphState): AttributionGraphInput {
  const names = setNames(state)
  return {
    model: state.model,
    text: state.text,
    ...(names.length > 0 ? { sets: names } : { by: BY[state.by] }),
    ...(state.edges !== 'direct' && { edges: EDGES[state.edges] }),
    nodeThreshold: firstFrom(COMPUTED_THRESHOLDS, thresholdOf(state)),
    maxNodes: firstFrom(COMPUTED_NODES, budgetOf(state)),
  }
}

export function graphFlags(state: GraphState): Record<string, string | number | null> {
  const names = setNames(state)
  return {
    model: state.model,
    text: state.text,
    sae: names.length > 0 ? names.map((name) => `${state.model}/${name}`).join(',') : null,
    by: names.length > 0 ? null : state.by,
    edges: state.edges === 'direct' ? null : state.edges,
    threshold: thresholdOf(state),
    'max-nodes': budgetOf(state),
  }
}
