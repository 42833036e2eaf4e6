/** From a component of an attribution to the feature that it is. */
import { builder } from '../builder.ts'
import { FeatureComponent } from '../component/component.ts'
import { splitSetLoader } from '../loaders/split-sets.ts'
import { Feature } from './feature-ref.ts'

builder.objectField(FeatureComponent, 'lookup', (t) =>
  t.field({
    type: Feature,
    nullable: true,
    description: 'What is known of the feature; null where its set was not added to this database.',
    resolve: async ({ resultId, componentIndex: index }, _args, context) => {
      const setId = await splitSetLoader(context).load(resultId)
      return setId === null ? null : { setId, index }
    },
  }),
)
