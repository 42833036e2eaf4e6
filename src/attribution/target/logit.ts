/** The logit of one token. */
import { z } from 'zod'
import { requireToken } from '../resolve-prompt.ts'
import type { SingleTargetKind } from './kind.ts'
import { readLogits, tokenNamed } from './token.ts'

const schema = z.strictObject({
  type: z.literal('logit'),
  tokenId: z.union([z.number().int().nonnegative(), z.literal('next')]),
})
export type LogitTarget = z.infer<typeof schema>

export const logitKind: SingleTargetKind<LogitTarget> = {
  schema,
  vectorField: null,
  async resolve({ target = null, minus, direction, feature, answer }, context) {
    if (minus != null || direction != null || feature != null || answer != null) return null
    const tokenId = target === null || target === 'next' ? 'next' : await tokenNamed(target, 'target', context)
    return { type: 'logit', tokenId }
  },
  check({ tokenId }, model) {
    if (tokenId !== 'next') requireToken(tokenId, model, 'The target')
  },
  site: (_target, L) => ({ layer: L, name: 'resid_pre' }),
  read: ({ tokenId }, context) => readLogits(tokenId, null, context),
}
