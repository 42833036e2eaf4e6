/**
 * A feature of a feature set, at the site that the set reads. The target's value is the pre-activation (of a gated set,
 * the magnitude's), in the set's own units: with the normalisation frozen it is linear in the components. SAE_BIAS gets
 * what the set's biases add, b_enc − b_dec·W_enc. The facts also say whether the feature fires, and how strongly.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { constantTerms, encoderRows } from '../../features/feature-set.ts'
import { rowScales } from '../../features/row-scale.ts'
import { formatSite, sameSite, siteSchema } from '../../features/site.ts'
import { NO_FACTS, type SingleTargetKind } from './kind.ts'

const schema = z.strictObject({
  type: z.literal('feature'),
  /** The hash of the feature set. */
  set: z.string().regex(/^[0-9a-f]{64}$/),
  /** The site that the set reads. */
  site: siteSchema,
  /** The number of the feature, from 0. */
  feature: z.number().int().nonnegative(),
})
export type FeatureTarget = z.infer<typeof schema>

export const featureTargetKind: SingleTargetKind<FeatureTarget> = {
  schema,
  vectorField: null,
  resolve({ target = null, minus = null, direction = null, feature = null, answer }) {
    if (feature === null || answer != null) return null
    if (target !== null || minus !== null || direction !== null)
      throw new UserError('BAD_INPUT', 'A feature was given with another target; give one of them.')
    const { set, index } = feature
    if (!Number.isInteger(index) || index < 0 || index >= set.features)
      throw new UserError('BAD_INPUT', `Feature ${index} was asked for; ${set.name} has the features 0 to ${set.features - 1}.`)
    return { type: 'feature', set: set.hash, site: set.site, feature: index }
  },
  check({ site }, model) {
    if (site.layer >= model.layers)
      throw new UserError(
        'BAD_INPUT',
        `The feature set belongs to layer ${site.layer}; ${model.name} has the layers 0 to ${model.layers - 1}.`,
      )
  },
  site: ({ site }) => site,
  async read({ set: hash, site, feature }, { sets, x, encode }) {
    const set = await sets.find(hash)
    if (!sameSite(set.site, site))
      throw new UserError('BAD_INPUT', `The feature set ${set.id} reads ${formatSite(set.site)}, and ${formatSite(site)} was asked for.`)
    if (feature >= set.F)
      throw new UserError('BAD_INPUT', `Feature ${feature} was asked for; ${set.id} has the features 0 to ${set.F - 1}.`)
    const encoder = await encoderRows(set, [feature])
    const [constant] = await constantTerms(set, [feature], encoder)
    const { scale, mean } = rowScales(set, x)
    const centres = mean[0] !== 0 || set.normalisation.kind === 'layer_norm'
    // Centring is linear: each component loses its own mean.
    const total = encoder.reduce((sum, value) => sum + value, 0)
    const activation = (await encode(set, x))[feature]!
    return {
      facts: { ...NO_FACTS, layer: site.layer, feature: { set: hash, site, index: feature, activation, fires: activation !== 0 } },
      constant: constant!,
      project(row) {
        let along = 0
        let sum = 0
        for (let d = 0; d < row.length; d++) {
          along += row[d]! * encoder[d]!
          sum += row[d]!
        }
        return (centres ? along - (sum / row.length) * total : along) * scale[0]!
      },
    }
  },
}
