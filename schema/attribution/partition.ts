/**
 * How the residual stream was split into components, as an attribution shows it. (partition-input.ts has the clients'
 * input.)
 */
import { z } from 'zod'
import { partitionKinds } from '../../src/depass/partition/kinds.ts'
import { modules } from '../../src/depass/partition/module.ts'
import { formatSite, siteSchema } from '../../src/features/site.ts'
import { builder } from '../builder.ts'

export const PartitionKind = builder.enumType('PartitionKind', {
  description: 'What the residual stream is split into.',
  values: {
    TOKEN: { value: 'token', description: 'One component per position of the sequence.' },
    GROUP: { value: 'group', description: 'One component per group of positions: words, sentences, spans.' },
    HEAD: { value: 'head', description: 'One component per attention head of a layer, and the stream that enters it.' },
    NEURON: { value: 'neuron', description: 'One component per MLP neuron of a layer, and the rest.' },
    MODULE: { value: 'module', description: "A sublayer's output, and the stream that enters it." },
    SUBSPACE: { value: 'subspace', description: 'What lies inside a subspace of the stream, and what outside.' },
    FEATURE: { value: 'feature', description: 'One component per feature of a feature set that fires.' },
  },
})

export const Module = builder.enumType('Module', {
  description: 'A sublayer of a transformer layer.',
  values: {
    ATTENTION: { value: 'attention', description: 'The attention sublayer.' },
    MLP: { value: 'mlp', description: 'The MLP sublayer.' },
  },
})

/** The column holds what was asked, except that a subspace's basis is kept apart and named by its hash. */
const storedPartition = z.object({
  by: z.enum(partitionKinds),
  layer: z.union([z.number(), z.literal('all')]).optional(),
  groups: z.array(z.array(z.number())).optional(),
  neurons: z.array(z.number()).optional(),
  module: z.enum(modules).optional(),
  site: siteSchema.optional(),
  set: z.string().optional(),
  per: z.enum(['position', 'feature']).optional(),
  budget: z.number().optional(),
  features: z.array(z.number()).optional(),
})
type StoredPartition = z.infer<typeof storedPartition>

export const readPartition = (column: unknown): StoredPartition => storedPartition.parse(column)

export const Partition = builder.objectRef<StoredPartition>('Partition').implement({
  description:
    'How the residual stream was split. Scores of different partitions do not compare: the split itself shapes them.',
  fields: (t) => ({
    kind: t.field({ type: PartitionKind, description: 'What it was split into.', resolve: ({ by }) => by }),
    layer: t.int({
      nullable: true,
      description: 'The layer at which it was split (0 = the embedding for tokens); null when every layer was.',
      resolve: ({ layer, site }) => (layer === 'all' ? null : (layer ?? site?.layer ?? 0)),
    }),
    everyLayer: t.boolean({
      description: 'Whether each layer was split, one start per layer; the scores of one layer then sum to the target.',
      resolve: ({ layer }) => layer === 'all',
    }),
    groups: t.field({
      type: t.listRef(t.listRef('Int')),
      nullable: true,
      description: 'The positions of each group, in component order; null unless split by group.',
      resolve: ({ groups }) => groups ?? null,
    }),
    neurons: t.intList({
      nullable: true,
      description: 'The neurons that were split out; null when not split by neuron or when all of them were.',
      resolve: ({ neurons }) => neurons ?? null,
    }),
    site: t.string({
      nullable: true,
      description: 'Where a feature set splits the stream, such as 2.resid_pre; null unless split by feature.',
      resolve: ({ site }) => (site ? formatSite(site) : null),
    }),
    featureSetHash: t.string({
      nullable: true,
      description: 'The hash of the feature set; null unless split by feature.',
      resolve: ({ set }) => set ?? null,
    }),
    featureBudget: t.int({
      nullable: true,
      description: 'How many of the strongest features were split out at most; null unless split by feature.',
      resolve: ({ budget }) => budget ?? null,
    }),
    features: t.intList({
      nullable: true,
      description: 'The features that could be split out; null when all could.',
      resolve: ({ features }) => features ?? null,
    }),
    perFeature: t.boolean({
      description: 'Whether each feature is one component over all positions, instead of one for each position.',
      resolve: ({ per }) => per === 'feature',
    }),
    module: t.field({
      type: Module,
      nullable: true,
      description: 'The sublayer; null unless split by module.',
      resolve: ({ module }) => module ?? null,
    }),
  }),
})
