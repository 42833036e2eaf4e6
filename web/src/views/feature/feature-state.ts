/** What of a feature is shown, as in its address. */
import { number, oneOf, type readState, text } from '../../state/url.ts'
import { SPLITS } from '../ask/question.ts'

export const featureParts = {
  /** The dataset of the statistics; if empty, the one that was swept last. */
  dataset: text(),
  context: oneOf(['short', 'long'], 'short'),
  breaks: oneOf(['no', 'yes'], 'no'),
  /** How many of the strongest examples are shown. */
  show: number(10),
  /** The user's own text. */
  text: text(),
  /** The place that is explained: a sequence, or `own` for the text above, @ and the position. */
  why: text(),
  by: oneOf(SPLITS, 'token'),
  sets: text(),
  /** The position where the effect is read; if empty, where the feature fires. */
  read: number(),
  pick: number(),
  /** What the bars of neurons or features are searched for. */
  find: text(),
}

export type FeatureState = ReturnType<typeof readState<typeof featureParts>>

export const OWN = 'own'

export interface Place {
  /** Global id of the sequence, or `own`. */
  sequence: string
  position: number
}

/** null where it is none. */
export function readPlace(why: string): Place | null {
  const [, sequence = '', digits = ''] = /^(.+)@(\d{1,9})$/.exec(why) ?? []
  return sequence === '' ? null : { sequence, position: Number(digits) }
}

export const writePlace = ({ sequence, position }: Place): string => `${sequence}@${position}`
