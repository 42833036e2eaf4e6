/** What was attributed: a number that is linear in the residual stream. */
import { builder } from './builder.ts'

const TargetType = builder.enumType('TargetType', {
  description: 'What kind of number was attributed.',
  values: {
    LOGIT: { value: 'logit', description: 'The logit of one token.' },
    LOGIT_DIFFERENCE: { value: 'logitDifference', description: 'The logit of one token minus that of another.' },
    DIRECTION: { value: 'direction', description: 'The projection of the stream on a direction.' },
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
  targetValue: true,
  targetProbability: true,
} as const

interface TargetShape {
  position: number
  targetType: 'logit' | 'logitDifference' | 'direction'
  targetTokenId: number | null
  targetText: string | null
  minusTokenId: number | null
  minusText: string | null
  targetLayer: number | null
  targetValue: number
  targetProbability: number | null
}

export const Target = builder.objectRef<TargetShape>('Target').implement({
  description: 'The number that is attributed: the scores of one split sum to its value.',
  fields: (t) => ({
    type: t.field({ type: TargetType, description: 'What kind of number it is.', resolve: (row) => row.targetType }),
    position: t.exposeInt('position', { description: 'The position at which it is read, from 0.' }),
    tokenId: t.exposeInt('targetTokenId', { nullable: true, description: 'The token; null for a direction.' }),
    text: t.exposeString('targetText', {
      nullable: true,
      description: "The token's text; null for a direction or where the model has no tokenizer.",
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
    value: t.exposeFloat('targetValue', { description: 'Its value in the undecomposed pass.' }),
    probability: t.exposeFloat('targetProbability', {
      nullable: true,
      description: 'Probability of the token at the position; null for a direction.',
    }),
  }),
})
