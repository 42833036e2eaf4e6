/**
 * An intervention request: one intervention on one sequence, fully resolved (no defaults left, no names, only numbers). The
 * request, with the model's and the engine's identity, makes the result's key: same request, same numbers.
 */
import { z } from 'zod'
import { modeSchema, ruleSchema } from '../attribution/request.ts'
import { targetSchema } from '../attribution/target/kinds.ts'
import { partitionSchema } from '../depass/partition/kinds.ts'
import { changeSchema } from './change/kinds.ts'
import { replacementSchema } from './change/kind.ts'

const index = z.number().int().nonnegative()

/** As many as a person can read. */
export const MAX_SHOWN = 100

export const selectionOrders = ['top', 'bottom'] as const

/** Components to take out, chosen by their scores in an attribution. */
const selectionSchema = z.strictObject({
  partition: partitionSchema,
  /** Whether those with the highest scores are chosen, or those with the lowest. */
  order: z.enum(selectionOrders),
  count: z.number().int().min(1),
  /** How positions are taken out. */
  how: z.enum(['remove', 'mask']),
  /** What replaces parts of the model. */
  to: replacementSchema,
})
export type Selection = z.infer<typeof selectionSchema>

export const interventionRequestSchema = z.strictObject({
  /** [N] */
  tokenIds: z.array(index).min(1),
  /** Where the target is read, 0 … N-1. */
  position: index,
  target: targetSchema,
  changes: z.array(changeSchema),
  selection: selectionSchema.optional(),
  /** Settings of the attributions that predict the effect of the changes. */
  mode: modeSchema,
  rule: ruleSchema,
  temperature: z.number().positive(),
  excludeFirst: z.boolean(),
  /** How many of each pass's likeliest tokens are listed. */
  shown: z.number().int().min(1).max(MAX_SHOWN),
})
export type InterventionRequest = z.infer<typeof interventionRequestSchema>
