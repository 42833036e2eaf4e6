/** Where splits begin: tracks with the new starts, and what the layout and the rows need to know of them. */
import type { ModelConfig } from '../../model/config.ts'
import { once } from '../partition/component.ts'
import { splitHasBias, type Split } from '../partition/split.ts'
import type { Mode } from '../rule.ts'
import type { Presence } from './layout.ts'
import type { State } from './state.ts'
import { lengthOf, type Start, type Track } from './track.ts'

export interface Beginning<T extends Track> {
  tracks: readonly T[]
  /** Of each track, how many starts had begun before; those that follow are new. */
  knownStarts: readonly number[]
}

/** The components of a split with BIAS last, where the model has biases in this mode. */
export function startOf(split: Split, config: ModelConfig, mode: Mode): Start {
  const bias = splitHasBias(config, mode) ? [once('bias', null)] : []
  return { split, components: [...split.components, ...bias], excludeFirst: split.excludeFirst ?? false }
}

/** Tracks with the starts that `begins` gives each of them; null when none gets any. */
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

/** What is there once new starts have begun: the old rows as they were, and of a new start what `exists` says. */
export const presenceAfter = (state: State, { tracks, knownStarts }: Beginning<Track>, exists: Begins): Presence =>
  (t, s, m, i) => (s < knownStarts[t]! ? state.layout.row(t, s, m, i) !== 0 : exists(t, tracks[t]!.starts[s]!, m, i))

/**
 * The new starts of splits into neurons of a mixture, whose components begin where their expert is used, with the first
 * position of each: N for one that begins nowhere, which then never gets a row.
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
