/** What a dataset does with a feature. */
import type { FeatureExample as ExampleRow, FeatureStatistics as StatisticsRow } from '../../prisma/generated/client/client.ts'
import { binStart, BINS_PER_OCTAVE } from '../../src/sweeps/sizes.ts'
import { builder } from '../builder.ts'
import { loadExamplesOf, type SweepRow } from '../loaders/feature-statistics.ts'
import { FeatureExample } from './example.ts'
import { FeatureSweep } from './feature-set.ts'
import { requireListSize } from './sizes.ts'
import { Feature } from './feature-ref.ts'

export type StatisticsShape = StatisticsRow & { sweep: SweepRow }

const ActivationBin = builder.objectRef<{ from: number; to: number; count: number }>('ActivationBin').implement({
  description: 'How often a strength between two numbers occurs.',
  fields: (t) => ({
    from: t.exposeFloat('from', { description: 'Where the bin begins.' }),
    to: t.exposeFloat('to', { description: 'Where it ends, exclusive.' }),
    count: t.exposeInt('count', { description: 'Tokens whose |activation| lies between; the outer bins also hold what lies outside.' }),
  }),
})

interface IntervalShape {
  interval: number
  fired: number
  examples: ExampleRow[]
}

/** An interval is an octave of strength. */
const bounds = ({ interval }: IntervalShape) => [interval, interval + 1].map((octave) => binStart(octave * BINS_PER_OCTAVE))

const FeatureInterval = builder.objectRef<IntervalShape>('FeatureInterval').implement({
  description: 'An octave of strength, and examples drawn from it by a hash: the same however the sweep was split.',
  fields: (t) => ({
    from: t.float({ description: 'Where the interval begins.', resolve: (row) => bounds(row)[0]! }),
    to: t.float({ description: 'Where it ends, exclusive: twice as much.', resolve: (row) => bounds(row)[1]! }),
    fired: t.exposeInt('fired', { description: 'Tokens whose |activation| lies in it.' }),
    examples: t.expose('examples', { type: [FeatureExample], description: 'Examples of it.', complexity: 0 }),
  }),
})

const CoFiring = builder.objectRef<{ feature: { setId: number; index: number }; share: number }>('CoFiring').implement({
  description: 'A feature that fires where another one does.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'It.' }),
    share: t.exposeFloat('share', { description: "The share of the other's firings, in the sample, at which it fires too." }),
  }),
})

function intervalsOf({ histogram }: StatisticsRow, examples: readonly ExampleRow[]): IntervalShape[] {
  const octaves = Array.from({ length: Math.ceil(histogram.length / BINS_PER_OCTAVE) }, (_, interval) => {
    const bins = histogram.slice(interval * BINS_PER_OCTAVE, (interval + 1) * BINS_PER_OCTAVE)
    const fired = bins.reduce((sum, count) => sum + count, 0)
    return { interval, fired, examples: examples.filter((each) => each.interval === interval) }
  })
  return octaves.filter(({ fired }) => fired > 0).reverse()
}

/** Each example is a row, and its text another. */
const examplesCost = (lists: number) => ({ first }: { first?: number | null }) => {
  const rows = lists * Math.max(1, first ?? 1)
  return { field: 2 * rows, multiplier: rows }
}
/** Octaves that a feature usually fires in. */
const OCTAVES = 6
const MOST_EXAMPLES = 200

export const FeatureStatistics = builder.objectRef<StatisticsShape>('FeatureStatistics').implement({
  description: 'What a dataset does with a feature. Special tokens and padding are left out.',
  fields: (t) => ({
    sweep: t.expose('sweep', { type: FeatureSweep, description: 'The dataset, and how it was gone through.' }),
    dataset: t.string({ description: "The dataset's slug.", resolve: ({ sweep }) => sweep.dataset.slug }),
    tokens: t.float({ description: 'Tokens that were seen.', resolve: ({ sweep }) => Number(sweep.tokens) }),
    fired: t.float({ description: 'Tokens among them that it fires at.', resolve: ({ fired }) => Number(fired) }),
    density: t.exposeFloat('density', { description: 'fired ÷ tokens (frac_nonzero on Neuronpedia).' }),
    mean: t.exposeFloat('mean', { nullable: true, description: 'Mean of the activations that are not 0; null where it never fired.' }),
    max: t.exposeFloat('max', { nullable: true, description: 'Largest activation; null where it never fired.' }),
    histogram: t.field({
      type: [ActivationBin],
      description: 'How often each strength occurs, from the first bin with anything in it to the last.',
      complexity: 1,
      resolve: ({ histogram }) => {
        const first = histogram.findIndex((count) => count > 0)
        const last = histogram.findLastIndex((count) => count > 0)
        return first < 0 ? [] : histogram.slice(first, last + 1)
          .map((count, i) => ({ from: binStart(first + i), to: binStart(first + i + 1), count }))
      },
    }),
    sampled: t.exposeInt('sampled', { description: 'Its firings in the sample that co-firing is counted on.' }),
    coFiring: t.field({
      type: [CoFiring],
      description: 'The features that fire most often where it fires, on a sample of positions.',
      resolve: ({ setId, coFiring, coFiringShare }) =>
        coFiring.map((index, i) => ({ feature: { setId, index }, share: coFiringShare[i] ?? 0 })),
    }),
    strongest: t.field({
      type: [FeatureExample],
      description: 'Where it fires most strongly.',
      args: { first: t.arg.int({ required: true, defaultValue: 10, description: `How many, 1 to ${MOST_EXAMPLES}; as many are there as the sweep kept.` }) },
      complexity: examplesCost(1),
      resolve: (row, { first }, context) =>
        loadExamplesOf(context, row, { kind: 'strongest', first: requireListSize('examples', first, MOST_EXAMPLES) }),
    }),
    intervals: t.field({
      type: [FeatureInterval],
      description: 'Examples by strength: the octaves that it fires in, the strongest first.',
      args: { first: t.arg.int({ required: true, defaultValue: 3, description: `Examples of each, 1 to ${MOST_EXAMPLES}.` }) },
      complexity: examplesCost(OCTAVES),
      resolve: async (row, { first }, context) =>
        intervalsOf(row, await loadExamplesOf(context, row, { kind: 'interval', first: requireListSize('examples', first, MOST_EXAMPLES) })),
    }),
  }),
})
