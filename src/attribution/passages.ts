/** Requests as passages of a sweep. Requests that differ in nothing but their target share one. */
import { orthonormalBasis } from '../depass/basis.ts'
import type { Split } from '../depass/partition.ts'
import type { Passage } from '../depass/sweep.ts'
import type { ModelConfig } from '../model/config.ts'
import type { AttributionRequest, Partition } from './request.ts'

export function passageOf(request: AttributionRequest, config: ModelConfig): Passage {
  const { partition, target, position } = request
  const readLayer = target.type === 'direction' ? target.layer : config.L
  return {
    // Attention is causal: what follows the position that is read has no part in it.
    tokenIds: request.tokenIds.slice(0, position + 1),
    splits: splitsOf(partition, config, readLayer, position),
    excludeFirst: request.excludeFirst,
    readLayer,
  }
}

/** One split, or one a layer for partitions of all layers. */
function splitsOf(partition: Partition, config: ModelConfig, readLayer: number, position: number): Split[] {
  const layers = (layer: number | 'all') => (layer === 'all' ? [...Array(readLayer).keys()] : [layer])
  switch (partition.by) {
    case 'token':
      return [{ at: 'input', by: 'token', layer: partition.layer }]
    case 'group': {
      const groups = partition.groups.map((group) => group.filter((i) => i <= position))
      return [{ at: 'input', by: 'group', layer: partition.layer, groups }]
    }
    case 'subspace':
      return [{ at: 'input', by: 'subspace', layer: partition.layer, basis: orthonormalBasis(partition.basis.map((v) => v.map(Math.fround))) }]
    case 'head':
      return layers(partition.layer).map((layer) => ({ at: 'attention', by: 'head', layer }))
    case 'module':
      return layers(partition.layer).map((layer) =>
        partition.module === 'attention' ? { at: 'attention', by: 'attention', layer } : { at: 'mlp', by: 'mlp', layer })
    case 'neuron': {
      const neurons = partition.neurons ?? [...Array(config.I).keys()]
      return layers(partition.layer).map((layer) => ({ at: 'mlp', by: 'neuron', layer, neurons }))
    }
  }
}

/** Equal for requests that can share a passage. */
export const passageKey = ({ tokenIds, position, partition, excludeFirst, target }: AttributionRequest): string =>
  JSON.stringify([tokenIds.slice(0, position + 1), partition, excludeFirst, target.type === 'direction' ? target.layer : null])
