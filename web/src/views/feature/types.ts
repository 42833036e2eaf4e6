/** What the parts of a feature's page are given. */
import type { FeatureViewQuery } from '../../api/generated.ts'

export type Feature = NonNullable<FeatureViewQuery['feature']>

/** A prompt as the model reads it. */
export interface Prompt {
  tokens: readonly { index: number; tokenId: number; text: string }[]
}
