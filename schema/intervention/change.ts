/** What an intervention changed. */
import { z } from 'zod'
import { modules } from '../../src/depass/partition/module.ts'
import { formatSite, siteSchema } from '../../src/features/site.ts'
import { changeKinds } from '../../src/interventions/change/kinds.ts'
import { replacementSchema } from '../../src/interventions/change/kind.ts'
import { selectionOrders } from '../../src/interventions/request.ts'
import { builder } from '../builder.ts'
import { Module } from '../attribution/partition.ts'

export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'What kind of thing an intervention changes.',
  values: {
    POSITION: { value: 'position', description: 'Positions of the prompt, removed or masked.' },
    HEAD: { value: 'head', description: 'Attention heads.' },
    NEURON: { value: 'neuron', description: 'MLP neurons.' },
    MODULE: { value: 'module', description: 'Sublayers.' },
    FEATURE: { value: 'feature', description: 'Features of a feature set.' },
    STEER: { value: 'steer', description: 'A direction added to the stream.' },
  },
} as const)

export const TakingOut = builder.enumType('TakingOut', {
  description: 'How positions are taken out.',
  values: {
    REMOVE: { value: 'remove', description: 'Cut out of the prompt; those behind move up.' },
    MASK: { value: 'mask', description: 'Left where they are; no other position attends to them.' },
  },
} as const)

export const SelectionOrder = builder.enumType('SelectionOrder', {
  description: 'Which end of the scores is chosen.',
  values: {
    TOP: { value: 'top', description: 'The highest scores.' },
    BOTTOM: { value: 'bottom', description: 'The lowest scores.' },
  },
} as const)

/** The form of the column, which holds the changes with vectors named by their hash. */
const storedChange = z.object({
  kind: z.enum(changeKinds),
  layer: z.number().optional(),
  positions: z.array(z.number()).optional(),
  how: z.enum(['remove', 'mask']).optional(),
  heads: z.array(z.number()).optional(),
  neurons: z.array(z.number()).optional(),
  module: z.enum(modules).optional(),
  features: z.array(z.number()).optional(),
  feature: z.object({ set: z.string(), index: z.number() }).optional(),
  set: z.string().optional(),
  site: siteSchema.optional(),
  factor: z.number().optional(),
  direction: z.string().optional(),
  to: replacementSchema.optional(),
})
type StoredChange = z.infer<typeof storedChange>

export const readChanges = (column: unknown): StoredChange[] => z.array(storedChange).parse(column)

const selectionSchema = z.object({ order: z.enum(selectionOrders), count: z.number() })
export const readSelection = (column: unknown) => selectionSchema.nullable().parse(column)

export const Change = builder.objectRef<StoredChange>('Change').implement({
  description: 'One thing that an intervention changed on the way of the pass.',
  fields: (t) => ({
    kind: t.field({ type: ChangeKind, description: 'What kind of thing.', resolve: ({ kind }) => kind }),
    layer: t.int({
      nullable: true, description: 'Its layer; null for positions.', resolve: ({ layer, site }) => layer ?? site?.layer ?? null,
    }),
    positions: t.intList({
      nullable: true,
      description: 'The positions that were taken out, or at which something was changed; null for all of them.',
      resolve: ({ positions }) => positions ?? null,
    }),
    how: t.field({ type: TakingOut, nullable: true, description: 'How positions were taken out; else null.', resolve: ({ how }) => how ?? null }),
    heads: t.intList({ nullable: true, description: 'The heads; null unless heads.', resolve: ({ heads }) => heads ?? null }),
    neurons: t.intList({ nullable: true, description: 'The neurons; null unless neurons.', resolve: ({ neurons }) => neurons ?? null }),
    module: t.field({ type: Module, nullable: true, description: 'The sublayer; null unless one.', resolve: ({ module }) => module ?? null }),
    features: t.intList({
      nullable: true,
      description: 'The features; null unless features.',
      resolve: ({ features, feature }) => features ?? (feature ? [feature.index] : null),
    }),
    featureSetHash: t.string({
      nullable: true, description: 'The hash of their set; null unless features.', resolve: ({ set, feature }) => set ?? feature?.set ?? null,
    }),
    site: t.string({
      nullable: true,
      description: 'Where features are taken out, or a direction is added, such as 2.resid_pre; else null.',
      resolve: ({ site }) => (site ? formatSite(site) : null),
    }),
    factor: t.float({ nullable: true, description: 'What a direction was multiplied by; else null.', resolve: ({ factor }) => factor ?? null }),
    meanOver: t.string({
      nullable: true,
      description: 'The content hash of the dataset whose mean stands in for what was taken out; null where nothing does.',
      resolve: ({ to }) => (to !== undefined && to !== 'zero' ? to.mean : null),
    }),
  }),
})
