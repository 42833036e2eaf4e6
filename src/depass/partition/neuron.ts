/** The neuron partition (section 4.2): what each neuron of an MLP adds to the stream, and everything else as one. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { activeNeurons, isMixture, neuronsOf, type ModelConfig } from '../../model/config.ts'
import type { ModelIdentity } from '../../model/identity.ts'
import type { Mode } from '../rule.ts'
import { once, type SplitComponent } from './component.ts'
import { givenLayer, layersOf, requireLayerOrAll, type PartitionKindOf } from './kind.ts'
import { everywhere, type MlpOutcome } from './split.ts'

const index = z.number().int().nonnegative()
const schema = z.strictObject({
  by: z.literal('neuron'),
  /** The split is made after the MLP of this layer. `all`: one start a layer, in one sweep. */
  layer: z.union([index, z.literal('all')]),
  /** The neurons to split out; all of the layer when absent. The others stay in the rest. */
  neurons: z.array(index).min(1).optional(),
})
export type NeuronPartition = z.infer<typeof schema>

export const neuronKind: PartitionKindOf<NeuronPartition> = {
  schema,
  description: 'one component per MLP neuron',
  options: ['neurons'],
  resolve({ by, layer, neurons }) {
    if (neurons?.length === 0)
      throw new UserError('BAD_INPUT', 'The list of neurons is empty; name at least one, or leave it out for all.')
    // All neurons of all layers are often hundreds of thousands, so a missing layer never means all.
    const chosen = givenLayer(layer, by, 'a layer, or all')
    // Sorted, each once, so that the same question in another order is the same request.
    const sorted = neurons && [...new Set(neurons)].sort((a, b) => a - b)
    return { partition: { by: 'neuron', layer: chosen, ...(sorted && { neurons: sorted }) }, groupLabels: null }
  },
  check({ layer, neurons }, model) {
    requireLayerOrAll(layer, model)
    requireNeurons(neurons ?? [], model)
  },
  begins: ({ layer }) => ({ at: 'mlp', layer: layer === 'all' ? 0 : layer }),
  splits({ layer: wanted, neurons: named }, context) {
    const { config, mode } = context
    return layersOf(wanted, 'mlp', context).map((layer) => {
      const neurons = named ?? [...Array(neuronsOf(config, layer)).keys()]
      requireInLayer(neurons, config, layer)
      return {
        at: 'mlp',
        layer,
        components: [
          once('rest', layer),
          ...neurons.map((k): SplitComponent => ({ kind: 'neuron', index: k, layer, first: 0 })),
        ],
        exists: everywhere,
        // Neuron k of expert e is number e · I + k. It is absent at positions that do not choose the expert.
        ...(isMixture(config, layer) && {
          mostAtOnce: activeNeurons(config, layer),
          neuronOf: (component: number) => neurons[component - 1] ?? null,
        }),
        // Component 0, the rest, takes this MLP's own bias. The earlier biases are in the starting state.
        fillsBias: false,
        fill: (outcome, write) => fillNeurons(neurons, outcome, mode, write),
      }
    })
  },
  vectorField: null,
}

function requireNeurons(neurons: readonly number[], model: ModelIdentity): void {
  const stray = neurons.find((neuron) => !Number.isInteger(neuron) || neuron < 0 || neuron >= model.neurons)
  if (stray !== undefined)
    throw new UserError(
      'BAD_INPUT',
      `Neuron ${stray} was asked for; each layer of ${model.name} has the neurons 0 to ${model.neurons - 1}.`,
    )
  if (new Set(neurons).size < neurons.length)
    throw new UserError('BAD_INPUT', 'A neuron is named twice; name each once.')
}

/** Checked by layer, because layers of one model may have different numbers of neurons: some mix experts, some do not. */
function requireInLayer(neurons: readonly number[], config: ModelConfig, layer: number): void {
  const count = neuronsOf(config, layer)
  const stray = neurons.find((neuron) => neuron >= count)
  if (stray !== undefined)
    throw new UserError('BAD_INPUT', `Neuron ${stray} was asked for; layer ${layer} has the neurons 0 to ${count - 1}.`)
}

/**
 * Rows of the neurons and, as component 0, of the rest: the stream minus what is split out, summed in float64. REFERENCE
 * repeats a slip of the authors' code, x_mid − mlp_out.
 */
function fillNeurons(
  neurons: readonly number[], outcome: MlpOutcome, mode: Mode, write: (component: number, row: Float32Array) => void,
): void {
  const { middle, output, activations, postScale } = outcome
  const D = middle.length
  const rest = Float64Array.from(output)
  const row = new Float32Array(D)
  for (const [n, k] of neurons.entries()) {
    const h = activations[k]!
    const down = outcome.downRow(k)
    if (down === null) continue
    for (let d = 0; d < D; d++) {
      const value = h * down[d]! * (postScale === null ? 1 : postScale[d]!)
      row[d] = value
      rest[d]! -= value
    }
    write(n + 1, row)
  }
  if (mode === 'reference') for (let d = 0; d < D; d++) rest[d] = 2 * middle[d]! - output[d]!
  write(0, Float32Array.from(rest))
}
