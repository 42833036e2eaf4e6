/** A place where a feature fires, with the text around it. */
import type { FeatureExample as ExampleRow } from '../../prisma/generated/client/client.ts'
import { Attribution } from '../attribution/attribution.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { firedLoader, ofSet } from '../loaders/feature-attributions.ts'
import { type Window, windowLoader } from '../loaders/feature-statistics.ts'
import { featureSetLoader } from '../loaders/features.ts'
import { decodeFloat32 } from '../loaders/scores.ts'

const FLOAT32_BYTES = 4

const windowOf = ({ sequenceId, first, values }: ExampleRow, context: Context): Promise<Window> =>
  windowLoader(context).load({ sequenceId, first, count: values.byteLength / FLOAT32_BYTES })

export const FeatureExample = builder.objectRef<ExampleRow>('FeatureExample').implement({
  description: 'A place where a feature fires. `tokens`, `tokenIds` and `values` belong together, one entry a position.',
  fields: (t) => ({
    value: t.exposeFloat('value', { description: 'The activation there.' }),
    position: t.exposeInt('position', { description: 'The position in the sequence, from 0.' }),
    rank: t.exposeInt('rank', { description: 'Among the strongest, or within its interval, from 0.' }),
    first: t.exposeInt('first', { description: 'The position that the first of `tokens` stands at.' }),
    token: t.string({
      description: 'The text of the token that it fires at, with its leading space.',
      resolve: async (row, _args, context) => (await windowOf(row, context)).texts[row.position - row.first] ?? '',
    }),
    tokens: t.stringList({
      description: 'The texts of the tokens around it, itself included.',
      resolve: async (row, _args, context) => (await windowOf(row, context)).texts,
    }),
    tokenIds: t.intList({
      description: 'Their numbers in the vocabulary.',
      resolve: async (row, _args, context) => (await windowOf(row, context)).tokenIds,
    }),
    values: t.floatList({
      description: "The feature's activations at them; 0 where it does not fire.",
      resolve: ({ values }) => decodeFloat32(values),
    }),
    sequence: t.prismaField({
      type: 'Sequence',
      description: 'The whole sequence.',
      resolve: (query, { sequenceId }, _args, { database }) =>
        database.sequence.findUniqueOrThrow({ ...query, where: { id: sequenceId } }),
    }),
    attributions: t.field({
      type: [Attribution],
      description: 'Why it fired there: stored attributions of it at this position, newest first.',
      resolve: async ({ setId, index, sequenceId, position }, _args, context) => {
        const set = await featureSetLoader(context).load(setId)
        return firedLoader(context).load({ ...ofSet(set, index), sequenceId, position })
      },
    }),
  }),
})
