/** Means over a run, read from the views that analysts use, so GraphQL and SQL agree. N is the number of rows. */
import { z } from 'zod'
import type { PrismaClient } from '../../prisma/generated/client/client.ts'

/** Kinds of components that have the same meaning in every prompt. */
export const meanKinds = ['head', 'neuron', 'attention', 'mlp', 'inside', 'outside', 'feature'] as const
export type MeanKind = (typeof meanKinds)[number]

export interface ComponentMeansQuestion {
  runId: number
  kind: MeanKind
  by: 'score' | 'magnitude'
  direction: 'asc' | 'desc'
  /** The most rows to return. */
  first: number
}

const count = z.bigint().transform(Number)
/** What is averaged, whatever it is averaged over. */
const means = {
  meanScore: z.number(),
  deviation: z.number().nullable(),
  meanMagnitude: z.number(),
  meanShare: z.number().nullable(),
}

const componentMean = z.object({
  kind: z.enum(meanKinds),
  layer: z.number().nullable(),
  startLayer: z.number(),
  componentIndex: z.number(),
  label: z.string(),
  prompts: count,
  runPrompts: count,
  ...means,
})
export type ComponentMean = z.infer<typeof componentMean>

const positionMean = z.object({
  tenth: z.number(),
  prompts: count,
  tokens: count,
  ...means,
})
export type PositionMean = z.infer<typeof positionMean>

const templateMean = z.object({
  position: z.number(),
  /** null if the prompts have different tokens there. */
  token: z.string().nullable(),
  differentTokens: count,
  prompts: count,
  ...means,
})
export type TemplateMean = z.infer<typeof templateMean>

const ORDERS = {
  score: { asc: 'mean_score', desc: 'mean_score DESC' },
  magnitude: { asc: 'mean_magnitude', desc: 'mean_magnitude DESC' },
} as const

/** The components of one kind over all prompts of a run; ties are in the order of layers and numbers. */
export async function componentMeans(
  database: PrismaClient, { runId, kind, by, direction, first }: ComponentMeansQuestion,
): Promise<ComponentMean[]> {
  const rows = await database.$queryRawUnsafe(
    `SELECT component_kind::text AS kind, layer, start_layer AS "startLayer", component_index AS "componentIndex",
       component AS label, prompts, run_prompts AS "runPrompts", mean_score AS "meanScore", deviation,
       mean_magnitude AS "meanMagnitude", mean_share AS "meanShare"
     FROM component_means WHERE run_id = $1 AND component_kind = $2::component_kind
     ORDER BY ${ORDERS[by][direction]}, start_layer, component_index LIMIT $3`,
    runId, kind, first,
  )
  return z.array(componentMean).parse(rows)
}

/** Tokens of a run, grouped by tenths of the distance to the target; empty for runs that are not split by token. */
export async function positionMeans(database: PrismaClient, runId: number): Promise<PositionMean[]> {
  const rows = await database.$queryRawUnsafe(
    `SELECT tenth, prompts, tokens, mean_score AS "meanScore", deviation, mean_magnitude AS "meanMagnitude", mean_share AS "meanShare"
     FROM position_means WHERE run_id = $1 ORDER BY tenth`,
    runId,
  )
  return z.array(positionMean).parse(rows)
}

/**
 * Tokens of a run at the same position, over the prompts of the length that most of them have: those made from one template. Empty
 * for runs that are not split by token.
 */
export async function templateMeans(database: PrismaClient, runId: number): Promise<TemplateMean[]> {
  const rows = await database.$queryRawUnsafe(
    `WITH scores AS MATERIALIZED (SELECT prompt_id, position, token, score, share FROM token_scores WHERE run_id = $1),
       lengths AS (SELECT prompt_id, count(*) AS tokens FROM scores GROUP BY prompt_id),
       usual AS (SELECT tokens FROM lengths GROUP BY tokens ORDER BY count(*) DESC, tokens LIMIT 1)
     SELECT position, CASE WHEN count(DISTINCT token) = 1 THEN min(token) END AS token, count(DISTINCT token) AS "differentTokens", count(*) AS prompts,
       avg(score) AS "meanScore", stddev_samp(score) AS deviation, avg(abs(score)) AS "meanMagnitude", avg(share) AS "meanShare"
     FROM scores JOIN lengths USING (prompt_id) JOIN usual USING (tokens) GROUP BY position ORDER BY position`,
    runId,
  )
  return z.array(templateMean).parse(rows)
}
