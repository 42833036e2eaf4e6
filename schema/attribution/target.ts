/** What was attributed: a number that is linear in the residual stream. */
import type { TargetKind } from '../../src/attribution/target/kinds.ts'
import { builder } from '../builder.ts'

const TargetType = builder.enumType('TargetType', {
  description: 'What kind of number was attributed.',
  values: {
    LOGIT: { value: 'logit', description: 'The logit of one token.' },
    LOGIT_DIFFERENCE: { value: 'logitDifference', description: 'The logit of one token minus that of another.' },
    DIRECTION: { value: 'direction', description: 'The projection of the stream on a direction.' },
    ANSWER: { value: 'answer', description: 'The sum of the logits of an answer\'s tokens, each read where it is predicted.' },
    FEATURE: { value: 'feature', description: 'The pre-activation of a feature of a feature set.' },
  },
})

/** The columns of a result that say what its target was. */
export const targetColumns = {
  position: true,
  targetType: true,
  targetTokenId: true,
  targetText: true,
  minusTokenId: true,
  minusText: true,
  targetLayer: true,
  targetFeatureSet: true,
  targetSite: true,
  targetFeature: true,
  targetActivation: true,
  targetValue: true,
  targetProbability: true,
} as const

interface TargetShape {
  position: number
  targetType: TargetKind
  targetTokenId: number | null
  targetText: string | null
  minusTokenId: number | null
  minusText: string | null
  targetLayer: number | null
  targetFeatureSet: string | null
  targetSite: string | null
  targetFeature: number | null
  targetActivation: number | null
  targetValue: number
  targetProbability: number | null
}

export const Target = builder.objectRef<TargetShape>('Target').implement({
  description: 'The number that is attributed: the scores of one split sum to its value.',
  fields: (t) => ({
    type: t.field({ type: TargetType, description: 'What kind of number it is.', resolve: (row) => row.targetType }),
    position: t.exposeInt('position', { description: 'The position at which it is read, from 0; of an answer the last.' }),
    tokenId: t.exposeInt('targetTokenId', { nullable: true, description: 'The token, of an answer its first; null for a direction.' }),
    text: t.exposeString('targetText', {
      nullable: true,
      description: "The text of the token or of the whole answer; null for a direction.",
    }),
    minusTokenId: t.exposeInt('minusTokenId', {
      nullable: true,
      description: 'The token whose logit is subtracted; null unless a logit difference.',
    }),
    minusText: t.exposeString('minusText', { nullable: true, description: 'Its text; null as `minusTokenId` is.' }),
    layer: t.exposeInt('targetLayer', {
      nullable: true,
      description: 'The layer whose input a direction reads; null for logits.',
    }),
    featureSetHash: t.exposeString('targetFeatureSet', {
      nullable: true,
      description: 'The hash of the set whose feature it is; null unless a feature.',
    }),
    site: t.exposeString('targetSite', {
      nullable: true,
      description: 'Where that set reads, such as 2.resid_pre; null unless a feature.',
    }),
    feature: t.exposeInt('targetFeature', { nullable: true, description: 'Its number in the set; null unless a feature.' }),
    activation: t.exposeFloat('targetActivation', {
      nullable: true,
      description: 'How strongly the feature fires there, 0 where it does not; null unless a feature.',
    }),
    value: t.exposeFloat('targetValue', { description: 'Its value in the undecomposed pass.' }),
    probability: t.exposeFloat('targetProbability', {
      nullable: true,
      description: 'Probability of the token at the position, of an answer that of all its tokens; null for a direction.',
    }),
  }),
})
