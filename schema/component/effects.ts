/** Where one component did most: the attributions, and with them the prompts, in which its score is largest. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { UserError } from '../../src/errors.ts'
import { Attribution } from '../attribution/attribution.ts'
import { AttributionFilter, type AttributionFilterShape, attributionWhere } from '../attribution/filter.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { RankedKind } from './rank.ts'

/** High, because it reads every contribution of the component that the filter lets through. */
const COST = 500
const MOST = 100
const DEFAULT = 10

interface EffectShape {
  resultId: bigint
  key: string
  score: number
}

const ComponentEffect = builder.objectRef<EffectShape>('ComponentEffect').implement({
  description: 'What a component contributed to one attribution.',
  fields: (t) => ({
    score: t.exposeFloat('score', { description: "Its share of the target's value." }),
    attribution: t.field({
      type: Attribution,
      description: 'The attribution, with its target and its prompts.',
      resolve: ({ resultId, key }) => ({ id: resultId, key }),
    }),
  }),
})

interface EffectArguments {
  kind: typeof RankedKind.$inferType
  layer: number
  index: number
  where?: AttributionFilterShape | null
  first: number
}

/** Larger than any real layer. The column is a smallint, and comparing it with a larger number is an error. */
const LARGEST_LAYER = 32_767

async function effectsOf({ database }: Context, modelId: number, { kind, layer, index, where, first }: EffectArguments): Promise<EffectShape[]> {
  if (first < 1 || first > MOST) throw new UserError('TOO_LARGE', `${first} effects were asked for; it can be 1 to ${MOST}.`)
  if (Math.abs(layer) > LARGEST_LAYER) return []
  const result: Prisma.ContributionWhereInput = where ? { result: attributionWhere(where) } : {}
  const rows = await database.contribution.findMany({
    where: { modelId, kind, layer, componentIndex: index, ...result },
    orderBy: [{ magnitude: 'desc' }, { resultId: 'desc' }],
    take: first,
    select: { score: true, resultId: true, result: { select: { key: true } } },
  })
  return rows.map(({ score, resultId, result: { key } }) => ({ resultId, key, score }))
}

builder.prismaObjectField('Model', 'componentEffects', (t) =>
  t.field({
    type: [ComponentEffect],
    description: 'The stored attributions in which one of its heads, neurons or sublayers contributed most, for or against, the largest first.',
    complexity: ({ first }) => ({ field: COST, multiplier: Math.max(1, first) }),
    args: {
      kind: t.arg({ type: RankedKind, required: true, description: 'What the component is.' }),
      layer: t.arg.int({ required: true, description: 'Its layer, from 0.' }),
      index: t.arg.int({ required: true, defaultValue: 0, description: 'Its number within the layer, from 0; 0 for sublayers.' }),
      where: t.arg({ type: AttributionFilter, description: 'Of which attributions; all of the model when absent.' }),
      first: t.arg.int({ required: true, defaultValue: DEFAULT, description: `How many, at most ${MOST}.` }),
    },
    select: { id: true },
    resolve: ({ id }, args, context) => effectsOf(context, id, args),
  }),
)
