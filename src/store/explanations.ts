/** A person's or program's explanation of a feature. The same explanation is stored once, wherever it comes from. */
import { canonicalJson, sha256 } from '../hash.ts'

export interface SaidOfFeature {
  /** The number of the feature. */
  index: number
  description: string
  author: string
  method: string | null
  explainer: string | null
}

/** `feature_explanation.key` */
export const explanationKey = ({ index, description, author, method, explainer }: SaidOfFeature): string =>
  sha256(canonicalJson({ index, description, author, method, explainer }))
