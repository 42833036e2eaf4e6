/** Writes the first rows of splits that begin after attention (eq. 20). The plan has left room for these rows. */
import type { ModelConfig } from '../../model/config.ts'
import type { AttentionOutcome } from '../partition/split.ts'
import { rowOf, type State } from '../state/state.ts'
import type { SplitAttention } from './run.ts'

/** What attention adds to x at the X positions of the new state, track by track. */
export interface HeadOutputs extends SplitAttention {
  config: ModelConfig
  /** For each track, how many starts had begun before; later starts begin here. */
  knownStarts: readonly number[]
}

/** Writes the rows of the new starts of `next`; `before` is the state that entered the layer. */
export function beginAfterAttention(before: State, next: State, outputs: HeadOutputs): void {
  const { config: { D, H }, heads, outputBias, knownStarts } = outputs
  const X = heads.length / (H * D)
  // The attention step orders x by track and then by position; the layout orders cells by position and then by track.
  const cells = [...next.layout.cells].sort((a, b) => a.track - b.track || a.position - b.position)
  for (const [x, { track, position }] of cells.entries()) {
    const outcome: Omit<AttentionOutcome, 'carried'> = {
      position,
      entering: rowOf(before, before.layout.xRow(track, position), D),
      leaving: rowOf(next, next.layout.xRow(track, position), D),
      head: (h) => heads.subarray((h * X + x) * D, (h * X + x + 1) * D),
      outputBias: outputBias && outputBias.subarray(x * D, (x + 1) * D),
    }
    const { starts } = next.layout.tracks[track]!
    for (const [s, { split, components }] of starts.entries()) {
      if (s < knownStarts[track]! || split.at !== 'attention') continue
      const old = starts.findIndex((each) => each.split === split.replaces?.split)
      const carried = (m: number) => rowOf(before, before.layout.row(track, old, m, position), D)
      for (let m = 0; m < components.length; m++) {
        const row = next.layout.row(track, s, m, position)
        if (row !== 0) split.fill(m, { ...outcome, carried }, rowOf(next, row, D))
      }
    }
  }
}
