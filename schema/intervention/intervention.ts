/** One intervention: a pass that was changed on its way, beside the pass as it is. */
import type { Prisma } from '../../prisma/generated/client/client.ts'
import { readShownTokens, readTaken } from '../../src/store/interventions.ts'
import { requireKnown } from '../known.ts'
import { builder } from '../builder.ts'
import { ComponentKind } from '../component/component.ts'
import { rootPages } from '../cost.ts'
import { totalCount } from '../paging/connection.ts'
import { Mode, readRule, Rule } from '../attribution/method.ts'
import { Target } from '../attribution/target.ts'
import { Change, ChangeKind, readChanges, readSelection, SelectionOrder } from './change.ts'

/** Lists inside one row, whatever is asked of their entries. */
const LIST = { field: 10, multiplier: 10 }

interface SideShape {
  value: number
  probability: number | null
  fall: number
}

const InterventionSide = builder.objectRef<SideShape>('InterventionSide').implement({
  description: 'What one pass says of the target.',
  fields: (t) => ({
    value: t.exposeFloat('value', { description: "The target's value, in its own unit." }),
    probability: t.exposeFloat('probability', {
      nullable: true, description: 'Probability of the target token; null for a direction or a feature.',
    }),
    fall: t.exposeFloat('fall', { description: 'How far the value fell below that of the unchanged pass; 0 for that pass itself.' }),
  }),
})

type ShownToken = ReturnType<typeof readShownTokens>[number]

const TokenSide = builder.objectRef<ShownToken['before']>('TokenSide').implement({
  description: 'What one pass says of a token.',
  fields: (t) => ({
    logit: t.exposeFloat('logit', { description: 'Its logit.' }),
    probability: t.exposeFloat('probability', { description: 'Its probability.' }),
    rank: t.exposeInt('rank', { description: "1 for the model's first choice." }),
  }),
})

const InterventionToken = builder.objectRef<ShownToken>('InterventionToken').implement({
  description: 'A token that one of the passes has among its first choices.',
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: "Its number in the model's vocabulary." }),
    text: t.exposeString('text', { description: 'Its text, with its leading space.' }),
    before: t.field({ type: TokenSide, description: 'In the unchanged pass.', resolve: ({ before }) => before }),
    free: t.field({ type: TokenSide, description: 'In the changed pass.', resolve: ({ free }) => free }),
    frozen: t.field({ type: TokenSide, description: 'In the changed pass with attention frozen.', resolve: ({ frozen }) => frozen }),
  }),
})

type Taken = ReturnType<typeof readTaken>[number]

const TakenComponent = builder.objectRef<Taken>('TakenComponent').implement({
  description: 'A component that was taken out, as an attribution of the unchanged pass scores it.',
  fields: (t) => ({
    kind: t.field({ type: ComponentKind, description: 'What it is.', resolve: ({ component }) => component.kind }),
    layer: t.int({ nullable: true, description: 'Its layer; null at the embedding.', resolve: ({ component }) => component.layer }),
    index: t.int({ description: 'Position, group, head, neuron or feature number.', resolve: ({ component }) => component.index }),
    position: t.int({ nullable: true, description: 'Where a feature fires; else null.', resolve: ({ component }) => component.position ?? null }),
    label: t.string({ description: 'What a person reads.', resolve: ({ component }) => component.label }),
    score: t.exposeFloat('score', { description: "Its share of the target's value." }),
  }),
})

