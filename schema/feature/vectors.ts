/** What a feature reads and writes, in numbers: its rows of the encoder and the decoder. */
import type { Vectors } from '../../src/lookups/answer.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { type FeatureKey, featureSetLoader } from '../loaders/features.ts'
import { lookUp } from '../loaders/lookups.ts'
import { DEFAULT_WAIT_MS, LONGEST_WAIT_MS } from './activations.ts'
import { Feature } from './feature-ref.ts'
import { requireFeature } from './similar.ts'

/** Two rows are read from files. */
const COMPUTATION = 100

interface VectorsShape extends Vectors {
  feature: FeatureKey
}

const FeatureVectors = builder.objectRef<VectorsShape>('FeatureVectors').implement({
  description:
    'What a feature reads and writes. Its pre-activation is `encoder` · (the normalised vector of its site) + `constant`; an ' +
    'activation of 1 adds `decoder` to what its set rebuilds.',
  fields: (t) => ({
    feature: t.expose('feature', { type: Feature, description: 'The feature.' }),
    encoder: t.exposeFloatList('encoder', { description: 'D numbers, with the factors of the set in them.' }),
    decoder: t.exposeFloatList('decoder', { description: 'E numbers, before the normalisation is taken back.' }),
    constant: t.exposeFloat('constant', { description: 'b_enc − b_dec·W_enc, in the unit of pre-activations.' }),
  }),
})

async function vectorsOf(context: Context, name: string, timeoutMs: number): Promise<VectorsShape> {
  const feature = await requireFeature(context, name)
  const { modelId, hash, width, writtenWidth } = await featureSetLoader(context).load(feature.setId)
  const question = { type: 'vectors', of: { set: hash, index: feature.index } } as const
  return { feature, ...(await lookUp(context, { modelId, question, elements: width + writtenWidth, timeoutMs })) }
}

builder.queryField('featureVectors', (t) =>
  t.field({
    type: FeatureVectors,
    nullable: true,
    description:
      'What a feature reads and writes, in numbers. Read from its files by a worker. Null only with an error.',
    args: {
      name: t.arg.string({ required: true, description: 'model/source/index' }),
      timeoutMs: t.arg.int({
        required: true,
        defaultValue: DEFAULT_WAIT_MS,
        validate: { min: 0, max: LONGEST_WAIT_MS },
        description: 'How long to wait for a worker, in milliseconds.',
      }),
    },
    complexity: COMPUTATION,
    extensions: { scope: 'compute' },
    resolve: (_root, { name, timeoutMs }, context) => vectorsOf(context, name, timeoutMs),
  }),
)
