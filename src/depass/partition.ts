/**
 * The partitions of depass.md, resolved: which layer a split begins at, where in that layer, and its components.
 */
import type { ModelConfig } from '../model/config.ts'
import type { Mode } from './rule.ts'
import type { Start, StartComponent } from './track.ts'

export type Split =
  | { at: 'input'; layer: number; by: 'token' }
  | { at: 'input'; layer: number; by: 'group'; groups: readonly (readonly number[])[] }
  /** `basis`: R orthonormal vectors [D]. */
  | { at: 'input'; layer: number; by: 'subspace'; basis: readonly Float64Array[] }
  | { at: 'attention'; layer: number; by: 'head' | 'attention' }
  | { at: 'mlp'; layer: number; by: 'neuron'; neurons: readonly number[] }
  | { at: 'mlp'; layer: number; by: 'mlp' }

export const modelHasBiases = ({ biases }: ModelConfig) =>
  biases.qkv || biases.output || biases.mlp || biases.norm

/** The components of a split of N positions, BIAS last where the model has biases (REFERENCE drops them). */
export function startOf(split: Split, config: ModelConfig, N: number, mode: Mode, excludeFirst: boolean): Start {
  const components = componentsOf(split, config, N)
  if (modelHasBiases(config) && mode === 'corrected') components.push(once('bias', null))
  return { components, excludeFirst: excludeFirst && split.by === 'token' }
}

const once = (kind: StartComponent['kind'], layer: number | null): StartComponent =>
  ({ kind, index: 0, layer, first: 0 })

function componentsOf(split: Split, config: ModelConfig, N: number): StartComponent[] {
  const layer = split.at === 'input' && split.layer === 0 ? null : split.layer
  switch (split.by) {
    case 'token':
      return Array.from({ length: N }, (_, i) => ({ kind: 'token', index: i, layer, first: i }))
    case 'group':
      return split.groups.map((group, g) => ({ kind: 'group', index: g, layer, first: Math.min(...group) }))
    case 'subspace':
      return [once('inside', layer), once('outside', layer)]
    case 'head':
      return [
        once('residual', layer),
        ...Array.from({ length: config.H }, (_, h): StartComponent => ({ kind: 'head', index: h, layer, first: 0 })),
      ]
    case 'attention':
      return [once('residual', layer), once('attention', layer)]
    case 'neuron':
      return [
        once('rest', layer),
        ...split.neurons.map((k): StartComponent => ({ kind: 'neuron', index: k, layer, first: 0 })),
      ]
    case 'mlp':
      return [once('residual', layer), once('mlp', layer)]
  }
}
