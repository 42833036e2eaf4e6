/** Components as rows with a score and a bar: legible without colour, and showing every number. */
import type { Contribution } from '../../src/attribution/result.ts'
import { tint } from './colour.ts'
import { score } from './numbers.ts'
import { withBlanks } from './visible.ts'

const BAR_WIDTH = 20

export interface Scale {
  colour: boolean
  /** The largest |score| of what is shown; 0 where all are 0. */
  largest: number
}

export const scaleOf = (contributions: readonly Contribution[], colour: boolean): Scale => ({
  colour,
  largest: contributions.reduce((largest, { score }) => Math.max(largest, Math.abs(score)), 0),
})

export const shareOf = (value: number, { largest }: Scale): number => (largest === 0 ? 0 : value / largest)

/** One line each; the name comes last, since names are of any width and script. */
export function bars(contributions: readonly Contribution[], scale: Scale): string[] {
  const places = contributions.map((contribution) => placeOf(contribution))
  const placeWidth = Math.max(0, ...places.map((place) => place.length))
  return contributions.map((contribution, i) => {
    const share = shareOf(contribution.score, scale)
    const length = Math.round(Math.abs(share) * BAR_WIDTH)
    // Two shades, so that the sign is seen without colour and without reading the number.
    const drawn = (share < 0 ? '░' : '█').repeat(length)
    const bar = (scale.colour ? tint(' '.repeat(length), share) : drawn) + ' '.repeat(BAR_WIDTH - length)
    const place = (places[i] ?? '').padStart(placeWidth)
    return `${place}  ${score(contribution.score).padStart(9)}  ${bar}  ${withBlanks(contribution.component.label)}`.trimEnd()
  })
}

/** Where a component is, when its name does not say it: a token's position. */
function placeOf({ component: { kind, index } }: Contribution): string {
  return kind === 'token' || kind === 'group' ? String(index) : ''
}
