/** One component's share of the target, and how a page of them is filtered and ordered (both in the database). */
import type { Prisma } from '../prisma/generated/client/client.ts'
import { builder } from './builder.ts'
import { Component, componentColumns, ComponentKind } from './component.ts'
import { totalCount } from './connection.ts'
import { OrderDirection } from './order.ts'

export const Contribution = builder.prismaObject('Contribution', {
  description: "One component's share of the target.",
  select: { modelId: true, resultId: true, ordinal: true },
  fields: (t) => ({
    score: t.exposeFloat('score', {
      description: "The share, in the target's own unit (a logit, or a projection). Negative where it works against.",
    }),
    magnitude: t.exposeFloat('magnitude', { description: '|score|.' }),
    ordinal: t.exposeInt('ordinal', { description: 'Place in component order, from 0.' }),
    component: t.field({
      type: Component,
      description: 'Whose share it is.',
      select: componentColumns,
      resolve: (row) => row,
    }),
  }),
})

export const ContributionConnection = builder.connectionObject(
  { type: Contribution, name: 'ContributionConnection', fields: (t) => ({ totalCount: t.int(totalCount(1)) }) },
  { name: 'ContributionEdge' },
)

const ContributionField = builder.enumType('ContributionField', {
  description: 'What contributions can be ordered by.',
  values: {
    ORDINAL: { value: 'ordinal', description: 'Component order: positions, heads and neurons as they are numbered.' },
    SCORE: { value: 'score', description: 'The share, with its sign.' },
    MAGNITUDE: { value: 'magnitude', description: '|score|: what matters most, for or against.' },
  },
} as const)

export const ContributionOrder = builder.inputType('ContributionOrder', {
  description: 'How contributions are ordered. Equal ones stand in component order.',
  fields: (t) => ({
    by: t.field({ type: ContributionField, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'desc',
      description: 'Largest or smallest first.',
    }),
  }),
})

export const ContributionFilter = builder.inputType('ContributionFilter', {
  description: 'Which contributions to give; every condition that is there must hold.',
  fields: (t) => ({
    kinds: t.field({ type: [ComponentKind], description: 'Only components of these kinds.' }),
    layers: t.intList({ description: 'Only components of these layers.' }),
    indexes: t.intList({ description: 'Only these positions, groups, heads or neurons.' }),
    minMagnitude: t.float({ description: 'Only shares of at least this size, for or against.' }),
    minScore: t.float({ description: 'Only shares of at least this much.' }),
    maxScore: t.float({ description: 'Only shares of at most this much.' }),
  }),
})

export function contributionOrder(
  order: typeof ContributionOrder.$inferInput | null | undefined,
): Prisma.ContributionOrderByWithRelationInput[] {
  const { by, direction } = order ?? { by: 'ordinal', direction: 'asc' }
  return by === 'ordinal' ? [{ ordinal: direction }] : [{ [by]: direction }, { ordinal: 'asc' }]
}

export function contributionWhere(
  filter: typeof ContributionFilter.$inferInput | null | undefined,
): Prisma.ContributionWhereInput {
  const { kinds, layers, indexes, minMagnitude, minScore, maxScore } = filter ?? {}
  return {
    ...(kinds && { kind: { in: kinds } }),
    ...(layers && { layer: { in: layers } }),
    ...(indexes && { componentIndex: { in: indexes } }),
    ...(minMagnitude != null && { magnitude: { gte: minMagnitude } }),
    ...((minScore != null || maxScore != null) && { score: { gte: minScore ?? undefined, lte: maxScore ?? undefined } }),
  }
}
