/**
 * Decoded components as one JSON column. They are only read whole, for display, so they need no rows of their own.
 * Components have no labels here, because labels follow from the kind and the sequence.
 */
import { z } from 'zod'
import type { AttributionResult } from '../attribution/result.ts'
import { componentKinds } from '../depass/partition/component.ts'
import { UserError } from '../errors.ts'
import { storableText } from './text.ts'

const decodedSchema = z.array(
  z.object({
    kind: z.enum(componentKinds),
    index: z.int(),
    layer: z.int().nullable(),
    /** The position at which a feature fires; absent for most kinds. */
    position: z.int().optional(),
    /** Best first. */
    tokens: z.array(z.object({ id: z.int(), text: z.string(), logit: z.number() })),
  }),
)
type StoredDecoded = z.infer<typeof decodedSchema>

/** null if decoding was not requested. */
export function decodedColumn({ decoded }: Pick<AttributionResult, 'decoded'>): StoredDecoded | null {
  if (!decoded) return null
  return decoded.map(({ component: { kind, index, layer, position, label }, tokens }) => ({
    kind,
    index,
    layer,
    ...(position !== undefined && { position }),
    tokens: tokens.map(({ id, text, logit }) => {
      // JSON would write null, and only a later reader would notice.
      if (!Number.isFinite(logit)) {
        const message = `The computation gave the logit ${logit} for ${label || kind}; nothing of it was stored.`
        throw new UserError('ENGINE_FAILED', message)
      }
      return { id, text: storableText(text), logit }
    }),
  }))
}

const candidatesSchema = z.array(z.object({ id: z.int(), text: z.string(), logit: z.number(), probability: z.number() }))
type StoredCandidates = z.infer<typeof candidatesSchema>

/** The model's own likeliest tokens; null if decoding was not requested. */
export const candidatesColumn = ({ candidates }: Pick<AttributionResult, 'candidates'>): StoredCandidates | null =>
  candidates?.map(({ id, text, logit, probability }) => ({ id, text: storableText(text), logit, probability })) ?? null

export const readCandidates = (column: unknown): StoredCandidates | null => candidatesSchema.nullable().parse(column)

export const readDecoded = (column: unknown): StoredDecoded | null => decodedSchema.nullable().parse(column)
