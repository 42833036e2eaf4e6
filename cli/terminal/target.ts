/** What was attributed or looked at, in words. */
import type { ResolvedTarget } from '../../src/attribution/result.ts'
import { formatSite } from '../../src/features/site.ts'
import { percent, score } from './numbers.ts'
import { tokenName, withBlanks } from './visible.ts'

/** With its value: `␣Paris (#1074) at position 5 (after ␣is): logit 18.647, probability 100.0%`. */
export function describeTarget(target: ResolvedTarget, tokens: readonly { text: string; label?: string }[]): string {
  const { value, probability, feature } = target
  const named = nameTarget(target, tokens)
  if (feature !== undefined) {
    const { activation, fires } = feature
    return `${named}: pre-activation ${score(value)}, ${fires ? `fires with ${score(activation)}` : 'does not fire'}`
  }
  if (target.type === 'direction') return `${named}: ${score(value)}`
  if (target.type === 'answer') return `${named}: ${unitOf(target)} ${score(value)}, probability of all of them ${percent(probability ?? NaN)}`
  const chance = probability === null ? '' : `, probability ${percent(probability)}`
  return `${named}: ${unitOf(target)} ${score(value)}${chance}`
}

/** Without its value. */
export function nameTarget(target: Omit<ResolvedTarget, 'value' | 'probability'>, tokens: readonly { text: string; label?: string }[]): string {
  const at = `at position ${target.position} (after ${tokenName(tokens[target.position])})`
  if (target.feature !== undefined) return `feature ${target.feature.index} of the set at ${formatSite(target.feature.site)}, ${at}`
  if (target.type === 'direction') return `direction at the input of layer ${target.layer}, ${at}`
  if (target.type === 'answer') return `${withBlanks(target.text ?? '')}, the last token ${at}`
  const minus = target.type === 'logitDifference' ? ` minus ${nameOf(target.minusText, target.minusTokenId)}` : ''
  return `${nameOf(target.text, target.tokenId)}${minus} ${at}`
}

/** The name of the quantity that a target's value is. */
export function unitOf({ type }: Pick<ResolvedTarget, 'type'>): string {
  switch (type) {
    case 'logit':
      return 'logit'
    case 'logitDifference':
      return 'logit difference'
    case 'answer':
      return 'sum of the logits'
    case 'direction':
      return 'projection'
    case 'feature':
      return 'pre-activation'
  }
}

export const nameOf = (text: string | null, id: number | null) =>
  text === null || text === `#${id}` ? `#${id}` : `${withBlanks(text)} (#${id})`
