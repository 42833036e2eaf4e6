/** What someone says a feature is about, wherever it comes from: the same is stored once. */
import { canonicalJson, sha256 } from '../hash.ts'

export interface SaidOfFeature {
  /** Of the feature. */
  index: number
  description: string
  author: string
  method: string | null
  explainer: string | null
}

/** `feature_explanation.key` */
export const explanationKey = ({ index, description, author, method, explainer }: SaidOfFeature): string =>
  sha256(canonicalJson({ index, description, author, method, explainer }))
