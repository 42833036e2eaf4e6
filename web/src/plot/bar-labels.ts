/** The labels beside bars: how much room they get, and how much of a long one is seen. */
interface Labelled {
  label: string
  /** Where the label leads. */
  href?: string
}

/** Height of a bar with its label, in pixels. */
export const ROW = 22
/** Room for labels, in pixels: for plain names, and for linked features with their descriptions. */
const LABELS = { plain: 180, linked: 340, share: 0.52, character: 7.4, narrow: 6.1 }

/** `width`: that of the whole chart, in pixels. */
export function roomOf(bars: readonly Labelled[], width: number): number {
  const isLinked = bars.some(({ href }) => href !== undefined)
  const longest = bars.reduce((most, { label }) => Math.max(most, label.length), 0)
  return Math.min(
    isLinked ? LABELS.linked : LABELS.plain,
    width * LABELS.share,
    16 + longest * (isLinked ? LABELS.narrow : LABELS.character),
  )
}

/** Labels longer than their room are cut. */
export const cut = (label: string, room: number): string => {
  const most = Math.floor((room - 16) / LABELS.narrow)
  return label.length <= most ? label : `${label.slice(0, most - 1).trimEnd()}…`
}
