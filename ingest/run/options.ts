/** What one ingest asks of every prompt of its dataset. Resolved in full, since it is part of the run's key. */
import { z } from 'zod'
import { modeSchema, ruleSchema, DEFAULT_TEMPERATURE } from '../../src/attribution/request.ts'
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'

export const runOptionsSchema = z.strictObject({
  /** Subspaces come from files and are asked about one prompt at a time. */
  by: z.enum(['token', 'group', 'head', 'neuron', 'module']),
  /** Positions mean something else in every prompt, so groups are found in the text. */
  groups: z.enum(['words', 'sentences']).nullable().default(null),
  layer: z.union([z.number().int().nonnegative(), z.literal('all')]).nullable().default(null),
  neurons: z.array(z.number().int().nonnegative()).nullable().default(null),
  module: z.enum(['attention', 'mlp']).nullable().default(null),
  /** `answer`: the first token of the record's answer, and the model's own next token where a record has none. */
  target: z.enum(['answer', 'next']).default('answer'),
  position: z.number().int().default(-1),
  mode: modeSchema.default('corrected'),
  rule: ruleSchema.default('softmax'),
  temperature: z.number().default(DEFAULT_TEMPERATURE),
  /** null: as the model's tokenizer wants it. */
  excludeFirst: z.boolean().nullable().default(null),
})
export type RunOptions = z.infer<typeof runOptionsSchema>

/** The part of a question that is the same for every prompt. */
export function questionOf(options: RunOptions): Omit<AttributionQuestion, 'text' | 'tokenIds' | 'target'> {
  const { target: _target, temperature, ...rest } = options
  // The default is left out: rules that have no temperature refuse one.
  return { ...rest, ...(temperature !== DEFAULT_TEMPERATURE && { temperature }) }
}