const Selection = builder.objectRef<NonNullable<ReturnType<typeof readSelection>>>('Selection').implement({
  description: 'The rule by which components were chosen.',
  fields: (t) => ({
    order: t.field({ type: SelectionOrder, description: 'Which end of the scores.', resolve: ({ order }) => order }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
})

const targetColumns = {
  position: true, targetType: true, targetTokenId: true, targetText: true, minusTokenId: true, minusText: true, targetLayer: true,
  targetFeatureSet: true, targetSite: true, targetFeature: true, targetActivation: true, valueBefore: true, probabilityBefore: true,
} as const

export const Intervention = builder.prismaNode('Intervention', {
  description:
    'One intervention: parts of a prompt or a model taken out, or a direction added, and what the model then says, beside ' +
    'what an attribution of the unchanged pass says of it. Addressed by content.',
  id: { field: 'key', description: 'Global id: fetches this object again through `node`.' },
  nullable: true,
  select: { id: true, key: true },
  fields: (t) => ({
    key: t.exposeString('key', { description: 'sha256 (hex) of everything that the numbers depend on.' }),
    model: t.relation('model', { description: 'The model.' }),
    sequence: t.relation('sequence', { description: 'The tokens that it read, as they were given.' }),
    target: t.field({
      type: Target,
      description: 'What is looked at, as the unchanged pass has it.',
      select: targetColumns,
      resolve: (row) => ({ ...row, targetValue: row.valueBefore, targetProbability: row.probabilityBefore }),
    }),
    changes: t.field({
      type: [Change],
      description: 'What was changed; of a choice by score, what it chose.',
      complexity: LIST,
      select: { changes: true },
      resolve: (row) => readChanges(row.changes),
    }),
    selection: t.field({
      type: Selection,
      nullable: true,
      description: 'The rule by which components were chosen; null where they were named.',
      select: { selection: true },
      resolve: (row) => readSelection(row.selection),
    }),
    before: t.field({
      type: InterventionSide,
      description: 'The unchanged pass.',
      select: { valueBefore: true, probabilityBefore: true },
      resolve: (row) => ({ value: row.valueBefore, probability: row.probabilityBefore, fall: 0 }),
    }),
    free: t.field({
      type: InterventionSide,
      description: 'The changed pass, with attention free to look elsewhere.',
      select: { valueBefore: true, valueFree: true, probabilityFree: true },
      resolve: (row) => ({ value: row.valueFree, probability: row.probabilityFree, fall: row.valueBefore - row.valueFree }),
    }),
    frozen: t.field({
      type: InterventionSide,
      description: 'The changed pass, with attention frozen where it looked.',
      select: { valueBefore: true, valueFrozen: true, probabilityFrozen: true },
      resolve: (row) => ({ value: row.valueFrozen, probability: row.probabilityFrozen, fall: row.valueBefore - row.valueFrozen }),
    }),
    predictedFall: t.exposeFloat('predicted', {
      nullable: true,
      description: 'The fall that the attribution says: the scores of what was taken out, summed. Null where no attribution says it.',
    }),
    taken: t.field({
      type: [TakenComponent],
      description: 'Those components with their scores.',
      complexity: LIST,
      select: { taken: true },
      resolve: (row) => readTaken(row.taken),
    }),
    tokens: t.field({
      type: [InterventionToken],
      description: 'The first choices of every pass, each with what all of them say of it.',
      complexity: LIST,
      select: { tokens: true },
      resolve: (row) => readShownTokens(row.tokens),
    }),
    mode: t.expose('mode', { type: Mode, description: 'Of the attribution: which reading of the method.' }),
    rule: t.field({
      type: Rule,
      description: "Of the attribution: how neurons' outputs are shared.",
      select: { rule: true },
      resolve: (row) => readRule(row.rule),
    }),
    engine: t.exposeString('engine', { description: 'What computed it, e.g. `onnx-cpu-float32`.' }),
    milliseconds: t.exposeFloat('milliseconds', { description: 'How long the computation took.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was computed.' }),
  }),
})

const InterventionFilter = builder.inputType('InterventionFilter', {
  description: 'Which stored interventions to give; every condition that is there must hold.',
  fields: (t) => ({
    model: t.string({ description: 'Only of the model with this slug.' }),
    dataset: t.string({ description: 'Only of prompts in the dataset with this slug.' }),
    kind: t.field({ type: ChangeKind, description: 'Only those that change something of this kind.' }),
  }),
})

function interventionWhere(filter: typeof InterventionFilter.$inferInput | null | undefined): Prisma.InterventionWhereInput {
  const { model, dataset, kind } = filter ?? {}
  return {
    ...(model != null && { model: { slug: model } }),
    ...(dataset != null && { sequence: { prompts: { some: { prompt: { dataset: { slug: dataset } } } } } }),
    ...(kind && { changeKinds: { has: kind } }),
  }
}

const InterventionConnection = builder.connectionObject(
  { type: Intervention, name: 'InterventionConnection', fields: (t) => ({ totalCount: t.int(totalCount(100)) }) },
  { name: 'InterventionEdge' },
)

builder.queryField('interventions', (t) =>
  t.prismaConnection({
    type: Intervention,
    description: 'Stored interventions, newest first. Null only with an error.',
    cursor: 'id',
    nullable: true,
    totalCount: async (_connection, { where }, { database }) => {
      await requireKnown(database, where ?? {})
      return database.intervention.count({ where: interventionWhere(where) })
    },
    ...rootPages,
    args: { where: t.arg({ type: InterventionFilter, description: 'All of them when absent.' }) },
    resolve: async (query, _root, { where }, { database }) => {
      await requireKnown(database, where ?? {})
      return database.intervention.findMany({ ...query, where: interventionWhere(where), orderBy: { id: 'desc' } })
    },
  }, InterventionConnection),
)
