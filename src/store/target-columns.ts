/** A target as columns of a table of answers, and back. */
import type { ResolvedTarget } from '../attribution/result.ts'
import { formatSite } from '../features/site.ts'
import { storableText } from './text.ts'

/** The columns that describe the target, without its value. */
export function targetColumns(target: Omit<ResolvedTarget, 'value'>): Record<string, unknown> {
  const text = (given: string | null) => (given === null ? null : storableText(given))
  return {
    target_type: target.type,
    target_token_id: target.tokenId,
    target_text: text(target.text),
    minus_token_id: target.minusTokenId,
    minus_text: text(target.minusText),
    target_layer: target.layer,
    target_feature_set: target.feature?.set ?? null,
    target_site: target.feature ? formatSite(target.feature.site) : null,
    target_feature: target.feature?.index ?? null,
    target_activation: target.feature?.activation ?? null,
  }
}

/** Types of the columns, for rows that are sent as JSON. */
export const TARGET_COLUMN_TYPES = {
  target_type: 'target_type',
  target_token_id: 'int',
  target_text: 'text',
  minus_token_id: 'int',
  minus_text: 'text',
  target_layer: 'int',
  target_feature_set: 'text',
  target_site: 'text',
  target_feature: 'int',
  target_activation: 'float8',
} as const
