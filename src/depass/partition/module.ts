/** The module partition: the stream that enters a sublayer, and what the whole sublayer adds to it. */
import { z } from 'zod'
import { once } from './component.ts'
import { fillOutputBias } from './head.ts'
import { layersOf, requireLayerOrAll, type PartitionKindOf } from './kind.ts'
import { everywhere, splitHasBias, type AttentionSplit, type MlpSplit, type SplitContext } from './split.ts'

export const modules = ['attention', 'mlp'] as const

const schema = z.strictObject({
  by: z.literal('module'),
  /** The split is made after this sublayer of the layer. `all`: one start a layer, in one sweep. */
  layer: z.union([z.number().int().nonnegative(), z.literal('all')]),
  module: z.enum(modules),
})
export type ModulePartition = z.infer<typeof schema>

export const moduleKind: PartitionKindOf<ModulePartition> = {
  schema,
  description: "a sublayer's output, and the stream that enters it",
  options: ['module'],
  resolve: ({ layer, module }) => ({
    partition: { by: 'module', layer: layer ?? 'all', module: module ?? 'attention' },
    groupLabels: null,
  }),
  check: ({ layer }, model) => void requireLayerOrAll(layer, model),
  begins: ({ layer, module }) => ({ at: module, layer: layer === 'all' ? 0 : layer }),
  splits: ({ layer: wanted, module }, context) =>
    layersOf(wanted, module, context).map((layer) =>
      module === 'attention' ? attentionSplit(layer, context) : mlpSplit(layer, context)),
  vectorField: null,
}

function attentionSplit(layer: number, { config }: SplitContext): AttentionSplit {
  return {
    at: 'attention',
    layer,
    components: [once('residual', layer), once('attention', layer)],
    exists: everywhere,
    fill(component, outcome, row) {
      if (component === 0) return row.set(outcome.entering)
      if (component === 2) return fillOutputBias(outcome, row)
      row.fill(0)
      for (let h = 0; h < config.H; h++) {
        const head = outcome.head(h)
        for (let d = 0; d < row.length; d++) row[d]! += head[d]!
      }
    },
  }
}

function mlpSplit(layer: number, { config, mode }: SplitContext): MlpSplit {
  const hasBias = splitHasBias(config, mode)
  return {
    at: 'mlp',
    layer,
    components: [once('residual', layer), once('mlp', layer)],
    exists: everywhere,
    fillsBias: hasBias,
    fill({ middle, output, downBias }, write) {
      const ownBias = hasBias ? downBias : null
      write(0, middle)
      write(1, output.map((value, d) => value - middle[d]! - (ownBias?.[d] ?? 0)))
      if (hasBias) write(2, ownBias ?? new Float32Array(middle.length))
    },
  }
}
