/** Takes out attention heads of a layer: their mixtures of values, before the output projection, become zeros or a mean. */
import { z } from 'zod'
import {
  editAt, indexSchema, indicesSchema, replacementOf, replacing, requireIndices, requireLayerOf, requirePositions, type ChangeKindOf,
} from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('head'),
  layer: indexSchema,
  /** Ascending. */
  heads: indicesSchema,
  ...replacing,
})
export type HeadChange = z.infer<typeof schema>

export const headKind: ChangeKindOf<HeadChange> = {
  schema,
  description: 'attention heads',
  vectorField: null,
  check({ layer, heads, positions }, model, position) {
    requireLayerOf(layer, model)
    requireIndices(heads, model.heads, 'head')
    requirePositions(positions, position)
  },
  needs: async () => [],
  async alter({ layer, heads, to, positions }, context) {
    const site = { layer, name: 'z' } as const
    const mean = await replacementOf(to, { site }, context)
    return {
      edits: [editAt(site, positions, (z) => {
        for (const head of heads) {
          const [from, until] = [head * context.headWidth, (head + 1) * context.headWidth]
          if (mean === null) z.fill(0, from, until)
          else z.set(mean.subarray(from, until), from)
        }
      })],
    }
  },
  takes: ({ layer, heads, positions }) =>
    positions === undefined
      ? { partition: { by: 'head', layer }, includes: ({ kind, index }) => kind === 'head' && heads.includes(index) }
      : null,
}
