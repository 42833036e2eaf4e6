/**
 * What one ingest asks of every prompt of its dataset. The run's key is made from these options, the model and the
 * dataset. So fields are only ever added, and a field that was not given is absent.
 */
import { z } from 'zod'
import { namedGroupsSchema } from '../../src/depass/partition/groups-named.ts'
import { partitionKinds } from '../../src/depass/partition/kinds.ts'
import { modules } from '../../src/depass/partition/module.ts'
import { siteSchema } from '../../src/features/site.ts'
import { MAX_DECODED, modeSchema, ruleSchema, DEFAULT_TEMPERATURE } from '../../src/attribution/request.ts'
import type { AttributionQuestion } from '../../src/attribution/resolve.ts'
import { nameMatrix, type NamedMatrix } from '../../src/attribution/vectors.ts'
import { replacementSchema } from '../../src/interventions/change/kind.ts'
import { selectionOrders } from '../../src/interventions/request.ts'
import type { InterventionQuestion } from '../../src/interventions/resolve.ts'

const vector = z.array(z.number()).min(1)

const featureSourceSchema = z.strictObject({
  hash: z.string(), name: z.string(), site: siteSchema, writes: siteSchema.nullable(), features: z.number().int().positive(),
})

const index = z.number().int().nonnegative()

/** What is changed in every prompt's pass: named, or chosen by the scores of the run's partition. */
export const interveneSchema = z.strictObject({
  remove: z.array(z.number().int()).min(1).optional(),
  mask: z.array(z.number().int()).min(1).optional(),
  heads: z.array(z.strictObject({ layer: index, head: index })).min(1).optional(),
  neurons: z.array(z.strictObject({ layer: index, neuron: index })).min(1).optional(),
  modules: z.array(z.strictObject({ layer: index, module: z.enum(modules) })).min(1).optional(),
  features: z.array(z.strictObject({ set: featureSourceSchema, index })).min(1).optional(),
  /** A direction [D] that is added to the input of a layer, or what a feature adds where its set writes. */
  steer: z.union([
    z.strictObject({ direction: vector, layer: index, factor: z.number() }),
    z.strictObject({ feature: z.strictObject({ set: featureSourceSchema, index }), factor: z.number() }),
  ]).optional(),
  /** Where parts of the model are changed; absent: everywhere. */
  at: z.array(z.number().int()).min(1).optional(),
  choose: z.strictObject({ order: z.enum(selectionOrders), count: z.number().int().min(1), how: z.enum(['remove', 'mask']).optional() }).optional(),
  /** What replaces parts of the model that are taken out; absent: nothing, so they become zero. */
  to: replacementSchema.optional(),
})
export type Intervene = z.infer<typeof interveneSchema>

export const runOptionsSchema = z.strictObject({
  by: z.enum(partitionKinds),
  /** Positions mean the same in every prompt only where the prompts are of one form. */
  groups: z.union([z.enum(['words', 'sentences', 'roles']), namedGroupsSchema]).nullable().default(null),
  layer: z.union([z.number().int().nonnegative(), z.literal('all')]).nullable().default(null),
  neurons: z.array(z.number().int().nonnegative()).nullable().default(null),
  module: z.enum(modules).nullable().default(null),
  /** [R, D] */
  basis: z.array(vector).min(1).optional(),
  /** A feature set: everything that is known about it without its weights. */
  sae: featureSourceSchema.optional(),
  features: z.union([z.number().int().positive(), z.array(z.number().int().nonnegative()).min(1)]).optional(),
  budget: z.number().int().positive().optional(),
  per: z.enum(['position', 'feature']).optional(),
  /**
   * `answer` is the first token of the record's answer, and the model's own next token where a record has none. `field:NAME`
   * is the first token of that field. `next`, `#ID` and text mean the same for every prompt.
   */
  target: z.string().default('answer'),
  minus: z.string().optional(),
  /** All tokens of the record's answer (`answer`), of a field (`field:NAME`) or of a text that is the same for every prompt. */
  answer: z.string().optional(),
  feature: z.strictObject({ set: featureSourceSchema, index: z.number().int().nonnegative() }).optional(),
  direction: z.strictObject({ layer: z.number().int().nonnegative().nullable(), vector }).optional(),
  /** The field of every record that holds a chat, written by the model's template; absent: the record's text is the prompt. */
  chat: z.string().min(1).optional(),
  position: z.number().int().default(-1),
  mode: modeSchema.default('corrected'),
  rule: ruleSchema.default('softmax'),
  temperature: z.number().default(DEFAULT_TEMPERATURE),
  /** null: as the model's tokenizer wants it. */
  excludeFirst: z.boolean().nullable().default(null),
  decode: z.number().int().min(1).max(MAX_DECODED).optional(),
  /** Present if the run asks for interventions instead of attributions. */
  intervene: interveneSchema.optional(),
})
export type RunOptions = z.infer<typeof runOptionsSchema>

