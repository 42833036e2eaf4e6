/**
 * A graph request: the graph of one prompt, fully resolved. The request, with the model's and the engine's identity,
 * makes the graph's key: same request, same numbers.
 */
import { z } from 'zod'
import { ruleSchema } from '../attribution/request.ts'
import { MAX_FEATURES } from '../depass/partition/feature.ts'
import { siteSchema } from '../features/site.ts'

const index = z.number().int().nonnegative()
const fraction = z.number().min(0).max(1)

/** The most feature sets in one graph. More sets than a model has layers would be of no use to a reader. */
export const MAX_SETS = 256
export const MAX_LOGITS = 100
export const MAX_NODES = 20_000

export const edgeKinds = ['direct', 'total'] as const
export type EdgeKind = (typeof edgeKinds)[number]

const setSchema = z.strictObject({
  /** The hash of the feature set. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What people call it: 2-res. Part of node ids. */
  name: z.string().min(1).max(200),
  site: siteSchema,
  /** The site that a transcoder writes; null for an autoencoder. */
  writes: siteSchema.nullable(),
})
export type GraphSet = z.infer<typeof setSchema>

const nodesSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('feature'),
    /** In the order of computation: by where their nodes begin, then by what they read. */
    sets: z.array(setSchema).min(1).max(MAX_SETS),
    /** The most features of each set that are nodes; the others are REST. */
    budget: z.number().int().min(1).max(MAX_FEATURES),
  }),
  /** Every head and every MLP at every position. */
  z.strictObject({ by: z.literal('head') }),
  /** The attention and the MLP of every layer at every position. */
  z.strictObject({ by: z.literal('module') }),
])
export type GraphNodes = z.infer<typeof nodesSchema>

export const graphRequestSchema = z.strictObject({
  /** [N] */
  tokenIds: z.array(index).min(1),
  /** Where the logits are read. */
  position: index,
  nodes: nodesSchema,
  edges: z.enum(edgeKinds),
  /** The model's likeliest tokens until they make up `mass` of the probability, at most `most`; or these tokens. */
  logits: z.union([
    z.strictObject({ mass: fraction, most: z.number().int().min(1).max(MAX_LOGITS) }),
    z.strictObject({ tokenIds: z.array(index).min(1).max(MAX_LOGITS) }),
  ]),
  /** Nodes are kept until they make up this share of all influence. */
  nodeThreshold: fraction,
  /** Edges are kept until they make up this share of all influence that goes through edges. */
  edgeThreshold: fraction,
  /** The most nodes that are kept; tokens and logits always are. */
  maxNodes: z.number().int().min(1).max(MAX_NODES),
  rule: ruleSchema,
  temperature: z.number().positive(),
  /** The first position takes no MLP share except at itself; only if features are nodes, or edges are total. */
  excludeFirst: z.boolean(),
})
export type GraphRequest = z.infer<typeof graphRequestSchema>
