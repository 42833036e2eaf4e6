/** A request for an export, with every default decided. */
import { z } from 'zod'
import { UserError } from '../errors.ts'

export const exportWhats = ['contributions', 'attributions', 'features', 'examples', 'graph'] as const
export type ExportWhat = (typeof exportWhats)[number]

export const exportFormats = ['parquet', 'arrow', 'csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

export const exportRequestSchema = z.strictObject({
  what: z.enum(exportWhats).default('contributions'),
  format: z.enum(exportFormats).default('parquet'),
  /** Only of this model; its slug. */
  model: z.string().optional(),
  /** Only runs of this dataset, features as it was swept, graphs of its prompts; its slug. */
  dataset: z.string().optional(),
  /** Only these runs, ascending; all when absent. */
  runs: z.array(z.number().int().positive()).min(1).optional(),
  /** Only features of these sets, such as 6-res-jb; of all sets when absent. */
  sources: z.array(z.string()).min(1).optional(),
  /** Only the graphs with these keys. */
  graphs: z.array(z.string().regex(/^[0-9a-f]{64}$/, 'expected the key of a graph, 64 digits of 0-9 and a-f')).min(1).optional(),
  /** Only prompts of a run, or features of a set, with an index of at least `from` and at most `to`. */
  from: z.number().int().nonnegative().optional(),
  to: z.number().int().nonnegative().optional(),
})
export type ExportRequest = z.infer<typeof exportRequestSchema>
export type ExportQuestion = z.input<typeof exportRequestSchema>

const RUN_PARTS = ['runs', 'from', 'to'] as const
const FEATURE_PARTS = ['sources', 'from', 'to'] as const

/** The fields that choose the content of each kind; model, dataset and format apply to all kinds. */
const CHOSEN_BY: Record<ExportWhat, readonly (keyof ExportRequest)[]> = {
  contributions: RUN_PARTS, attributions: RUN_PARTS, features: FEATURE_PARTS, examples: FEATURE_PARTS, graph: ['graphs'],
}

/**
 * Refuses (BAD_INPUT) fields that would have no effect. `names`: what the fields are called where the user gave them.
 */
export function checkBelonging(request: ExportRequest, names: Partial<Record<keyof ExportRequest, string>> = {}): ExportRequest {
  const fields = CHOSEN_BY[request.what]
  const nameOf = (field: keyof ExportRequest) => names[field] ?? field
  for (const field of ['runs', 'sources', 'graphs', 'from', 'to'] as const) {
    if (request[field] === undefined || fields.includes(field)) continue
    const others = exportWhats.filter((what) => CHOSEN_BY[what].includes(field))
    const known = [nameOf('model'), nameOf('dataset'), ...fields.map(nameOf)]
    throw new UserError(
      'BAD_INPUT',
      `${nameOf(field)} says nothing of ${request.what}, which is chosen by ${known.join(', ')}; leave it out, or export ${others.join(' or ')}.`,
    )
  }
  return request
}
