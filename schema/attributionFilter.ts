import type { Prisma } from '../prisma/generated/client/client.ts'
import { builder } from './builder.ts'
import { Mode } from './mode.ts'
import { PartitionKind } from './partition.ts'
import { Rule } from './rule.ts'

export const AttributionFilter = builder.inputType('AttributionFilter', {
  description: 'Which stored attributions to give; every condition that is there must hold.',
  fields: (t) => ({
    model: t.string({ description: 'Only of the model with this slug.' }),
    dataset: t.string({ description: 'Only of prompts in the dataset with this slug.' }),
    partition: t.field({ type: PartitionKind, description: 'Only with this kind of partition.' }),
    mode: t.field({ type: Mode, description: 'Only computed in this mode.' }),
    rule: t.field({ type: Rule, description: 'Only computed by this rule.' }),
    targetText: t.string({ description: 'Only where the target is the token with exactly this text, e.g. ` Paris`.' }),
  }),
})

export type AttributionFilterShape = typeof AttributionFilter.$inferInput

export function attributionWhere(filter: AttributionFilterShape | null | undefined): Prisma.ResultWhereInput {
  const { model, dataset, partition, mode, rule, targetText } = filter ?? {}
  return {
    ...(model != null && { model: { slug: model } }),
    ...(dataset != null && { sequence: { prompts: { some: { prompt: { dataset: { slug: dataset } } } } } }),
    ...(partition && { partitionKind: partition }),
    ...(mode && { mode }),
    ...(rule && { rule }),
    ...(targetText != null && { targetText }),
  }
}
