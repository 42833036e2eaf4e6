/**
 * A request about a head, fully resolved: why a query attends to a key, or to the keys with the highest attention.
 */
import { z } from 'zod'
import { ruleSchema } from '../attribution/request.ts'
import { partitionSchema } from '../depass/partition/kinds.ts'

const index = z.number().int().nonnegative()
export const MAX_KEYS = 100

export const attentionRequestSchema = z.strictObject({
  /** [N] */
  tokenIds: z.array(index).min(1),
  layer: index,
  head: index,
  query: index,
  /** One key, or the number of keys with the highest attention. */
  keys: z.union([z.strictObject({ key: index }), z.strictObject({ most: z.number().int().min(1).max(MAX_KEYS) })]),
  /** What the streams before the layer are split into. */
  partition: partitionSchema,
  rule: ruleSchema,
  temperature: z.number().positive(),
  excludeFirst: z.boolean(),
})
export type AttentionRequest = z.infer<typeof attentionRequestSchema>

/** A request for a head's pattern over all positions, fully resolved. */
export const patternRequestSchema = z.strictObject({
  /** [N] */
  tokenIds: z.array(index).min(1),
  layer: index,
  head: index,
})
export type PatternRequest = z.infer<typeof patternRequestSchema>
