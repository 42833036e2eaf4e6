/**
 * Steering adds a direction, times a factor, to the stream. The direction is a user's vector, added to the input of a
 * layer, or a feature's decoder row, added at the site that its set writes.
 */
import { z } from 'zod'
import { requireVector } from '../../depass/partition/kind.ts'
import { decoderRows } from '../../features/feature-set.ts'
import { rowScales } from '../../features/row-scale.ts'
import { formatSite, siteSchema } from '../../features/site.ts'
import { editAt, indexSchema, indicesSchema, refuse, requireIndices, requireLayerOf, requirePositions, type ChangeKindOf } from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('steer'),
  /** The site where it is added: the input of a layer, or the site that the feature's set writes. */
  site: siteSchema,
  /** [D] */
  direction: z.array(z.number()).min(1).optional(),
  feature: z.strictObject({ set: z.string().regex(/^[0-9a-f]{64}$/), index: indexSchema }).optional(),
  /** Multiplies the direction, which is not normalised. */
  factor: z.number(),
  positions: indicesSchema.optional(),
})
export type SteerChange = z.infer<typeof schema>

export const steerKind: ChangeKindOf<SteerChange> = {
  schema,
  description: 'a direction added to the stream',
  vectorField: 'direction',
  check({ site, direction, feature, factor, positions }, model, position) {
    if ((direction === undefined) === (feature === undefined))
      refuse('Steering takes a direction or a feature; give one of them.')
    if (!Number.isFinite(factor) || factor === 0) refuse(`The factor is ${factor}; expected a number other than 0.`)
    requirePositions(positions, position)
    if (direction !== undefined) {
      if (site.name !== 'resid_pre' || site.layer > model.layers)
        refuse(`A direction is added to the input of a layer, 0 to ${model.layers}; ${formatSite(site)} was asked for.`)
      requireVector(direction, model, 'The direction')
    } else {
      requireLayerOf(site.layer, model)
      if (site.name === 'mlp_in' || site.name === 'mlp_normalized')
        refuse(`The set reads ${formatSite(site)}, which is no part of the stream; nothing can be added to it.`)
    }
  },
  needs: async ({ feature }, sets) => (feature === undefined ? [] : [(await sets.find(feature.set)).site]),
  async alter({ site, direction, feature, factor, positions }, context) {
    if (feature === undefined) {
      // Rounded to float32, because vectors are identified by their float32 numbers.
      const vector = Float32Array.from(direction ?? [])
      return { edits: [editAt(site, positions, (x) => void x.forEach((value, d) => (x[d] = value + factor * vector[d]!)))] }
    }
    const set = await context.sets.find(feature.set)
    requireIndices([feature.index], set.F, 'feature')
    const { unscale } = rowScales(set, context.clean(set.site))
    const row = await decoderRows(set, [feature.index])
    return {
      edits: [editAt(site, positions, (vector, position) => {
        const strength = factor * unscale[position]!
        for (let e = 0; e < vector.length; e++) vector[e]! += strength * row[e]!
      })],
    }
  },
  takes: () => null,
}
