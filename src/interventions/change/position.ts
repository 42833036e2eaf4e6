/**
 * Takes positions out of the prompt: they are cut out of the sequence, or stay in it and no other position attends to
 * them.
 */
import { z } from 'zod'
import { indicesSchema, refuse, requireIndices, requirePositions, type ChangeKindOf } from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('position'),
  /** Ascending. */
  positions: indicesSchema,
  how: z.enum(['remove', 'mask']),
})
export type PositionChange = z.infer<typeof schema>

export const positionKind: ChangeKindOf<PositionChange> = {
  schema,
  description: 'positions of the prompt, removed or masked',
  vectorField: null,
  check({ positions }, model, position) {
    requirePositions(positions, position)
    requireIndices(positions, model.maxPositions, 'position')
    if (positions.includes(position))
      refuse(`Position ${position} is where the target is read; it cannot be taken out.`)
  },
  needs: async () => [],
  alter: async ({ positions, how }) => (how === 'remove' ? { removed: positions } : { hidden: positions }),
  takes: ({ positions }) => ({
    partition: { by: 'token', layer: 0 },
    includes: ({ kind, index }) => kind === 'token' && positions.includes(index),
  }),
}
