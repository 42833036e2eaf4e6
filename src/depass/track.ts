/**
 * A track is one sequence on its way through the layers, with everything it is being split into. Several tracks share a
 * sweep. A start is one way of splitting a track's stream, begun at some layer; every start shares the track's x, and the
 * softmax of the MLP is taken within each start.
 */
import type { ComponentKind } from './component.ts'

export interface StartComponent {
  kind: ComponentKind
  /** Position, group, head or neuron number; 0 for kinds that occur once. */
  index: number
  layer: number | null
  /** Before this position the component is 0. */
  first: number
}

export interface Start {
  /** [M]; BIAS, where there is one, comes last. */
  components: readonly StartComponent[]
  /** Component 0 takes no MLP share after position 0. */
  excludeFirst: boolean
}

export interface Track {
  /** [N], up to the position that is read. */
  tokenIds: readonly number[]
  starts: Start[]
  /** The layer whose input is read; L for the stream before the final norm. */
  readLayer: number
}

export const lengthOf = (track: Track) => track.tokenIds.length

export const hasBias = (start: Start) => start.components.at(-1)?.kind === 'bias'
