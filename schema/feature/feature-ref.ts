/** The noun `Feature`, identified by its set and its number; feature.ts has its fields. */
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { featureSetLoader, type FeatureKey, namedSetLoader } from '../loaders/features.ts'
import { type FeatureName, readFeatureId, setIdOf } from './names.ts'

/** Features in the order of the names; null if there is no such set, or it has no feature of that number. */
export function findFeatures(context: Context, names: readonly (FeatureName | null)[]): Promise<(FeatureKey | null)[]> {
  return Promise.all(
    names.map(async (name) => {
      const set = name && (await namedSetLoader(context).load({ model: name.model, source: name.source }))
      return set && name.index >= 0 && name.index < set.featureCount ? { setId: set.id, index: name.index } : null
    }),
  )
}

/** model/source/index */
export const featureName = async ({ setId, index }: FeatureKey, context: Context): Promise<string> =>
  `${setIdOf(await featureSetLoader(context).load(setId))}/${index}`

export const Feature = builder.loadableNodeRef('Feature', {
  id: {
    resolve: (key: FeatureKey, _args, context) => featureName(key, context),
    description: 'Global id: fetches this object again through `node`.',
  },
  load: (ids: string[], context) => findFeatures(context, ids.map(readFeatureId)),
})
