/** The head partition (section 4.2, eq. 20): the stream that enters a layer, and what each attention head adds to it. */
import { z } from 'zod'
import { once, type SplitComponent } from './component.ts'
import { layersOf, requireLayerOrAll, type PartitionKindOf } from './kind.ts'
import { everywhere, type AttentionOutcome } from './split.ts'

const schema = z.strictObject({
  by: z.literal('head'),
  /** The split is made after the attention of this layer. `all`: one start a layer, in one sweep. */
  layer: z.union([z.number().int().nonnegative(), z.literal('all')]),
})
export type HeadPartition = z.infer<typeof schema>

export const headKind: PartitionKindOf<HeadPartition> = {
  schema,
  description: 'one component per attention head',
  options: [],
  resolve: ({ layer }) => ({ partition: { by: 'head', layer: layer ?? 'all' }, groupLabels: null }),
  check: ({ layer }, model) => void requireLayerOrAll(layer, model),
  begins: ({ layer }) => ({ at: 'attention', layer: layer === 'all' ? 0 : layer }),
  splits: ({ layer: wanted }, context) =>
    layersOf(wanted, 'attention', context).map((layer) => {
      const { config } = context
      const heads = Array.from({ length: config.H }, (_, h): SplitComponent => ({ kind: 'head', index: h, layer, first: 0 }))
      return {
        at: 'attention',
        layer,
        components: [once('residual', layer), ...heads],
        exists: everywhere,
        fill(component, outcome, row) {
          if (component === 0) row.set(outcome.entering)
          else if (component <= config.H) row.set(outcome.head(component - 1))
          else fillOutputBias(outcome, row)
        },
      }
    }),
  vectorField: null,
}

/** Writes the starting BIAS after attention: the output projection's bias. A head's own output holds its value bias. */
export function fillOutputBias({ outputBias }: AttentionOutcome, row: Float32Array): void {
  if (outputBias === null) row.fill(0)
  else row.set(outputBias)
}
