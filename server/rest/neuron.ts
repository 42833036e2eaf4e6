/** What Neuronpedia calls a neuron: a feature as it stands in lists. */
import { z } from 'zod'

/** Neuronpedia writes the numbers of features as text. */
export const indexSchema = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,9}$/).transform(Number)])
  .describe('The number of the feature in its source; a number, or the same as text.')

export const modelId = z.string().min(1).describe('The slug of the model.')
export const text = z.string().min(1).describe('The text that the model reads.')
export const ignoreBos = z.boolean().default(true).describe('Whether tokens that the tokenizer adds count for nothing.')
export const densityThreshold = z.number().max(1).default(-1)
  .describe('Leaves out features that fire at more than this share of tokens; -1 leaves out none.')

/** Neuronpedia's threshold as GraphQL takes it. */
export const maxDensityOf = (threshold: number): number | null => (threshold < 0 ? null : threshold)

export const neuron = z.strictObject({
  modelId: z.string(),
  layer: z.string().describe('The source: `6-res-jb`.'),
  index: z.string(),
  maxActApprox: z.number().nullable().describe('Its largest activation; null where its set was not swept, or it never fired.'),
  frac_nonzero: z.number().nullable().describe('The share of tokens at which it fires; null where its set was not swept.'),
  explanations: z.array(z.strictObject({ description: z.string() })).describe('The best one, if there is any.'),
})

/** For a selection of `Feature`. */
export const NEURON_FIELDS = 'name index label statistics { density max }'
export const neuronData = z.object({
  name: z.string(),
  index: z.int(),
  label: z.string().nullable(),
  statistics: z.object({ density: z.number(), max: z.number().nullable() }).nullable(),
})

/** model/source/index */
export function partsOf(name: string): { modelId: string; layer: string; index: string } {
  const [model = '', layer = '', index = ''] = name.split('/')
  return { modelId: model, layer, index }
}

export function neuronOf({ name, label, statistics }: z.infer<typeof neuronData>): z.infer<typeof neuron> {
  return {
    ...partsOf(name), maxActApprox: statistics?.max ?? null, frac_nonzero: statistics?.density ?? null,
    explanations: label === null ? [] : [{ description: label }],
  }
}
