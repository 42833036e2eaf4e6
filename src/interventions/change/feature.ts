/**
 * Takes out features of a set: what they add at the site that the set writes is removed, or replaced by what they add at
 * their mean activation. Their activations are those of the unchanged pass, so exactly what an attribution of that pass
 * scores is taken out.
 */
import { z } from 'zod'
import { MAX_FEATURES } from '../../depass/partition/feature.ts'
import { decoderRows } from '../../features/feature-set.ts'
import { rowScales } from '../../features/row-scale.ts'
import { formatSite, sameSite, siteSchema } from '../../features/site.ts'
import { editAt, indicesSchema, refuse, replacementOf, replacing, requireIndices, requireLayerOf, requirePositions, type ChangeKindOf } from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('feature'),
  /** The hash of the feature set. */
  set: z.string().regex(/^[0-9a-f]{64}$/),
  /** The site that the set writes. */
  site: siteSchema,
  /** Ascending. */
  features: indicesSchema,
  ...replacing,
})
export type FeatureChange = z.infer<typeof schema>

export const featureChangeKind: ChangeKindOf<FeatureChange> = {
  schema,
  description: 'features of a feature set',
  vectorField: null,
  check({ site, features, positions }, model, position) {
    requireLayerOf(site.layer, model)
    if (site.name === 'mlp_in' || site.name === 'mlp_normalized')
      refuse(`The set reads ${formatSite(site)}, which is no part of the stream; its features cannot be taken out of it.`)
    requireIndices(features, Infinity, 'feature')
    requirePositions(positions, position)
  },
  needs: async ({ set }, sets) => [(await sets.find(set)).site],
  async alter({ set: hash, site, features, to, positions }, context) {
    const set = await context.sets.find(hash)
    if (!sameSite(set.writes ?? set.site, site))
      refuse(`The feature set ${set.id} writes ${formatSite(set.writes ?? set.site)}, and ${formatSite(site)} was asked for.`)
    requireIndices(features, set.F, 'feature')
    const x = context.clean(set.site)
    const { unscale } = rowScales(set, x)
    const activations = await context.encode(set, x)
    const rows = await decoderRows(set, features)
    const mean = await replacementOf(to, { set: hash }, context)
    return {
      edits: [editAt(site, positions, (vector, position) => {
        for (const [place, feature] of features.entries()) {
          const change = ((mean?.[feature] ?? 0) - activations[position * set.F + feature]!) * unscale[position]!
          if (change === 0) continue
          for (let e = 0; e < vector.length; e++) vector[e]! += change * rows[place * set.E + e]!
        }
      })],
    }
  },
  takes: ({ set, site, features, positions }) => ({
    partition: { by: 'feature', set, site, per: 'position', budget: MAX_FEATURES, features },
    includes: ({ kind, position }) => kind === 'feature' && (positions === undefined || positions.includes(position ?? -1)),
  }),
}
