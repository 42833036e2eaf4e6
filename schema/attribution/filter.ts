/** Which stored attributions a list gives, and in which order. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { orNumber } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { containsText } from '../containing.ts'
import type { Order } from '../paging/keyset.ts'
import { OrderDirection } from '../paging/order.ts'
import { runWhere } from '../run/run-id.ts'
import { PartitionKind } from './partition.ts'
import { Mode, Rule } from './method.ts'

export const AttributionFilter = builder.inputType('AttributionFilter', {
  description: 'Which stored attributions to give; every condition that is there must hold.',
  fields: (t) => ({
    model: t.string({ description: 'Only of the model with this slug.' }),
    dataset: t.string({ description: 'Only of prompts in the dataset with this slug.' }),
    partition: t.field({ type: PartitionKind, description: 'Only with this kind of partition.' }),
    mode: t.field({ type: Mode, description: 'Only computed in this mode.' }),
    rule: t.field({ type: Rule, description: 'Only computed by this rule.' }),
    run: t.id({ ...orNumber, description: 'Only those that this run asked for: its global id, or its number.' }),
    containing: t.string({ description: 'Only of prompts in datasets whose text contains this, in capitals or not.' }),
    minValue: t.float({ description: "Only where the target's value is at least this." }),
    maxValue: t.float({ description: "Only where the target's value is at most this." }),
    minProbability: t.float({ description: "Only where the target token's probability is at least this." }),
    maxProbability: t.float({ description: "Only where the target token's probability is at most this." }),
    minCompletenessError: t.float({ description: 'Only where the completeness error is at least this.' }),
    maxCompletenessError: t.float({ description: 'Only where the completeness error is at most this.' }),
    correct: t.boolean({
      description: 'Only where the model ranks the expected token first (true), or another one (false). Neither where nothing was expected.',
    }),
    predictedText: t.string({ description: 'Only where the model ranks the token with exactly this text first.' }),
    minExpectedProbability: t.float({ description: "Only where the expected token's probability is at least this." }),
    maxExpectedProbability: t.float({ description: "Only where the expected token's probability is at most this." }),
    maxExpectedRank: t.int({ description: "Only where the expected token's rank is at most this: 5 for among the first five." }),
    targetText: t.string({ description: 'Only where the target is the token with exactly this text, e.g. ` Paris`.' }),
  }),
})

export type AttributionFilterShape = typeof AttributionFilter.$inferInput

export function attributionWhere(filter: AttributionFilterShape | null | undefined): Prisma.ResultWhereInput {
  const { model, dataset, partition, mode, rule, run, containing, targetText, predictedText, correct, maxExpectedRank } = filter ?? {}
  const { minValue, maxValue, minProbability, maxProbability, minCompletenessError, maxCompletenessError } = filter ?? {}
  const { minExpectedProbability, maxExpectedProbability } = filter ?? {}
  const ranks: Prisma.IntNullableFilter[] = [
    ...(correct == null ? [] : [correct ? { equals: 1 } : { gt: 1 }]),
    ...(maxExpectedRank == null ? [] : [{ lte: maxExpectedRank }]),
  ]
  // Joined by AND and not merged into the object below: there they would overwrite each other or the condition of
  // `dataset`.
  const also: Prisma.ResultWhereInput[] = [
    ...ranks.map((expectedRank) => ({ expectedRank })),
    ...(containing == null ? [] : [{ sequence: { prompts: { some: { prompt: { text: containsText(containing) } } } } }]),
  ]
  return {
    ...(model != null && { model: { slug: model } }),
    ...(dataset != null && { sequence: { prompts: { some: { prompt: { dataset: { slug: dataset } } } } } }),
    ...(partition && { partitionKind: partition }),
    ...(mode && { mode }),
    ...(rule && { rule }),
    // Each is a separate filter, which need not hold for the same prompt as `dataset`.
    ...(targetText != null && { targetText }),
    ...(run != null && { runItems: { some: { run: runWhere(run) } } }),
    ...(predictedText != null && { predictedText }),
    ...between('targetValue', minValue, maxValue),
    ...between('targetProbability', minProbability, maxProbability),
    ...between('completenessError', minCompletenessError, maxCompletenessError),
    ...between('expectedProbability', minExpectedProbability, maxExpectedProbability),
    ...(also.length > 0 && { AND: also }),
  }
}

type Measured = 'targetValue' | 'targetProbability' | 'completenessError' | 'expectedProbability'

/** Both ends are included. If an end is given, rows without the number are left out. */
function between(column: Measured, least: number | null | undefined, most: number | null | undefined): Prisma.ResultWhereInput {
  if (least == null && most == null) return {}
  return { [column]: { ...(least != null && { gte: least }), ...(most != null && { lte: most }) } }
}

const AttributionField = builder.enumType('AttributionField', {
  description: 'What attributions can be ordered by. Those that have no such number are left out.',
  values: {
    CREATED: { value: 'id', description: 'When they were stored.' },
    VALUE: { value: 'targetValue', description: "The target's value." },
    PROBABILITY: { value: 'targetProbability', description: "The target token's probability." },
    COMPLETENESS_ERROR: { value: 'completenessError', description: 'How far the scores are from summing to the value.' },
    PREDICTED_PROBABILITY: { value: 'predictedProbability', description: 'The probability of the token that the model ranks first.' },
    EXPECTED_PROBABILITY: { value: 'expectedProbability', description: "The expected token's probability." },
    EXPECTED_RANK: { value: 'expectedRank', description: "The expected token's rank." },
  },
} as const)

export const AttributionOrder = builder.inputType('AttributionOrder', {
  description: 'How attributions are ordered. Of equal ones the newest is first.',
  fields: (t) => ({
    by: t.field({ type: AttributionField, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'desc',
      description: 'Largest (newest) or smallest (oldest) first.',
    }),
  }),
})

export type AttributionOrderShape = typeof AttributionOrder.$inferInput
export type OrderColumn = typeof AttributionField.$inferType

const NEWEST_FIRST: AttributionOrderShape = { by: 'id', direction: 'desc' }
const TYPES = {
  id: 'long', targetValue: 'float', targetProbability: 'float', completenessError: 'float', predictedProbability: 'float',
  expectedProbability: 'float', expectedRank: 'int',
} as const satisfies Record<OrderColumn, 'long' | 'float' | 'int'>

/** The order is complete: no two attributions are equal in it. */
export function attributionOrder(asked: AttributionOrderShape | null | undefined): Order<OrderColumn> {
  const { by, direction } = asked ?? NEWEST_FIRST
  const first = { column: by, direction, type: TYPES[by] }
  return by === 'id' ? [first] : [first, { column: 'id', direction: 'desc', type: 'long' }]
}

/** The filter, which also leaves out attributions that have no place in the order. */
export function orderedWhere(
  filter: AttributionFilterShape | null | undefined, order: AttributionOrderShape | null | undefined,
): Prisma.ResultWhereInput {
  const where = attributionWhere(filter)
  const by = order?.by ?? 'id'
  if (by === 'id' || by === 'targetValue' || by === 'completenessError') return where
  return { AND: [where, { [by]: { not: null } }] }
}
