/** How the stream is split: a kind and what it needs → a checked partition, and the groups' names. */
import { UserError } from '../errors.ts'
import type { ModelIdentity } from '../model/identity.ts'
import { groupBySentence, groupByWord, type PositionGroup } from './groups.ts'
import { resolveNamedGroups, type NamedGroups } from './groups-named.ts'
import type { Partition, PartitionKind } from './request.ts'
import type { ResolvedPrompt } from './resolve-prompt.ts'
import { requireVector } from './resolve-vector.ts'

export interface PartitionQuestion {
  by: PartitionKind
  /** Where the split is made; by default the embedding for tokens and groups, all layers for heads and modules. */
  layer?: number | 'all' | null
  /** For `group`; by default words. */
  groups?: 'words' | 'sentences' | NamedGroups | null
  /** For `neuron`: those to split out; all when absent. */
  neurons?: readonly number[] | null
  /** For `module`; by default attention. */
  module?: 'attention' | 'mlp' | null
  /** For `subspace`: vectors [R, D] that span it. */
  basis?: readonly (readonly number[])[] | null
}

interface ResolvedPartition {
  partition: Partition
  /** One per group of a group partition. */
  groupLabels: string[] | null
}

export function resolvePartition(question: PartitionQuestion, prompt: ResolvedPrompt, model: ModelIdentity): ResolvedPartition {
  refuseForeignOptions(question)
  const { by } = question
  const layer = question.layer ?? null
  switch (by) {
    case 'token':
      return plain({ by, layer: oneLayer(layer ?? 0, by, model) })
    case 'group': {
      const groups = resolveGroups(question.groups ?? 'words', prompt, model)
      return {
        partition: { by, layer: oneLayer(layer ?? 0, by, model), groups: groups.map((group) => group.positions) },
        groupLabels: groups.map((group) => group.label),
      }
    }
    case 'head':
      return plain({ by, layer: layerOrAll(layer ?? 'all', model) })
    case 'module':
      return plain({ by, layer: layerOrAll(layer ?? 'all', model), module: question.module ?? 'attention' })
    case 'neuron': {
      const neurons = question.neurons ? resolveNeurons(question.neurons, model) : undefined
      // All neurons of all layers are often hundreds of thousands: never by omission.
      const chosen = layerOrAll(requireLayer(layer, by, 'a layer, or all'), model)
      return plain({ by, layer: chosen, ...(neurons && { neurons }) })
    }
    case 'subspace':
      return plain({
        by,
        layer: oneLayer(requireLayer(layer, by, 'the layer whose input is split'), by, model),
        basis: resolveBasis(question.basis ?? [], model),
      })
  }
}

const plain = (partition: Partition): ResolvedPartition => ({ partition, groupLabels: null })

/** Which kind each option belongs to; on another it would be silently without effect. */
const optionOf = { groups: 'group', neurons: 'neuron', module: 'module', basis: 'subspace' } as const

function refuseForeignOptions(question: PartitionQuestion) {
  for (const option of ['groups', 'neurons', 'module', 'basis'] as const) {
    const kind = optionOf[option]
    if (question[option] != null && question.by !== kind)
      throw new UserError('BAD_INPUT', `The option ${option} belongs to a split by ${kind}, but the split is by ${question.by}.`)
  }
}

function resolveGroups(groups: 'words' | 'sentences' | NamedGroups, prompt: ResolvedPrompt, model: ModelIdentity): PositionGroup[] {
  if (typeof groups !== 'string') return resolveNamedGroups(groups, prompt.tokens)
  if (prompt.text === null)
    throw new UserError(
      'BAD_INPUT',
      `The model ${model.name} has no tokenizer.json, so its tokens form no ${groups}; give the groups as lists of positions.`,
    )
  return groups === 'words' ? groupByWord(prompt.tokens, prompt.text) : groupBySentence(prompt.tokens, prompt.text)
}

function layerOrAll(layer: number | 'all', model: ModelIdentity): number | 'all' {
  return layer === 'all' ? layer : requireLayerOf(layer, model)
}

function oneLayer(layer: number | 'all', by: PartitionKind, model: ModelIdentity): number {
  if (layer === 'all') throw new UserError('BAD_INPUT', `A split by ${by} is made at one layer; give its number instead of all.`)
  return requireLayerOf(layer, model)
}

function requireLayer(layer: number | 'all' | null, by: PartitionKind, what: string): number | 'all' {
  if (layer === null) throw new UserError('BAD_INPUT', `A split by ${by} needs ${what}; none was given.`)
  return layer
}

function requireLayerOf(layer: number, model: ModelIdentity): number {
  if (Number.isInteger(layer) && layer >= 0 && layer < model.layers) return layer
  throw new UserError('BAD_INPUT', `Layer ${layer} was asked for; ${model.name} has the layers 0 to ${model.layers - 1}.`)
}

/** Ascending and once each, so that the same question in another order is the same request. */
function resolveNeurons(neurons: readonly number[], model: ModelIdentity): number[] {
  if (neurons.length === 0) throw new UserError('BAD_INPUT', 'The list of neurons is empty; name at least one, or leave it out for all.')
  const stray = neurons.find((neuron) => !Number.isInteger(neuron) || neuron < 0 || neuron >= model.neurons)
  if (stray !== undefined)
    throw new UserError('BAD_INPUT', `Neuron ${stray} was asked for; each layer of ${model.name} has the neurons 0 to ${model.neurons - 1}.`)
  return [...new Set(neurons)].sort((a, b) => a - b)
}

function resolveBasis(basis: readonly (readonly number[])[], model: ModelIdentity): number[][] {
  if (basis.length === 0) throw new UserError('BAD_INPUT', 'A split by subspace needs a basis; give at least one vector.')
  if (basis.length > model.residualWidth)
    throw new UserError(
      'BAD_INPUT',
      `The basis has ${basis.length} vectors; the residual stream of ${model.name} has ${model.residualWidth} dimensions.`,
    )
  for (const [row, vector] of basis.entries()) requireVector(vector, model, `Vector ${row} of the basis`)
  if (basis.every((vector) => vector.every((value) => value === 0)))
    throw new UserError('BAD_INPUT', 'The basis is all zeros; it spans nothing.')
  return basis.map((vector) => [...vector])
}
