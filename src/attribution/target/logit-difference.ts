/** The logit of one token minus that of another: what makes the model predict the first and not the second. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { requireToken } from '../resolve-prompt.ts'
import type { SingleTargetKind } from './kind.ts'
import { readLogits, tokenNamed } from './token.ts'

const index = z.number().int().nonnegative()
const schema = z.strictObject({
  type: z.literal('logitDifference'),
  tokenId: z.union([index, z.literal('next')]),
  minusTokenId: index,
})
export type LogitDifferenceTarget = z.infer<typeof schema>

export const logitDifferenceKind: SingleTargetKind<LogitDifferenceTarget> = {
  schema,
  vectorField: null,
  async resolve({ target = null, minus = null, direction, feature, answer }, context) {
    if (minus === null || direction != null || feature != null || answer != null) return null
    const tokenId = target === null || target === 'next' ? 'next' : await tokenNamed(target, 'target', context)
    const minusTokenId = await tokenNamed(minus, 'token to subtract', context)
    if (tokenId === minusTokenId)
      throw new UserError(
        'BAD_INPUT',
        `The target and the token to subtract are the same (#${tokenId}); give two different ones.`,
      )
    return { type: 'logitDifference', tokenId, minusTokenId }
  },
  check({ tokenId, minusTokenId }, model) {
    if (tokenId !== 'next') requireToken(tokenId, model, 'The target')
    requireToken(minusTokenId, model, 'The token to subtract')
  },
  site: (_target, L) => ({ layer: L, name: 'resid_pre' }),
  read: ({ tokenId, minusTokenId }, context) => readLogits(tokenId, minusTokenId, context),
}
