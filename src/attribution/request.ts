/**
 * What is asked: one attribution of one sequence, fully resolved (no defaults left, no names, only numbers).
 * Everything in it, with the model's and the engine's identity, makes the result's key: same request, same number.
 * Shapes: N positions, D residual width, L layers, V vocabulary, R basis vectors.
 */
import { z } from 'zod'
import { DEFAULT_TEMPERATURE, modes, rules, type Mode, type Rule } from '../depass/rule.ts'

const index = z.number().int().nonnegative()
const layerOrAll = z.union([index, z.literal('all')])

/**
 * How the residual stream is split into components (the paper's section 4).
 * `layer` counts from 0; a token, group or subspace partition starts at the *input* of `layer` (0 = the embedding),
 * a head or module partition after the attention of `layer`, a neuron partition after its MLP.
 */
export const partitionSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('token'), layer: index.default(0) }),
  z.strictObject({
    by: z.literal('group'),
    layer: index.default(0),
    /** Disjoint sets of positions that together cover 0 … N-1; each set is one component. */
    groups: z.array(z.array(index).min(1)).min(1),
  }),
  z.strictObject({ by: z.literal('head'), layer: layerOrAll }),
  z.strictObject({
    by: z.literal('neuron'),
    layer: layerOrAll,
    /** The neurons to split out; all of the layer when absent. The others stay in the rest. */
    neurons: z.array(index).min(1).optional(),
  }),
  z.strictObject({ by: z.literal('module'), layer: layerOrAll, module: z.enum(['attention', 'mlp']) }),
  z.strictObject({
    by: z.literal('subspace'),
    layer: index,
    /** [R, D]: vectors that span the subspace; orthonormalised by SVD (Appendix E.2). */
    basis: z.array(z.array(z.number())).min(1),
  }),
])
export type Partition = z.infer<typeof partitionSchema>
export type PartitionKind = Partition['by']

/** What is attributed: a number that is linear in the final (or an inner) residual stream. */
export const targetSchema = z.discriminatedUnion('type', [
  /** The logit of one token; `next` is the token the model itself ranks first at the position. */
  z.strictObject({ type: z.literal('logit'), tokenId: z.union([index, z.literal('next')]) }),
  /** logit(tokenId) − logit(minusTokenId) */
  z.strictObject({
    type: z.literal('logitDifference'),
    tokenId: z.union([index, z.literal('next')]),
    minusTokenId: index,
  }),
  /** The projection of the input of `layer` on `vector` [D]; `layer` = L is the stream before the final norm. */
  z.strictObject({ type: z.literal('direction'), layer: index, vector: z.array(z.number()).min(1) }),
])
export type Target = z.infer<typeof targetSchema>

export const modeSchema = z.enum(modes)
export const ruleSchema = z.enum(rules)
export { DEFAULT_TEMPERATURE, type Mode, type Rule }

/** What a person can read, and far from what a whole vocabulary would weigh. */
export const MAX_DECODED = 100

export const attributionRequestSchema = z.strictObject({
  tokenIds: z.array(index).min(1),
  /** Where the target is read, 0 … N-1. */
  position: index,
  target: targetSchema,
  partition: partitionSchema,
  mode: modeSchema,
  rule: ruleSchema,
  /** τ of the softmax rule. */
  temperature: z.number().positive(),
  /** The first position takes no MLP share except at itself (token partition only). */
  excludeFirst: z.boolean(),
  /** Also decode each component with the whole vocabulary: its k largest logits. */
  decode: z.number().int().min(1).max(MAX_DECODED).optional(),
})
export type AttributionRequest = z.infer<typeof attributionRequestSchema>
