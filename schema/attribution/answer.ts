/** A whole answer as target: the value of each of its tokens at the position that predicts it. */
import { readAnswer, type StoredAnswer } from '../../src/store/answer.ts'
import { builder } from '../builder.ts'
import { pieceLoader } from '../loaders/scores.ts'

interface AnswerTokenShape {
  token: StoredAnswer[number]
  /** Which of the answer's tokens it is, of how many. */
  t: number
  count: number
  scoresHash: string | null
}

/** A list of numbers, as the attribution's own. */
const SCORES = 10
/** Cost of one JSON value, and of what is asked of each of its tokens. */
const ANSWER = 10
const ANSWER_ROWS = 8

export const AnswerToken = builder.objectRef<AnswerTokenShape>('AnswerToken').implement({
  description: 'One token of an answer, attributed at the position that predicts it.',
  fields: (t) => ({
    tokenId: t.int({ description: "Its number in the model's vocabulary.", resolve: ({ token }) => token.tokenId }),
    text: t.string({ description: 'Its text, with its leading space.', resolve: ({ token }) => token.text }),
    position: t.int({ description: 'The position that predicts it, from 0.', resolve: ({ token }) => token.position }),
    logit: t.float({ description: "Its logit; the logits sum to the target's value.", resolve: ({ token }) => token.value }),
    probability: t.float({
      description: "Its probability after what stands before it; their product is the target's.",
      resolve: ({ token }) => token.probability,
    }),
    completenessError: t.float({
      description: 'How far its own scores are from summing to its logit, relative to it; 0 is exact.',
      resolve: ({ token }) => token.completenessError,
    }),
    scores: t.floatList({
      description: "Every component's score for this token, in component order. Over the tokens they sum to the attribution's.",
      complexity: SCORES,
      resolve: ({ t: index, count, scoresHash }, _args, context) =>
        scoresHash === null ? [] : pieceLoader(context).load({ hash: scoresHash, piece: index, of: count }),
    }),
  }),
})

builder.prismaObjectField('Result', 'answer', (t) =>
  t.field({
    type: [AnswerToken],
    nullable: true,
    description: 'The tokens of a whole answer, in their order; null for other targets.',
    complexity: { field: ANSWER, multiplier: ANSWER_ROWS },
    select: { answer: true, answerScoresHash: true },
    resolve: ({ answer, answerScoresHash }) => {
      const tokens = readAnswer(answer)
      return tokens?.map((token, index) => ({ token, t: index, count: tokens.length, scoresHash: answerScoresHash })) ?? null
    },
  }),
)
