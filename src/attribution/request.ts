/**
 * An attribution request: one attribution of one sequence, fully resolved (no defaults left, no names, only numbers). The
 * request, with the model's and the engine's identity, makes the result's key: same request, same number.
 */
import { z } from 'zod'
import { partitionSchema } from '../depass/partition/kinds.ts'
import { modes, rules } from '../depass/rule.ts'
import { targetSchema } from './target/kinds.ts'

const index = z.number().int().nonnegative()

/** As many as a person can read, and far less than a whole vocabulary would take. */
export const MAX_DECODED = 100

export const modeSchema = z.enum(modes)
export const ruleSchema = z.enum(rules)

export const attributionRequestSchema = z.strictObject({
  /** [N] */
  tokenIds: z.array(index).min(1),
  /** Where the target is read, 0 … N-1. */
  position: index,
  target: targetSchema,
  partition: partitionSchema,
  mode: modeSchema,
  rule: ruleSchema,
  /** τ of the softmax rule. */
  temperature: z.number().positive(),
  /** The first position takes no MLP share, except at the first position itself (token partition only). */
  excludeFirst: z.boolean(),
  /** Also decode each component alone over the whole vocabulary, and keep its k largest logits. */
  decode: z.number().int().min(1).max(MAX_DECODED).optional(),
})
export type AttributionRequest = z.infer<typeof attributionRequestSchema>

export type { Partition, PartitionKind } from '../depass/partition/kinds.ts'
export { DEFAULT_TEMPERATURE, type Mode, type Rule } from '../depass/rule.ts'
export type { Target, TargetKind } from './target/kinds.ts'