/** What a user asks of every prompt; options left out have their defaults. */
export type DatasetQuestion = z.input<typeof runOptionsSchema>

/** The part of a question that is the same for every prompt. */
export function questionOf(options: RunOptions): Omit<AttributionQuestion, 'text' | 'tokenIds' | 'target' | 'minus' | 'answer'> {
  const { target: _target, minus: _minus, answer: _answer, chat: _chat, intervene: _intervene, temperature, ...rest } = options
  // The default is left out: rules that have no temperature refuse one.
  return { ...rest, ...(temperature !== DEFAULT_TEMPERATURE && { temperature }) }
}

/** The same for an intervention. Does not refuse anything that only a prompt can decide. */
export function interventionQuestionOf(options: RunOptions, intervene: Intervene): Omit<InterventionQuestion, 'text' | 'tokenIds' | 'target' | 'minus'> {
  const { position, mode, rule, excludeFirst, temperature, direction, feature } = questionOf(options)
  const { by, groups, layer, neurons, module, basis, sae, features, budget, per } = options
  const { choose, ...changes } = intervene
  return {
    position, mode, rule, excludeFirst, temperature, direction, feature, ...changes,
    ...(choose && { choose: { ...choose, partition: { by, groups, layer, neurons, module, basis, sae, features, budget, per } } }),
  }
}

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const storedSchema = z.looseObject({
  basis: hash.optional(),
  direction: z.looseObject({ vector: hash }).optional(),
  intervene: z.looseObject({ steer: z.looseObject({ direction: hash.optional() }).optional() }).optional(),
})

/** Options as a run keeps them: its vectors are stored apart, under their hash. */
export function detachOptions(options: RunOptions): { options: Record<string, unknown>; vectors: NamedMatrix[] } {
  const { basis, direction, intervene, ...rest } = options
  const [inBasis, inDirection] = [basis && nameMatrix(basis), direction && nameMatrix([direction.vector])]
  const added = intervene?.steer && 'direction' in intervene.steer ? nameMatrix([intervene.steer.direction]) : undefined
  return {
    options: {
      ...rest,
      ...(intervene && { intervene: added ? { ...intervene, steer: { ...intervene.steer, direction: added.hash } } : intervene }),
      ...(inBasis && { basis: inBasis.hash }),
      ...(direction && inDirection && { direction: { ...direction, vector: inDirection.hash } }),
    },
    vectors: [inBasis, inDirection, added].filter((each) => each !== undefined),
  }
}

/** The reverse: `rowsOf` finds the rows of a matrix by its hash. */
export async function attachOptions(stored: unknown, rowsOf: (hash: string) => Promise<number[][]>): Promise<RunOptions> {
  const { basis, direction, intervene, ...rest } = storedSchema.parse(stored)
  const added = intervene?.steer?.direction
  return runOptionsSchema.parse({
    ...rest,
    ...(intervene && {
      intervene: added === undefined ? intervene : { ...intervene, steer: { ...intervene.steer, direction: (await rowsOf(added))[0] } },
    }),
    ...(basis !== undefined && { basis: await rowsOf(basis) }),
    ...(direction !== undefined && { direction: { ...direction, vector: (await rowsOf(direction.vector))[0] } }),
  })
}
