/** Two prompts with their difference per component: both attributions, and their contributions in pairs. */
import { alignments, type Alignment, checkContrast, contrast } from '../../src/attribution/contrast.ts'
import { UserError } from '../../src/errors.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { Component, type ComponentShape } from '../component/component.ts'
import { computationCost, tookTooLong } from '../job/computation.ts'
import { outcomeOf } from '../job/on-demand.ts'
import { featureSplitLoader } from '../loaders/feature-splits.ts'
import { scoresLoader } from '../loaders/scores.ts'
import { storedAttributionLoader } from '../loaders/stored-answers.ts'
import { AttributeInput, waitOf } from './attribute-input.ts'
import { attributions, readQuestion } from './attribute.ts'
import { Attribution } from './attribution.ts'

const Align = builder.enumType('Alignment', {
  description: 'Which tokens, groups and features of two prompts are the same part.',
  values: {
    POSITION: { value: 'position', description: 'Those at the same position, counted from the beginning.' },
    END: { value: 'end', description: 'Those at the same position, counted from the end.' },
    ROLE: { value: 'role', description: 'Tokens at the same place of the same message of a chat; groups of the same name.' },
  },
} as const satisfies { description: string; values: Record<Uppercase<Alignment>, { value: (typeof alignments)[number]; description: string }> })

const ContrastInput = builder.inputType('AttributionContrastInput', {
  description: 'Two attributions of one model, split alike.',
  fields: (t) => ({
    first: t.field({ type: AttributeInput, required: true, description: 'The prompt whose parts count.' }),
    second: t.field({ type: AttributeInput, required: true, description: 'The prompt whose parts are subtracted.' }),
    align: t.field({ type: Align, description: 'Which of their parts are the same; POSITION when absent.' }),
  }),
})

/** A component of one side, with its score. */
interface Row {
  component: { kind: ComponentShape['kind']; index: number; layer: number | null; position: number | null }
  score: number
  shape: ComponentShape
}

interface DifferenceShape {
  component: ComponentShape
  counterpart: ComponentShape | null
  first: number | null
  second: number | null
  difference: number
}

interface ContrastShape {
  keys: readonly [string, string]
  targets: readonly [number, number]
  errors: readonly [number, number]
  /** In the order of the first prompt's components. */
  differences: DifferenceShape[]
  tailMass: number
}

const ContributionDifference = builder.objectRef<DifferenceShape>('ContributionDifference').implement({
  description: 'One part of two prompts, and how its shares differ.',
  fields: (t) => ({
    component: t.field({ type: Component, description: "Whose shares they are, in the first prompt; in the second where the first has no such part.", resolve: ({ component }) => component }),
    counterpart: t.field({ type: Component, nullable: true, description: 'The same part of the second prompt; null where it has none.', resolve: ({ counterpart }) => counterpart }),
    first: t.exposeFloat('first', { nullable: true, description: 'Its share in the first prompt; null where that has no such part.' }),
    second: t.exposeFloat('second', { nullable: true, description: 'Its share in the second prompt; null where that has no such part.' }),
    difference: t.exposeFloat('difference', { description: 'First minus second, nothing being 0.' }),
  }),
})

const DifferenceOrder = builder.enumType('DifferenceOrder', {
  description: 'How differences are ordered.',
  values: {
    COMPONENT: { value: 'component', description: "As the first prompt's components; what only the second has comes last." },
    MAGNITUDE: { value: 'magnitude', description: 'The largest first, for or against.' },
  },
} as const)

const MOST = 1000
const DEFAULT_MOST = 100

const AttributionContrast = builder.objectRef<ContrastShape>('AttributionContrast').implement({
  description: 'Two attributions, and what makes the difference of their targets.',
  fields: (t) => ({
    first: t.field({
      type: Attribution, nullable: true, description: 'The attribution of the first prompt; null once it is removed.',
      resolve: ({ keys: [key] }, _args, context) => storedAttributionLoader(context).load(key),
    }),
    second: t.field({
      type: Attribution, nullable: true, description: 'The attribution of the second prompt; null once it is removed.',
      resolve: ({ keys: [, key] }, _args, context) => storedAttributionLoader(context).load(key),
    }),
    value: t.float({ description: "The first target's value minus the second's: what the differences sum to, once a layer where every layer is split.", resolve: ({ targets: [a, b] }) => a - b }),
    completenessError: t.float({ description: 'The larger of both attributions.', resolve: ({ errors }) => Math.max(...errors) }),
    totalCount: t.int({ description: 'How many differences there are.', resolve: ({ differences }) => differences.length }),
    tailMass: t.exposeFloat('tailMass', { description: 'Sum of the differences of components that have a contribution of their own in neither attribution.' }),
    differences: t.field({
      type: [ContributionDifference],
      description: 'Part by part.',
      args: {
        first: t.arg.int({ required: true, defaultValue: DEFAULT_MOST, description: `How many, 1 to ${MOST}.` }),
        orderBy: t.arg({ type: DifferenceOrder, required: true, defaultValue: 'component', description: 'In which order.' }),
      },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.max(1, first) }),
      resolve: ({ differences }, { first, orderBy }) => {
        if (first < 1 || first > MOST) throw new UserError('BAD_INPUT', `${first} differences were asked for; expected 1 to ${MOST}.`)
        const ordered = orderBy === 'component' ? differences : differences.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
        return ordered.slice(0, first)
      },
    }),
  }),
})

