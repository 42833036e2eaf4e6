/**
 * The whole answer as target: the sum of the logits of its tokens, each read at the position that predicts it. The model
 * reads the prompt and every token of the answer but the last, so one sweep gives all of them. Logits add up, and so do
 * their attributions. Log-probabilities do not, so the probability of the whole answer is given beside the sum.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { requireToken } from '../resolve-prompt.ts'
import type { SummedTargetKind } from './kind.ts'

/** The largest T: as many as a person can read, and far below the limit for token ids in a request. */
export const MAX_ANSWER_TOKENS = 256

const schema = z.strictObject({
  type: z.literal('answer'),
  /** [T], in their order; the request's sequence ends with all of them except the last. */
  tokenIds: z.array(z.number().int().nonnegative()).min(1),
})
export type AnswerTarget = z.infer<typeof schema>

export const answerKind: SummedTargetKind<AnswerTarget> = {
  schema,
  vectorField: null,
  resolve({ answer = null, target = null, minus = null, direction = null, feature = null }, { prompt }) {
    if (answer === null) return null
    if (target !== null || minus !== null || direction !== null || feature !== null)
      throw new UserError('BAD_INPUT', 'A whole answer was given with another target; give one of them.')
    if (!prompt.answer) throw new Error('the prompt was not continued by its answer')
    return { type: 'answer', tokenIds: [...prompt.answer] }
  },
  check({ tokenIds }, model, { tokenIds: sequence, position }) {
    if (tokenIds.length > MAX_ANSWER_TOKENS)
      throw new UserError('TOO_LARGE', `The answer has ${tokenIds.length} tokens; a whole answer has at most ${MAX_ANSWER_TOKENS}, so give its beginning.`)
    for (const [index, id] of tokenIds.entries()) requireToken(id, model, `Token ${index} of the answer`)
    const read = tokenIds.slice(0, -1)
    const first = position - read.length
    if (first >= 0 && read.every((id, t) => sequence[first + 1 + t] === id)) return
    throw new UserError(
      'BAD_INPUT',
      `The answer has ${tokenIds.length} tokens, and the sequence does not end with all of them but the last at position ` +
        `${position}; give the prompt with its answer behind it.`,
    )
  },
  site: (_target, L) => ({ layer: L, name: 'resid_pre' }),
  tokens: ({ tokenIds }, position) =>
    tokenIds.map((tokenId, t) => ({ tokenId, position: position - (tokenIds.length - 1) + t })),
}
