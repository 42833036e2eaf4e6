/** How the residual stream was split into components, as an attribution says it. (What a client says: partitionInput.ts.) */
import { z } from 'zod'
import { builder } from './builder.ts'

export const PartitionKind = builder.enumType('PartitionKind', {
  description: 'What the residual stream is split into.',
  values: {
    TOKEN: { value: 'token', description: 'One component per position of the sequence.' },
    GROUP: { value: 'group', description: 'One component per group of positions: words, sentences, spans.' },
    HEAD: { value: 'head', description: 'One component per attention head of a layer, and the stream that enters it.' },
    NEURON: { value: 'neuron', description: 'One component per MLP neuron of a layer, and the rest.' },
    MODULE: { value: 'module', description: "A sublayer's output, and the stream that enters it." },
    SUBSPACE: { value: 'subspace', description: 'What lies inside a subspace of the stream, and what outside.' },
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
  by: z.enum(['token', 'group', 'head', 'neuron', 'module', 'subspace']),
  layer: z.union([z.number(), z.literal('all')]).optional(),
  groups: z.array(z.array(z.number())).optional(),
  neurons: z.array(z.number()).optional(),
  module: z.enum(['attention', 'mlp']).optional(),
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
      resolve: ({ layer }) => (layer === 'all' ? null : (layer ?? 0)),
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
    module: t.field({
      type: Module,
      nullable: true,
      description: 'The sublayer; null unless split by module.',
      resolve: ({ module }) => module ?? null,
    }),
  }),
})