type Result = Awaited<ReturnType<typeof resultOf>>

const resultOf = ({ database }: Context, key: string) =>
  database.result.findUniqueOrThrow({
    where: { key },
    select: {
      id: true, modelId: true, key: true, targetValue: true, completenessError: true, componentCount: true, scoresVectorHash: true,
      contributions: { orderBy: { ordinal: 'asc' }, select: { resultId: true, ordinal: true, score: true, kind: true, layer: true, componentIndex: true } },
    },
  })

async function rowsOf(context: Context, { id, contributions }: Result): Promise<Row[]> {
  const { isByFeature, starts } = await featureSplitLoader(context).load(id)
  const positionOf = ({ kind, componentIndex, ordinal }: Result['contributions'][number]) => {
    if (!isByFeature) return null
    if (kind === 'feature') return starts.length === 0 ? null : starts.findLastIndex((start) => start <= ordinal)
    return kind === 'error' || kind === 'skip' || kind === 'rest' ? componentIndex : null
  }
  return contributions.map((row) => ({
    component: { kind: row.kind, index: row.componentIndex, layer: row.layer, position: positionOf(row) }, score: row.score, shape: row,
  }))
}

/**
 * If only the largest of many components have rows, a component without a row on one side still gets its score there.
 */
async function completed(context: Context, pairs: ReturnType<typeof contrast<Row>>, [first, second]: readonly [Result, Result]): Promise<DifferenceShape[]> {
  const isCut = (result: Result) => result.scoresVectorHash !== null
  const cut = isCut(first) || isCut(second)
  const [ours, theirs] = cut ? await Promise.all([first, second].map((result) => scoresLoader(context).load(result))) : [null, null]
  return pairs.map((pair) => {
    const ordinal = (pair.first ?? pair.second)!.shape.ordinal!
    const a = pair.first?.score ?? ours?.[ordinal] ?? null
    const b = pair.second?.score ?? theirs?.[ordinal] ?? null
    return {
      component: (pair.first ?? pair.second)!.shape, counterpart: pair.second?.shape ?? null, first: a, second: b, difference: (a ?? 0) - (b ?? 0),
    }
  })
}

/** The sum for components without a row on either side: the rest of all scores. */
async function tailOf(context: Context, differences: readonly DifferenceShape[], results: readonly [Result, Result]): Promise<number> {
  if (results.every(({ scoresVectorHash }) => scoresVectorHash === null)) return 0
  const [ours, theirs] = await Promise.all(results.map((result) => scoresLoader(context).load(result)))
  const total = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0)
  return total(ours!) - total(theirs!) - differences.reduce((sum, { difference }) => sum + difference, 0)
}

builder.queryField('attributionContrast', (t) =>
  t.field({
    type: AttributionContrast,
    nullable: true,
    description: 'Two prompts with their difference per component: both attributions, from the store or computed now. Null only with an error.',
    args: { input: t.arg({ type: ContrastInput, required: true, description: 'The two, and how their parts are put together.' }) },
    complexity: ({ input: { first, second } }) => ({
      field: computationCost({ input: first }).field + computationCost({ input: second }).field, multiplier: 1,
    }),
    extensions: { scope: 'compute' },
    resolve: async (_root, { input: { first, second, align } }, context, info) => {
      const asked = [await readQuestion(context, info, first), await readQuestion(context, info, second)] as const
      if (asked[0].modelId !== asked[1].modelId) throw new UserError('BAD_INPUT', 'Two models were named; prompts are compared in one.')
      const partitions = asked.map(({ request }) => request.request.partition)
      checkContrast(partitions[0]!, partitions[1]!, align ?? null)
      const inputs = [first, second] as const
      const outcomes = await Promise.all(asked.map((each, s) => outcomeOf(attributions, context, each, waitOf(inputs[s]!))))
      const keys = outcomes.map((outcome, s) => {
        if (outcome.state === 'pending') throw tookTooLong('attribution', outcome.jobId, waitOf(inputs[s]!))
        return outcome.key
      })
      const results = [await resultOf(context, keys[0]!), await resultOf(context, keys[1]!)] as const
      const rows = await Promise.all(results.map((result) => rowsOf(context, result)))
      const prompts = asked.map(({ request, own }) => ({
        tokens: own?.tokens ?? request.request.tokenIds.map(() => ({ start: null, end: null })), messages: own?.messages, groupLabels: request.groupLabels,
      }))
      const pairs = contrast(rows[0]!, rows[1]!, [prompts[0]!, prompts[1]!], align ?? 'position')
      const differences = await completed(context, pairs, results)
      return {
        keys: [keys[0]!, keys[1]!] as const,
        targets: [results[0].targetValue, results[1].targetValue] as const,
        errors: [results[0].completenessError, results[1].completenessError] as const,
        differences,
        tailMass: await tailOf(context, differences, results),
      }
    },
  }),
)
