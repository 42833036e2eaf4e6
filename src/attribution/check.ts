/** What a model can be asked: refuses the rest with one sentence, before any work. */
import { UserError } from '../errors.ts'
import type { ModelConfig } from '../model/config.ts'
import type { AttributionRequest, Partition, Target } from './request.ts'

const refuse = (message: string): never => {
  throw new UserError('BAD_INPUT', message)
}

export function checkRequest(request: AttributionRequest, config: ModelConfig): void {
  const { tokenIds, position, partition, target } = request
  const N = tokenIds.length
  if (N > config.maxPositions) {
    throw new UserError('TOO_LARGE', `The sequence has ${N} tokens, but the model takes at most ${config.maxPositions}; shorten it.`)
  }
  const bad = tokenIds.findIndex((id) => id >= config.V)
  if (bad >= 0) refuse(`Token id ${tokenIds[bad]} at position ${bad} is out of range; the vocabulary has ids 0 to ${config.V - 1}.`)
  if (position >= N) refuse(`Position ${position} was asked for, but the sequence has positions 0 to ${N - 1}.`)
  checkTarget(target, config)
  checkPartition(partition, config, N)
  const readLayer = target.type === 'direction' ? target.layer : config.L
  const first = firstReadable(partition)
  if (request.decode !== undefined && target.type === 'direction') {
    refuse('Components are decoded where a logit is read; ask for decode with a logit or a logit difference as target.')
  }
  if (readLayer < first) refuse(`The direction is read at the input of layer ${readLayer}, before the split; read it at layer ${first} or later.`)
}

function checkTarget(target: Target, { V, D, L }: ModelConfig): void {
  if (target.type === 'direction') {
    if (target.layer > L) refuse(`The direction is read at layer ${target.layer}; expected 0 to ${L} (${L} is before the final norm).`)
    if (target.vector.length !== D) refuse(`The direction has ${target.vector.length} numbers; the residual stream has ${D}.`)
    if (!target.vector.every(Number.isFinite)) refuse('The direction holds NaN or infinity; expected finite numbers.')
    return
  }
  const ids = [target.tokenId, ...(target.type === 'logitDifference' ? [target.minusTokenId] : [])]
  for (const id of ids) if (id !== 'next' && id >= V) refuse(`The target token ${id} is out of range; expected 0 to ${V - 1}.`)
}

function checkPartition(partition: Partition, { L, I, D }: ModelConfig, N: number): void {
  const { layer } = partition
  if (layer !== 'all' && layer >= L) refuse(`Layer ${layer} was asked for, but the model has layers 0 to ${L - 1}.`)
  if (partition.by === 'neuron') {
    const { neurons } = partition
    const bad = neurons?.find((k) => k >= I)
    if (bad !== undefined) refuse(`Neuron ${bad} was asked for, but a layer has neurons 0 to ${I - 1}.`)
    if (neurons !== undefined && new Set(neurons).size < neurons.length) refuse('A neuron is named twice; name each once.')
  }
  if (partition.by === 'subspace') {
    const bad = partition.basis.find((vector) => vector.length !== D)
    if (bad !== undefined) refuse(`A vector of the basis has ${bad.length} numbers; the residual stream has ${D}.`)
    if (!partition.basis.flat().every(Number.isFinite)) refuse('The basis holds NaN or infinity; expected finite numbers.')
    if (partition.basis.every((vector) => vector.every((value) => value === 0))) refuse('The basis is all zeros; expected at least one direction.')
  }
  if (partition.by === 'group') {
    const named = partition.groups.flat().sort((a, b) => a - b)
    const wrong = named.length !== N || named.some((position, i) => position !== i)
    if (wrong) refuse(`The groups name ${named.length} positions; expected each of 0 to ${N - 1} exactly once.`)
  }
}

/** The first layer at whose input the split exists. */
function firstReadable(partition: Partition): number {
  if (partition.layer === 'all') return 1
  return partition.by === 'token' || partition.by === 'group' || partition.by === 'subspace'
    ? partition.layer
    : partition.layer + 1
}
