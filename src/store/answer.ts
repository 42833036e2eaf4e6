/** The tokens of a whole answer: a JSON column beside the result that sums them, and their scores as a matrix [T, M]. */
import { z } from 'zod'
import type { AttributionResult } from '../attribution/result.ts'
import { nameMatrix, type NamedMatrix } from '../attribution/vectors.ts'
import { UserError } from '../errors.ts'
import { storableText } from './text.ts'

const answerSchema = z.array(
  z.object({
    tokenId: z.int(),
    text: z.string(),
    /** The position that predicts the token. */
    position: z.int(),
    /** The logit of the token. */
    value: z.number(),
    probability: z.number(),
    completenessError: z.number(),
  }),
)
export type StoredAnswer = z.infer<typeof answerSchema>

/** null if the target is not a whole answer. */
export function answerColumns({ answer }: Pick<AttributionResult, 'answer'>): { answer: StoredAnswer; scores: NamedMatrix } | null {
  if (!answer) return null
  if (!answer.flatMap(({ scores, value, probability }) => [value, probability, ...scores]).every(Number.isFinite))
    throw new UserError('ENGINE_FAILED', 'The computation gave NaN or infinity for a token of the answer; nothing of it was stored.')
  return {
    answer: answer.map(({ scores: _scores, text, ...token }) => ({ ...token, text: storableText(text) })),
    scores: nameMatrix(answer.map(({ scores }) => scores)),
  }
}

/** Throws (ZodError) if the column holds something else. */
export const readAnswer = (column: unknown): StoredAnswer | null => answerSchema.nullable().parse(column)
