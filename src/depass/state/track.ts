/**
 * A track is one sequence on its way through the layers, with everything it is being split into; several tracks share a
 * sweep. A start is one split that has begun. Every start of a track shares the track's x, and the softmax of the MLP is
 * taken within each start. Tracks and starts are immutable: when a split begins, a track with one more start replaces the
 * old track.
 */
import type { SplitComponent } from '../partition/component.ts'
import type { Split } from '../partition/split.ts'

export interface Start {
  readonly split: Split
  /** [M]; BIAS comes last, if the model has one. */
  readonly components: readonly SplitComponent[]
  /** Component 0 takes no MLP share after position 0. */
  readonly excludeFirst: boolean
}

export interface Track {
  /** [N], up to the last position that is read. */
  readonly tokenIds: readonly number[]
  readonly starts: readonly Start[]
}

export const lengthOf = (track: Track): number => track.tokenIds.length

export const hasBias = (start: Start): boolean => start.components.at(-1)?.kind === 'bias'

/**
 * Whether a start that had begun before a layer ends there: because it is local, or because another start has replaced
 * it.
 */
export const hasEnded = (start: Start, begunBefore: readonly Start[]): boolean =>
  begunBefore.includes(start) && (start.split.local !== undefined || begunBefore.some(({ split }) => split.replaces?.split === start.split))

/** The start that a new start replaces, and the component of it that a component continues; null if it continues none. */
export function carriedFrom({ starts }: Track, start: Start, component: number): { start: number; component: number } | null {
  const { replaces } = start.split
  if (!replaces?.carriesOn) return null
  const old = starts.findIndex(({ split }) => split === replaces.split)
  const count = replaces.split.components.length
  if (component < count) return { start: old, component }
  return hasBias(start) && component === start.components.length - 1 ? { start: old, component: count } : null
}
