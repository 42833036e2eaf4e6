/** GET /api/feature/{model}/{source}/{index}: everything that is known about one feature. */
import { z } from 'zod'
import { RestError, route, type Query } from './route.ts'

const example = z.object({ value: z.number(), tokens: z.array(z.string()), values: z.array(z.number()) })

const featureQuery: Query<{ feature: FeatureData | null }> = {
  text: `query RestFeature($model: String!, $source: String!, $index: Int!) {
    feature(model: $model, source: $source, index: $index) {
      set { source sourceSet claims }
      topLogits { text logit } bottomLogits { text logit } logitHistogram { low high counts }
      neighbours { cosine feature { index } }
      explanations { description author method explainer score scoreMethod votes }
      statistics {
        dataset fired density max histogram { from count } coFiring { share feature { index } }
        strongest(first: 20) { value tokens values }
        intervals(first: 5) { from to fired examples { value tokens values } }
      }
    }
  }`,
  data: z.object({ feature: z.lazy(() => featureData).nullable() }),
}

const featureData = z.object({
  set: z.object({ source: z.string(), sourceSet: z.string(), claims: z.looseObject({ hook: z.string().nullish() }) }),
  topLogits: z.array(z.object({ text: z.string(), logit: z.number() })),
  bottomLogits: z.array(z.object({ text: z.string(), logit: z.number() })),
  logitHistogram: z.object({ low: z.number(), high: z.number(), counts: z.array(z.int()) }).nullable(),
  neighbours: z.array(z.object({ cosine: z.number(), feature: z.object({ index: z.int() }) })),
  explanations: z.array(
    z.object({
      description: z.string(), author: z.string(), method: z.string().nullable(), explainer: z.string().nullable(),
      score: z.number().nullable(), scoreMethod: z.string().nullable(), votes: z.int(),
    }),
  ),
  statistics: z.object({
    dataset: z.string(), fired: z.number(), density: z.number(), max: z.number().nullable(),
    histogram: z.array(z.object({ from: z.number(), count: z.int() })),
    coFiring: z.array(z.object({ share: z.number(), feature: z.object({ index: z.int() }) })),
    strongest: z.array(example),
    intervals: z.array(z.object({ from: z.number(), to: z.number(), fired: z.int(), examples: z.array(example) })),
  }).nullable(),
})
type FeatureData = z.infer<typeof featureData>

const input = z.object({
  model: z.string().min(1).describe('The slug of the model.'),
  source: z.string().min(1).describe('The source: `6-res-jb`.'),
  index: z.coerce.number().pipe(z.int().min(0).max(2 ** 31 - 1)).describe('The number of the feature, from 0.'),
})

const numbers = z.array(z.number())
const activation = z.strictObject({
  tokens: z.array(z.string()),
  values: numbers.describe('The activation at each token.'),
  maxValue: z.number(),
  maxValueTokenIndex: z.int(),
  minValue: z.number(),
  dataSource: z.string().describe('The dataset.'),
  binMin: z.number().nullable().describe('Where the interval begins that the example was drawn from; null for the strongest.'),
  binMax: z.number().nullable(),
  binContains: z.number().nullable().describe('The share of its firings that lie in it.'),
})

const output = z.strictObject({
  modelId: z.string(),
  layer: z.string().describe('The source.'),
  index: z.string(),
  sourceSetName: z.string(),
  hookName: z.string().nullable().describe('What the files of the set call its site; null where they do not.'),
  maxActApprox: z.number().nullable().describe('The largest activation; null where its set was not swept, or it never fired.'),
  frac_nonzero: z.number().nullable().describe('The share of tokens at which it fires; null where its set was not swept.'),
  pos_str: z.array(z.string()).describe('The tokens whose logits it raises most.'),
  pos_values: numbers,
  neg_str: z.array(z.string()).describe('The tokens whose logits it lowers most.'),
  neg_values: numbers,
  freq_hist_data_bar_heights: numbers.describe('How often each strength occurs.'),
  freq_hist_data_bar_values: numbers.describe('Where each bin begins; four bins are an octave.'),
  logits_hist_data_bar_heights: numbers.describe('How many tokens each bin of logits has.'),
  logits_hist_data_bar_values: numbers.describe('Where each bin begins.'),
  topkCosSimIndices: z.array(z.int()).describe('The features of the set with the largest cosine of decoder directions.'),
  topkCosSimValues: numbers,
  correlated_neurons_indices: z.array(z.int()).describe('The features that fire most often where it fires.'),
  correlated_neurons_pearson: z.null().describe('Not computed: see correlated_neurons_share.'),
  correlated_neurons_share: numbers.describe('The share of its firings at which each of them fires, on a sample.'),
  explanations: z.array(
    z.strictObject({
      description: z.string(),
      authorName: z.string(),
      typeName: z.string().nullable(),
      explanationModelName: z.string().nullable(),
      scores: z.array(z.strictObject({ value: z.number(), explanationScoreTypeName: z.string().nullable() })),
      votes: z.int(),
    }),
  ).describe('The best first.'),
  activations: z.array(activation).describe('The strongest examples, then some of each interval of strength.'),
})

