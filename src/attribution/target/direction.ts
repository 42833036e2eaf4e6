/** The projection of the stream on a user's vector: probe weights, a feature's direction … */
import { z } from 'zod'
import { requireVector } from '../../depass/partition/kind.ts'
import { dot } from '../../depass/readout.ts'
import { UserError } from '../../errors.ts'
import { NO_FACTS, type SingleTargetKind } from './kind.ts'

const schema = z.strictObject({
  type: z.literal('direction'),
  /** The layer whose input is read; L is the stream before the final norm. */
  layer: z.number().int().nonnegative(),
  /** [D] */
  vector: z.array(z.number()).min(1),
})
export type DirectionTarget = z.infer<typeof schema>

export const directionKind: SingleTargetKind<DirectionTarget> = {
  schema,
  vectorField: 'vector',
  resolve({ target = null, minus = null, direction = null, feature, answer }, { model }) {
    if (direction === null || feature != null || answer != null) return null
    if (target !== null || minus !== null)
      throw new UserError('BAD_INPUT', 'A target token and a direction were given; give one of them.')
    return { type: 'direction', layer: direction.layer ?? model.layers, vector: [...direction.vector] }
  },
  check({ layer, vector }, model) {
    if (!Number.isInteger(layer) || layer < 0 || layer > model.layers)
      throw new UserError(
        'BAD_INPUT',
        `The direction is to be read at layer ${layer}; ${model.name} has the layer inputs 0 to ${model.layers - 1}, and ` +
          `${model.layers} for the stream before the final norm.`,
      )
    requireVector(vector, model, 'The direction')
    if (vector.every((value) => value === 0))
      throw new UserError('BAD_INPUT', 'The direction is all zeros; every score would be 0.')
  },
  site: ({ layer }) => ({ layer, name: 'resid_pre' }),
  async read({ layer, vector: given }) {
    // Rounded to float32, because vectors are identified by their float32 numbers.
    const vector = Float32Array.from(given)
    return {
      facts: { ...NO_FACTS, layer },
      project: (row) => dot(row, vector),
    }
  },
}
