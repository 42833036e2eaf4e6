/** What the model itself predicts at the target's position, beside what was expected. */
import { builder } from '../builder.ts'

/** The columns of a result that say it. */
export const predictionColumns = {
  predictedTokenId: true,
  predictedText: true,
  predictedLogit: true,
  predictedProbability: true,
  expectedTokenId: true,
  expectedText: true,
  expectedRank: true,
  expectedLogit: true,
  expectedProbability: true,
} as const

interface PredictionRow {
  predictedTokenId: number | null
  predictedText: string | null
  predictedLogit: number | null
  predictedProbability: number | null
  expectedTokenId: number | null
  expectedText: string | null
  expectedRank: number | null
  expectedLogit: number | null
  expectedProbability: number | null
}

interface TokenShape {
  tokenId: number
  text: string | null
  logit: number
  probability: number
}

interface PredictionShape extends TokenShape {
  expected: (TokenShape & { rank: number }) | null
}

const ExpectedToken = builder.objectRef<NonNullable<PredictionShape['expected']>>('ExpectedToken').implement({
  description:
    "The token that was expected: the first of the record's answer where an ingest asked, or else the target token.",
  fields: (t) => ({
    tokenId: t.exposeInt('tokenId', { description: 'The token.' }),
    text: t.exposeString('text', { nullable: true, description: 'Its text; null where the model has no tokenizer.' }),
    rank: t.exposeInt('rank', { description: 'Its place among all tokens by logit: 1 when the model says it.' }),
    logit: t.exposeFloat('logit', { description: 'Its logit.' }),
    probability: t.exposeFloat('probability', { description: 'Its probability.' }),
  }),
})

export const Prediction = builder.objectRef<PredictionShape>('Prediction').implement({
  description: "The model's own answer at the position where the target is read: the token that it ranks first.",
  fields: (t) => ({
    tokenId: t.exposeInt('tokenId', { description: 'The token.' }),
    text: t.exposeString('text', { nullable: true, description: 'Its text; null where the model has no tokenizer.' }),
    logit: t.exposeFloat('logit', { description: 'Its logit.' }),
    probability: t.exposeFloat('probability', { description: 'Its probability.' }),
    expected: t.expose('expected', {
      type: ExpectedToken,
      nullable: true,
      description: 'What was expected there; null where nothing was.',
    }),
    correct: t.boolean({
      nullable: true,
      description: 'Whether it is the expected token; null where nothing was expected.',
      resolve: ({ tokenId, expected }) => (expected === null ? null : expected.tokenId === tokenId),
    }),
  }),
})

/** null for a result of an earlier version, which did not store it. */
export function predictionOf(row: PredictionRow): PredictionShape | null {
  const { predictedTokenId, predictedText, predictedLogit, predictedProbability } = row
  if (predictedTokenId === null || predictedLogit === null || predictedProbability === null) return null
  const { expectedTokenId, expectedText, expectedRank, expectedLogit, expectedProbability } = row
  const isExpected = expectedTokenId !== null && expectedRank !== null && expectedLogit !== null && expectedProbability !== null
  return {
    tokenId: predictedTokenId,
    text: predictedText,
    logit: predictedLogit,
    probability: predictedProbability,
    expected: isExpected
      ? { tokenId: expectedTokenId, text: expectedText, rank: expectedRank, logit: expectedLogit, probability: expectedProbability }
      : null,
  }
}
