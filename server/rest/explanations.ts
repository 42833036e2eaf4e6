/** POST /api/explanation/search: features by what they are said to be about. */
import { z } from 'zod'
import { type Ask, route, type Query } from './route.ts'
import { modelId, neuron, NEURON_FIELDS, neuronData, neuronOf, partsOf } from './neuron.ts'

const match = z.object({
  rank: z.number(),
  feature: neuronData,
  explanation: z.object({ description: z.string(), method: z.string().nullable(), explainer: z.string().nullable() }),
})
const page = z.object({ totalCount: z.int(), nodes: z.array(match), pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }) })

const searchQuery: Query<{ searchFeatures: z.infer<typeof page> | null }> = {
  text: `query RestExplanations($text: String!, $in: FeatureScope!, $first: Int!, $after: String) {
    searchFeatures(text: $text, in: $in, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { rank feature { ${NEURON_FIELDS} } explanation { description method explainer } }
    }
  }`,
  data: z.object({ searchFeatures: page.nullable() }),
}

async function pageOf(ask: Ask, variables: Record<string, unknown>): Promise<z.infer<typeof page>> {
  const { searchFeatures } = await ask(searchQuery, variables)
  if (searchFeatures === null) throw new Error('GraphQL gave neither an answer nor an error')
  return searchFeatures
}

const PAGE = 20
const LARGEST_PAGE = 100
const MOST_OFFSET = 1000

const input = z.object({
  modelId,
  query: z.string().min(1).describe('Words, as in a search engine: `capital -letter`, `"capital of"`.'),
  layers: z.array(z.string()).default([]).describe('Only these sources: `6-res-jb`. All of the model when empty.'),
  offset: z.int().min(0).max(MOST_OFFSET).default(0).describe('`nextOffset` of the page before.'),
})

export const explanationSearchRoute = route({
  method: 'post',
  path: '/api/explanation/search',
  summary: `Features by what they are said to be about, the best first, ${PAGE} at a time.`,
  input,
  output: z.strictObject({
    request: z.strictObject({ modelId: z.string(), query: z.string(), layers: z.array(z.string()), offset: z.int() }),
    resultsCount: z.int().describe('How many there are in all.'),
    hasMore: z.boolean(),
    nextOffset: z.int().nullable().describe('For the next page; null on the last.'),
    results: z.array(
      z.strictObject({
        modelId: z.string(), layer: z.string(), index: z.string(), description: z.string(), typeName: z.string().nullable(),
        explanationModelName: z.string().nullable(), rank: z.number().describe('How well it fits; larger is better.'), neuron,
      }),
    ),
  }),
  async handle(request, ask) {
    const { modelId: model, query, layers, offset } = request
    const scope = { model, ...(layers.length > 0 && { sources: layers }) }
    let after: string | null = null
    const found: z.infer<typeof match>[] = []
    // Pages go by cursor, so everything before the offset is read and dropped.
    for (;;) {
      const first: number = Math.min(LARGEST_PAGE, offset + PAGE - found.length)
      const { nodes, totalCount, pageInfo }: z.infer<typeof page> = await pageOf(ask, { text: query, in: scope, first, after })
      found.push(...nodes)
      if (pageInfo.hasNextPage && found.length < offset + PAGE) {
        after = pageInfo.endCursor
        continue
      }
      const results = found.slice(offset)
      return {
        request, resultsCount: totalCount, hasMore: pageInfo.hasNextPage,
        nextOffset: pageInfo.hasNextPage ? offset + results.length : null,
        results: results.map(({ rank, feature, explanation: { description, method, explainer } }) => ({
          ...partsOf(feature.name), description, typeName: method, explanationModelName: explainer, rank, neuron: neuronOf(feature),
        })),
      }
    }
  },
})
