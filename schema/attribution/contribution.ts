/** One component's share of the target, and how a page of them is filtered and ordered (both in the database). */
import { builder } from '../builder.ts'
import { Component, ComponentKind } from '../component/component.ts'
import { totalCount } from '../paging/connection.ts'
import type { Context } from '../context.ts'
import { type Order, type PageArguments, pageOf, pageQuery } from '../paging/keyset.ts'
import { type ContributionColumn, type ContributionRow, countContributions, loadContributions } from '../loaders/contributions.ts'
import { OrderDirection } from '../paging/order.ts'

export const Contribution = builder.objectRef<ContributionRow>('Contribution').implement({
  description: "One component's share of the target.",
  fields: (t) => ({
    score: t.exposeFloat('score', {
      description: "The share, in the target's own unit (a logit, or a projection). Negative where it works against.",
    }),
    magnitude: t.exposeFloat('magnitude', { description: '|score|.' }),
    ordinal: t.exposeInt('ordinal', { description: 'Place in component order, from 0.' }),
    component: t.field({
      type: Component,
      description: 'Whose share it is.',
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

interface Arguments extends PageArguments {
  orderBy?: typeof ContributionOrder.$inferInput | null
  where?: typeof ContributionFilter.$inferInput | null
}

/** A prompt's tokens or a layer's heads fit on one page. */
const LARGEST_PAGE = 1000

function orderOf({ orderBy }: Arguments): Order<ContributionColumn> {
  const { by, direction } = orderBy ?? { by: 'ordinal', direction: 'asc' }
  if (by === 'ordinal') return [{ column: by, direction, type: 'int' }]
  return [
    { column: by, direction, type: 'float' },
    { column: 'ordinal', direction: 'asc', type: 'int' },
  ]
}

interface Parent {
  id: bigint
  modelId: number
  storedCount: number
}

/** An attribution stores how many contributions it has, so only a filter makes counting necessary. */
export async function contributionsOf(context: Context, parent: Parent, { orderBy, where, ...page }: Arguments) {
  const order = orderOf({ orderBy })
  const filter = where ?? {}
  const rows = await loadContributions(context, parent, { order, filter, query: pageQuery(order, page, LARGEST_PAGE) })
  return {
    ...pageOf(rows, order, page, LARGEST_PAGE),
    totalCount: () => (where ? countContributions(context, parent, filter) : parent.storedCount),
  }
}
