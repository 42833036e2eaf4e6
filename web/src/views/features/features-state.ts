/** What of a feature set is listed, as the address has it. */
import type { FeatureField, FeatureFilter } from '../../api/generated.ts'
import { oneOf, type readState, text } from '../../state/url.ts'

const ORDERS = ['INDEX', 'DENSITY', 'MEAN', 'MAX'] as const satisfies readonly FeatureField[]
export type FeaturesOrder = (typeof ORDERS)[number]

/** What a search looks at. */
export const SEARCHES = ['label', 'about', 'text', 'raises'] as const
/** Which features are listed. */
export const SHOWN = ['all', 'firing', 'dead', 'labelled', 'unlabelled'] as const
type Shown = (typeof SHOWN)[number]

export const featuresParts = {
  find: text(),
  in: oneOf(SEARCHES, 'label'),
  show: oneOf(SHOWN, 'all'),
  dataset: text(),
  by: oneOf(ORDERS, 'INDEX'),
  direction: oneOf(['ASC', 'DESC'], 'ASC'),
  after: text(),
}

export type FeaturesState = ReturnType<typeof readState<typeof featuresParts>>

const KINDS: Readonly<Record<Shown, FeatureFilter>> = {
  all: {},
  firing: { fires: true },
  dead: { fires: false },
  labelled: { labelled: true },
  unlabelled: { labelled: false },
}

export function filterOf({ find, in: where, show }: FeaturesState): FeatureFilter {
  const searched =
    find === '' ? {} : where === 'label' ? { labelContains: find } : where === 'raises' ? { raises: find } : {}
  return { ...KINDS[show], ...searched }
}

/** Searches whose order is their own. */
export const isRanked = ({ find, in: where }: FeaturesState): boolean =>
  find !== '' && (where === 'about' || where === 'text')
