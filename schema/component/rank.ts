/** Components over many attributions: which heads do a task, which neurons. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import { attributionWhere, AttributionFilter, type AttributionFilterShape } from '../attribution/filter.ts'
import { builder } from '../builder.ts'
import { componentName } from '../../src/attribution/label.ts'
import type { Context } from '../context.ts'
import { OrderDirection } from '../paging/order.ts'

/** High, because it reads every contribution that the filter lets through. */
const COST = 2000
const MOST = 1000

interface ComponentRankShape {
  kind: 'head' | 'neuron' | 'attention' | 'mlp'
  layer: number | null
  componentIndex: number
  attributions: number
  meanScore: number
  meanMagnitude: number
}

export const RankedKind = builder.enumType('RankedKind', {
  description: 'Components that are the same thing in every attribution of a model, as positions are not.',
  values: {
    HEAD: { value: 'head', description: 'Attention heads.' },
    NEURON: { value: 'neuron', description: 'MLP neurons.' },
    ATTENTION: { value: 'attention', description: "Attention sublayers' outputs." },
    MLP: { value: 'mlp', description: "MLPs' outputs." },
  },
} as const)

export const RankBy = builder.enumType('RankBy', {
  description: 'What components are ranked by.',
  values: {
    MEAN_SCORE: { value: 'score', description: 'The mean of their scores, with their signs.' },
    MEAN_MAGNITUDE: { value: 'magnitude', description: 'The mean of their |score|.' },
  },
} as const)

const ComponentRank = builder.objectRef<ComponentRankShape>('ComponentRank').implement({
  description: 'What one component contributed over many attributions.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RankedKind, description: 'What it is.' }),
    layer: t.exposeInt('layer', { nullable: true, description: 'Its layer; null where attributions did not say.' }),
    index: t.exposeInt('componentIndex', { description: 'Its number within the layer.' }),
    label: t.string({ description: 'What a person reads, e.g. `L3.H5`.', resolve: (rank) => componentName({ ...rank, index: rank.componentIndex }) }),
    attributions: t.exposeInt('attributions', {
      description: 'In how many attributions it has a contribution. Of many neurons only the largest have.',
    }),
    meanScore: t.exposeFloat('meanScore', { description: 'The mean of its scores in those.' }),
    meanMagnitude: t.exposeFloat('meanMagnitude', { description: 'The mean of its |score| in those.' }),
  }),
})

interface RankArguments {
  kind: ComponentRankShape['kind']
  where?: AttributionFilterShape | null
  by: 'score' | 'magnitude'
  direction: 'asc' | 'desc'
  first: number
}

async function rankComponents(
  { database }: Context,
  modelId: number,
  { kind, where, by, direction, first }: RankArguments,
): Promise<ComponentRankShape[]> {
  if (first < 1 || first > MOST) {
    throw new UserError('TOO_LARGE', `${first} components were asked for; it can be 1 to ${MOST}.`)
  }
  const result: Prisma.ContributionWhereInput = where ? { result: attributionWhere(where) } : {}
  const groups = await database.contribution.groupBy({
    by: ['layer', 'componentIndex'],
    where: { modelId, kind, ...result },
    _avg: { score: true, magnitude: true },
    _count: true,
    orderBy: { _avg: { [by]: direction } },
    take: first,
  })
  return groups.map(({ layer, componentIndex, _avg, _count }) => ({
    kind,
    layer,
    componentIndex,
    attributions: _count,
    meanScore: _avg.score ?? 0,
    meanMagnitude: _avg.magnitude ?? 0,
  }))
}

builder.prismaObjectField('Model', 'components', (t) =>
  t.field({
    type: [ComponentRank],
    description: 'Its heads, neurons or sublayers, ranked by what they contributed over stored attributions, however they were asked; ' +
      'over one run: `Run.componentMeans`.',
    complexity: COST,
    args: {
      kind: t.arg({ type: RankedKind, required: true, description: 'Which components.' }),
      where: t.arg({ type: AttributionFilter, description: 'Over which attributions; all of the model when absent.' }),
      by: t.arg({ type: RankBy, required: true, defaultValue: 'magnitude', description: 'What to rank by.' }),
      direction: t.arg({
        type: OrderDirection,
        required: true,
        defaultValue: 'desc',
        description: 'Which end comes first.',
      }),
      first: t.arg.int({ required: true, defaultValue: 20, description: `How many, at most ${MOST}.` }),
    },
    select: { id: true },
    resolve: ({ id }, args, context) => rankComponents(context, id, args),
  }),
)
