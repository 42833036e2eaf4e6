/** Takes out neurons of a layer's MLP: their activations, which the down projection reads, become zeros or their means. */
import { z } from 'zod'
import {
  editAt, indexSchema, indicesSchema, replacementOf, replacing, requireIndices, requireLayerOf, requirePositions, type ChangeKindOf,
} from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('neuron'),
  layer: indexSchema,
  /** Ascending. */
  neurons: indicesSchema,
  ...replacing,
})
export type NeuronChange = z.infer<typeof schema>

export const neuronKind: ChangeKindOf<NeuronChange> = {
  schema,
  description: 'MLP neurons',
  vectorField: null,
  check({ layer, neurons, positions }, model, position) {
    requireLayerOf(layer, model)
    requireIndices(neurons, model.neurons, 'neuron')
    requirePositions(positions, position)
  },
  needs: async () => [],
  async alter({ layer, neurons, to, positions }, context) {
    const site = { layer, name: 'neurons' } as const
    const mean = await replacementOf(to, { site }, context)
    return {
      edits: [editAt(site, positions, (activations) => {
        for (const neuron of neurons) activations[neuron] = mean === null ? 0 : mean[neuron]!
      })],
    }
  },
  takes: ({ layer, neurons, positions }) =>
    positions === undefined ? { partition: { by: 'neuron', layer, neurons }, includes: ({ kind }) => kind === 'neuron' } : null,
}