interface Interval {
  from: number
  to: number
  contains: number
}

function activationOf({ value, tokens, values }: z.infer<typeof example>, dataSource: string, interval: Interval | null): z.infer<typeof activation> {
  return {
    tokens, values, maxValue: value, maxValueTokenIndex: values.indexOf(value), minValue: Math.min(...values), dataSource,
    binMin: interval?.from ?? null, binMax: interval?.to ?? null, binContains: interval?.contains ?? null,
  }
}

function activationsOf(statistics: FeatureData['statistics']): z.infer<typeof activation>[] {
  if (statistics === null) return []
  const { dataset, fired, strongest, intervals } = statistics
  return [
    ...strongest.map((each) => activationOf(each, dataset, null)),
    ...intervals.flatMap(({ from, to, fired: within, examples }) =>
      examples.map((each) => activationOf(each, dataset, { from, to, contains: within / fired }))),
  ]
}

function logitBins(histogram: FeatureData['logitHistogram']): number[] {
  if (histogram === null) return []
  const { low, high, counts } = histogram
  return counts.map((_, bin) => low + ((high - low) * bin) / counts.length)
}

export const featureRoute = route({
  method: 'get',
  path: '/api/feature/{model}/{source}/{index}',
  summary: 'One feature: statistics, examples, logits, neighbours and explanations.',
  input,
  output,
  async handle({ model, source, index }, ask) {
    const { feature } = await ask(featureQuery, { model, source, index })
    if (feature === null) throw new RestError(`There is no feature ${model}/${source}/${index} here.`, 'NOT_FOUND')
    const { set, topLogits, bottomLogits, logitHistogram, neighbours, explanations, statistics } = feature
    return {
      modelId: model, layer: set.source, index: String(index), sourceSetName: set.sourceSet, hookName: set.claims.hook ?? null,
      maxActApprox: statistics?.max ?? null, frac_nonzero: statistics?.density ?? null,
      pos_str: topLogits.map((each) => each.text), pos_values: topLogits.map(({ logit }) => logit),
      neg_str: bottomLogits.map((each) => each.text), neg_values: bottomLogits.map(({ logit }) => logit),
      freq_hist_data_bar_heights: statistics?.histogram.map(({ count }) => count) ?? [],
      freq_hist_data_bar_values: statistics?.histogram.map(({ from }) => from) ?? [],
      logits_hist_data_bar_heights: logitHistogram?.counts ?? [], logits_hist_data_bar_values: logitBins(logitHistogram),
      topkCosSimIndices: neighbours.map((each) => each.feature.index), topkCosSimValues: neighbours.map(({ cosine }) => cosine),
      correlated_neurons_indices: statistics?.coFiring.map((each) => each.feature.index) ?? [],
      correlated_neurons_pearson: null,
      correlated_neurons_share: statistics?.coFiring.map(({ share }) => share) ?? [],
      explanations: explanations.map(({ description, author, method, explainer, score, scoreMethod, votes }) => ({
        description, authorName: author, typeName: method, explanationModelName: explainer, votes,
        scores: score === null ? [] : [{ value: score, explanationScoreTypeName: scoreMethod }],
      })),
      activations: activationsOf(statistics),
    }
  },
})
