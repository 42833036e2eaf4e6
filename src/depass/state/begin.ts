/** Where splits begin: tracks with the new starts, and what the layout and the rows need to know about them. */
import type { ModelConfig } from '../../model/config.ts'
import { once } from '../partition/component.ts'
import { splitHasBias, type Split } from '../partition/split.ts'
import type { Mode } from '../rule.ts'
import type { Presence } from './layout.ts'
import type { State } from './state.ts'
import { lengthOf, type Start, type Track } from './track.ts'

export interface Beginning<T extends Track> {
  tracks: readonly T[]
  /** For each track, how many starts had begun before; later starts are new. */
  knownStarts: readonly number[]
}

/** The components of a split with BIAS last, where the model has biases in this mode. */
export function startOf(split: Split, config: ModelConfig, mode: Mode): Start {
  const bias = splitHasBias(config, mode) ? [once('bias', null)] : []
  return { split, components: [...split.components, ...bias], excludeFirst: split.excludeFirst ?? false }
}

/** Adds to each track the starts that `begins` gives for it; null if no track gets any. */
export function beginStarts<T extends Track>(
  tracks: readonly T[], begins: (track: T) => readonly Start[],
): Beginning<T> | null {
  const knownStarts = tracks.map(({ starts }) => starts.length)
  const begun = tracks.map((track) => {
    const starts = begins(track)
    return starts.length === 0 ? track : { ...track, starts: [...track.starts, ...starts] }
  })
  return begun.every((track, t) => track === tracks[t]) ? null : { tracks: begun, knownStarts }
}

/** Does a component of a new start begin at a position? */
export type Begins = (track: number, start: Start, component: number, position: number) => boolean

/** Which rows exist once new starts have begun: the old rows stay, and `exists` decides about the rows of new starts. */
export const presenceAfter = (state: State, { tracks, knownStarts }: Beginning<Track>, exists: Begins): Presence =>
  (t, s, m, i) => (s < knownStarts[t]! ? state.layout.row(t, s, m, i) !== 0 : exists(t, tracks[t]!.starts[s]!, m, i))

/**
 * The new starts, with the first position of each component filled in, for splits into neurons of a mixture: a component
 * begins at the first position that uses its expert. N for a component that begins nowhere, and so never gets a row.
 */
export function withFirsts<T extends Track>({ tracks, knownStarts }: Beginning<T>, exists: Begins): Beginning<T> {
  const firstOf = (t: number, start: Start, m: number) => {
    const N = lengthOf(tracks[t]!)
    for (let i = 0; i < N; i++) if (exists(t, start, m, i)) return i
    return N
  }
  return {
    knownStarts,
    tracks: tracks.map((track, t) => {
      const starts = track.starts.map((start, s): Start => {
        const { split } = start
        if (s < knownStarts[t]! || split.at !== 'mlp' || split.neuronOf === undefined) return start
        const components = start.components.map((component, m) =>
          (m < split.components.length ? { ...component, first: firstOf(t, start, m) } : component))
        return { ...start, components }
      })
      return { ...track, starts }
    }),
  }
}
