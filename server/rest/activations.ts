/** What fires in a text: one feature, the strongest of a release, the strongest at each token. Computed on demand. */
import { z } from 'zod'
import { RestError, route, type Query } from './route.ts'
import { densityThreshold, ignoreBos, indexSchema, maxDensityOf, modelId, neuron, NEURON_FIELDS, neuronData, neuronOf, partsOf, text } from './neuron.ts'

const tokens = z.array(z.object({ text: z.string() }))
const row = z.object({ values: z.array(z.number()), max: z.number(), maxPosition: z.int().nullable() })
const requireAnswer = <T>(answer: T | null): T => {
  if (answer === null) throw new Error('GraphQL gave neither an answer nor an error')
  return answer
}

const oneQuery: Query<{ activations: { tokens: z.infer<typeof tokens>; feature: z.infer<typeof row> } | null }> = {
  text: `query RestActivation($input: ActivationsInput!, $source: String!, $index: Int!) {
    activations(input: $input) { tokens { text } feature(source: $source, index: $index) { values max maxPosition } }
  }`,
  data: z.object({ activations: z.object({ tokens, feature: row }).nullable() }),
}

export const activationRoute = route({
  method: 'post',
  path: '/api/activation/new',
  summary: 'The activations of one feature in a text.',
  input: z.object({
    feature: z.object({
      modelId,
      source: z.string().min(1).optional().describe('The source; `layer` is taken, too.'),
      layer: z.string().min(1).optional(),
      index: indexSchema,
    }),
    customText: text,
  }),
  output: z.strictObject({
    modelId: z.string(), layer: z.string(), index: z.string(), tokens: z.array(z.string()), values: z.array(z.number()),
    maxValue: z.number(), maxValueTokenIndex: z.int().describe('0 where it does not fire.'), minValue: z.number(),
  }),
  async handle({ feature: { modelId: model, index, ...named }, customText }, ask) {
    const source = named.source ?? named.layer
    if (source === undefined) throw new RestError('feature.source: Required; it names the feature set.', 'BAD_INPUT')
    const { activations } = await ask(oneQuery, { input: { model, text: customText, sources: [source] }, source, index })
    const { tokens: read, feature: { values, max, maxPosition } } = requireAnswer(activations)
    return {
      modelId: model, layer: source, index: String(index), tokens: read.map((token) => token.text), values,
      maxValue: max, maxValueTokenIndex: maxPosition ?? 0, minValue: Math.min(...values),
    }
  },
})

const ranked = row.extend({ feature: neuronData })
const topQuery: Query<{ activations: { tokens: z.infer<typeof tokens>; top: z.infer<typeof ranked>[] } | null }> = {
  text: `query RestTop($input: ActivationsInput!, $first: Int!, $positions: [Int!], $ignoreSpecial: Boolean!, $maxDensity: Float) {
    activations(input: $input) {
      tokens { text }
      top(first: $first, positions: $positions, ignoreSpecial: $ignoreSpecial, maxDensity: $maxDensity) {
        values max maxPosition feature { ${NEURON_FIELDS} }
      }
    }
  }`,
  data: z.object({ activations: z.object({ tokens, top: z.array(ranked) }).nullable() }),
}

export const searchAllRoute = route({
  method: 'post',
  path: '/api/search-all',
  summary: 'The features of a release, or of some of its layers, that fire most strongly in a text.',
  input: z.object({
    modelId,
    sourceSet: z.string().min(1).describe('The release: `res-jb`.'),
    text,
    selectedLayers: z.array(z.string()).default([]).describe('Only these sources: `6-res-jb`. All of the release when empty.'),
    sortIndexes: z.array(z.int()).default([]).describe('Positions of tokens: ranked by the sum at them instead of by the largest.'),
    ignoreBos,
    densityThreshold,
    numResults: z.int().min(1).max(100).default(50),
  }),
  output: z.strictObject({
    tokens: z.array(z.string()),
    sortIndexes: z.array(z.int()),
    result: z.array(
      z.strictObject({
        modelId: z.string(), layer: z.string(), index: z.string(), values: z.array(z.number()), maxValue: z.number(),
        maxValueIndex: z.int(), neuron,
      }),
    ),
  }),
  async handle({ modelId: model, sourceSet, text: read, selectedLayers, sortIndexes, ignoreBos: ignoreSpecial, densityThreshold: threshold, numResults }, ask) {
    const where = selectedLayers.length > 0 ? { sources: selectedLayers } : { sourceSet }
    const { activations } = await ask(topQuery, {
      input: { model, text: read, ...where }, first: numResults, ignoreSpecial, maxDensity: maxDensityOf(threshold),
      positions: sortIndexes.length > 0 ? sortIndexes : null,
    })
    const { tokens: found, top } = requireAnswer(activations)
    return {
      tokens: found.map((token) => token.text),
      sortIndexes,
      result: top.map(({ feature, values, max, maxPosition }) => ({
        ...partsOf(feature.name), values, maxValue: max, maxValueIndex: maxPosition ?? 0, neuron: neuronOf(feature),
      })),
    }
  },
})

const byToken = z.array(
  z.object({
    token: z.object({ index: z.int(), text: z.string() }),
    features: z.array(z.object({ value: z.number(), feature: neuronData })),
  }),
)
const byTokenQuery: Query<{ activations: { topByToken: z.infer<typeof byToken> } | null }> = {
  text: `query RestTopByToken($input: ActivationsInput!, $first: Int!, $ignoreSpecial: Boolean!, $maxDensity: Float) {
    activations(input: $input) {
      topByToken(first: $first, ignoreSpecial: $ignoreSpecial, maxDensity: $maxDensity) {
        token { index text } features { value feature { ${NEURON_FIELDS} } }
      }
    }
  }`,
  data: z.object({ activations: z.object({ topByToken: byToken }).nullable() }),
}

export const topByTokenRoute = route({
  method: 'post',
  path: '/api/search-topk-by-token',
  summary: 'For each token of a text, the features of a source that fire most strongly at it.',
  input: z.object({
    modelId,
    source: z.string().min(1).optional().describe('The source; `layer` is taken, too.'),
    layer: z.string().min(1).optional(),
    text,
    numResults: z.int().min(1).max(50).default(10),
    ignoreBos,
    densityThreshold,
  }),
  output: z.strictObject({
    modelId: z.string(),
    source: z.string(),
    results: z.array(
      z.strictObject({
        position: z.int(), token: z.string(),
        topFeatures: z.array(z.strictObject({ featureIndex: z.int(), activationValue: z.number(), feature: neuron })),
      }),
    ),
  }),
  async handle({ modelId: model, text: read, numResults, ignoreBos: ignoreSpecial, densityThreshold: threshold, ...named }, ask) {
    const source = named.source ?? named.layer
    if (source === undefined) throw new RestError('source: Required; it names the feature set.', 'BAD_INPUT')
    const { activations } = await ask(byTokenQuery, {
      input: { model, text: read, sources: [source] }, first: numResults, ignoreSpecial, maxDensity: maxDensityOf(threshold),
    })
    return {
      modelId: model,
      source,
      results: requireAnswer(activations).topByToken.map(({ token, features }) => ({
        position: token.index, token: token.text,
        topFeatures: features.map(({ value, feature }) => ({ featureIndex: feature.index, activationValue: value, feature: neuronOf(feature) })),
      })),
    }
  },
})
