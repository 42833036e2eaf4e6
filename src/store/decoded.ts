/**
 * Decoded components as one JSON column. They are read as they were written, whole and for show, so they need no rows
 * of their own; components have no labels here, since those follow from the kind and the sequence.
 */
import { z } from 'zod'
import type { AttributionResult } from '../attribution/result.ts'
import { UserError } from '../errors.ts'
import { storableText } from './text.ts'

const decodedSchema = z.array(
  z.object({
    kind: z.enum(['token', 'group', 'head', 'neuron', 'residual', 'attention', 'mlp', 'inside', 'outside', 'rest', 'bias']),
    index: z.int(),
    layer: z.int().nullable(),
    /** Best first. */
    tokens: z.array(z.object({ id: z.int(), text: z.string(), logit: z.number() })),
  }),
)
type StoredDecoded = z.infer<typeof decodedSchema>

/** null where decoding was not asked for. */
export function decodedColumn({ decoded }: Pick<AttributionResult, 'decoded'>): StoredDecoded | null {
  if (!decoded) return null
  return decoded.map(({ component: { kind, index, layer, label }, tokens }) => ({
    kind,
    index,
    layer,
    tokens: tokens.map(({ id, text, logit }) => {
      // JSON would write null, and the reader would be the one to find out.
      if (!Number.isFinite(logit)) {
        const message = `The computation gave the logit ${logit} for ${label || kind}; nothing of it was stored.`
        throw new UserError('ENGINE_FAILED', message)
      }
      return { id, text: storableText(text), logit }
    }),
  }))
}

export const readDecoded = (column: unknown): StoredDecoded | null => decodedSchema.nullable().parse(column)
