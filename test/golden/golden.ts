/** The shape of the reference values: float64 results of an independent implementation. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const scores = z.array(z.number())
const byLayer = z.record(z.string(), scores)

const valuesSchema = z.object({
  by_token: scores,
  by_token_exclude_first: scores,
  by_head: byLayer,
  by_neuron: byLayer,
  by_group: z.object({ groups: z.array(z.array(z.number())), scores }).optional(),
  /** basis_columns: R vectors [D] */
  by_subspace: z.object({ layer: z.number(), basis_columns: z.array(scores), scores }).optional(),
  direction: z
    .object({ layer_input: z.number(), position: z.number(), vector: scores, scores, value: z.number() })
    .optional(),
})
export type GoldenValues = z.infer<typeof valuesSchema>

const goldenSchema = z.object({
  temperature: z.number(),
  prompts: z.array(
    z.object({
      ids: z.array(z.number()),
      target: z.number(),
      logit: z.number(),
      top5: z.array(z.number()),
      top5_logits: scores,
      corrected: valuesSchema,
      reference: valuesSchema.optional(),
    }),
  ),
})
export type Golden = z.infer<typeof goldenSchema>

export const readGolden = (file: string): Golden => goldenSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
