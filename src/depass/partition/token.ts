/** The token partition (section 4.1): one component per position. */
import { z } from 'zod'
import { oneLayer, requireLayer, type PartitionKindOf } from './kind.ts'

const schema = z.strictObject({
  by: z.literal('token'),
  /** The layer whose input is split; 0 is the embedding. */
  layer: z.number().int().nonnegative().default(0),
})
export type TokenPartition = z.infer<typeof schema>

export const tokenKind: PartitionKindOf<TokenPartition> = {
  schema,
  description: 'one component per token',
  options: [],
  resolve: ({ by, layer }) => ({ partition: { by: 'token', layer: oneLayer(layer ?? 0, by) }, groupLabels: null }),
  check: ({ layer }, model) => void requireLayer(layer, model),
  begins: ({ layer }) => ({ at: 'input', layer }),
  splits({ layer }, { N, excludeFirst }) {
    const shown = layer === 0 ? null : layer
    return [{
      at: 'input',
      layer,
      components: Array.from({ length: N }, (_, i) => ({ kind: 'token', index: i, layer: shown, first: i })),
      excludeFirst,
      startRows: N,
      exists: (component, position) => component === position,
      fill: (_component, _position, x, row) => row.set(x),
    }]
  },
  vectorField: null,
}
