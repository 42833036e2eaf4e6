/**
 * What is asked: one intervention on one sequence, fully resolved (no defaults left, no names, only numbers). Everything in
 * it, with the model's and the engine's identity, makes the result's key: same request, same numbers.
 */
import { z } from 'zod'
import { modeSchema, ruleSchema } from '../attribution/request.ts'
import { targetSchema } from '../attribution/target/kinds.ts'
import { partitionSchema } from '../depass/partition/kinds.ts'
import { changeSchema } from './change/kinds.ts'
import { replacementSchema } from './change/kind.ts'

const index = z.number().int().nonnegative()

/** What a person can read. */
export const MAX_SHOWN = 100

export const selectionOrders = ['top', 'bottom'] as const

/** Components that are chosen by the scores of an attribution, and taken out. */
const selectionSchema = z.strictObject({
  partition: partitionSchema,
  /** The highest scores, or the lowest. */
  order: z.enum(selectionOrders),
  count: z.number().int().min(1),
  /** Of positions. */
  how: z.enum(['remove', 'mask']),
  /** Of parts of the model. */
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
  /** Of the attributions that say what the changes should do. */
  mode: modeSchema,
  rule: ruleSchema,
  temperature: z.number().positive(),
  excludeFirst: z.boolean(),
  /** How many of the model's first choices are shown, of every pass. */
  shown: z.number().int().min(1).max(MAX_SHOWN),
})
export type InterventionRequest = z.infer<typeof interventionRequestSchema>
