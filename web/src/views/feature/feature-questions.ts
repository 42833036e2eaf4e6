/** What the page asks of the API about one feature. */
import type { AttributeInput, EffectQuery, FeatureTextQueryVariables } from '../../api/generated.ts'
import { type Question, splitFlags } from '../ask/question.ts'
import type { Feature, Prompt } from './types.ts'

/** Where a feature fires in a text. */
export const ownTextVariables = ({ set, index }: Feature, text: string): FeatureTextQueryVariables => ({
  input: { model: set.model.slug, text, sources: [set.source] },
  source: set.source,
  index,
})

interface Named {
  name: string
  model: string
  source: string
  index: number
}

/** Why a feature fires at a position, by a split (`set`: of features). The ids say exactly which tokens are meant. */
export function questionAt(
  { name, model, source, index }: Named,
  { tokens }: Prompt,
  position: number,
  by: Question['by'],
  set: string,
): Question {
  const tokenIds = tokens.map(({ tokenId }) => tokenId)
  return {
    by,
    set,
    asked: { model, tokenIds, position, target: { feature: { source, index } } },
    prompt: tokens
      .slice(0, position + 1)
      .map(({ text }) => text)
      .join(''),
    flags: { model, tokens: tokenIds.join(','), position, feature: name, ...splitFlags(by, model, set) },
  }
}

/** What a feature does, read at a position. Later tokens cannot change that, so they are left out. */
export const effectInput = ({ set, index }: Feature, { tokens }: Prompt, at: number): AttributeInput => ({
  model: set.model.slug,
  tokenIds: tokens.slice(0, at + 1).map(({ tokenId }) => tokenId),
  partition: { feature: { source: set.source, features: [index] } },
})

export type Effect = NonNullable<EffectQuery['attribute']>

/** The shares of the feature, by where it fires. */
export const sharesOf = ({ contributions }: Effect, index: number): { position: number; share: number }[] =>
  contributions.nodes.flatMap(({ score: share, component }) =>
    component.index === index && 'position' in component && component.position != null
      ? [{ position: component.position, share }]
      : [],
  )
