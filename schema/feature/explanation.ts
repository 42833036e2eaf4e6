/** What someone says a feature is about. */
import { builder } from '../builder.ts'
import { featureSetLoader } from '../loaders/features.ts'
import { type ExplanationRow, explanationLoader } from '../loaders/feature-explanations.ts'
import { Feature } from './feature-ref.ts'
import { readExplanationId, setIdOf } from './names.ts'

export const FeatureExplanation = builder.loadableNodeRef('FeatureExplanation', {
  id: {
    resolve: async ({ setId, key }: ExplanationRow, _args, context) =>
      `${setIdOf(await featureSetLoader(context).load(setId))}/${key}`,
    description: 'Global id: fetches this object again through `node`.',
  },
  load: (ids: string[], context) => explanationLoader(context).loadMany(ids.map(readExplanationId)),
})

FeatureExplanation.implement({
  description: 'What someone says a feature is about. The one with most votes, then the highest score, is its label.',
  fields: (t) => ({
    feature: t.field({
      type: Feature,
      description: 'The feature.',
      resolve: ({ setId, index }) => ({ setId, index }),
    }),
    description: t.exposeString('description', { description: 'What it is about.' }),
    author: t.exposeString('author', { description: 'Who gave it: the name of an API key, or of the file it came with.' }),
    method: t.exposeString('method', {
      nullable: true, description: 'How it was made (typeName on Neuronpedia); null where nobody said.',
    }),
    explainer: t.exposeString('explainer', {
      nullable: true, description: 'The model that wrote it (explanationModelName on Neuronpedia); null where nobody said.',
    }),
    score: t.exposeFloat('score', {
      nullable: true, description: 'How well it predicts activations, by `scoreMethod`; null while nobody has scored it.',
    }),
    scoreMethod: t.exposeString('scoreMethod', { nullable: true, description: 'How the score was found; null without one.' }),
    votes: t.exposeInt('votes', { description: 'Votes for it less those against it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
  }),
})
