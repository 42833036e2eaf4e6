/** Decomposed streams → scores of one target, with the error by which they fail to add up to it. */
import { UserError } from '../errors.ts'
import { dot, FinalNorm, startRow } from '../depass/readout.ts'
import type { PassageResult, ReadStart } from '../depass/sweep.ts'
import type { StartComponent } from '../depass/track.ts'
import { unembeddingRows, type LoadedModel } from '../model/loaded.ts'
import type { AttributionRequest } from './request.ts'
import type { Component, Contribution, ResolvedTarget } from './result.ts'

/** The logits [V] of x, with the model's soft cap; what `next` and probabilities are taken from. */
export interface Distribution {
  logits: Float32Array
  /** Before the soft cap; the same array without one. */
  uncapped: Float32Array
  /** ln Σ exp(logit) */
  logPartition: number
}

export interface Labels {
  /** The text of a token id. */
  token: (id: number) => string
}

interface Scored {
  target: ResolvedTarget
  contributions: Contribution[]
  completenessError: number
}

export async function scoreTarget(
  model: LoadedModel, request: AttributionRequest, passage: PassageResult, distribution: Distribution | null, labels: Labels,
): Promise<Scored> {
  const target = resolve(request, distribution, labels)
  const project = await projection(model, request, target, passage.x)
  target.value = project(passage.x, true)
  const contributions: Contribution[] = []
  let completenessError = 0
  for (const start of passage.starts) {
    let total = 0
    let largest = Math.abs(target.value)
    for (const [m, component] of start.components.entries()) {
      const score = project(startRow(start, m), component.kind === 'bias')
      total += score
      largest = Math.max(largest, Math.abs(score))
      contributions.push({ component: describe(component, request, labels), score })
    }
    if (largest > 0) completenessError = Math.max(completenessError, Math.abs(total - target.value) / largest)
  }
  requireFinite([target.value, target.probability ?? 0, ...contributions.map(({ score }) => score)])
  // BIAS stays last.
  const bias = contributions.findIndex(({ component }) => component.kind === 'bias')
  contributions.splice(bias < 0 ? contributions.length : bias, 0, ...unreached(passage.starts, request, labels))
  return { target, contributions, completenessError }
}

/** NaN compares with nothing and infinity adds up to anything: neither is a result. */
export function requireFinite(numbers: readonly number[]): void {
  if (numbers.every(Number.isFinite)) return
  throw new UserError(
    'ENGINE_FAILED',
    'The pass gave NaN or infinity, which is never stored; the model overflows float32 on this sequence.',
  )
}

/** Tokens behind the position that is read: they are components too, and contribute nothing. */
function unreached(starts: readonly ReadStart[], request: AttributionRequest, labels: Labels): Contribution[] {
  if (request.partition.by !== 'token' || starts.length !== 1) return []
  const { layer } = request.partition
  return request.tokenIds.slice(request.position + 1).map((_, after) => ({
    component: describe(
      { kind: 'token', index: request.position + 1 + after, layer: layer === 0 ? null : layer, first: 0 }, request, labels,
    ),
    score: 0,
  }))
}

function resolve(request: AttributionRequest, distribution: Distribution | null, labels: Labels): ResolvedTarget {
  const { target, position } = request
  const base = { type: target.type, position, minusTokenId: null, minusText: null, layer: null, value: Number.NaN }
  if (target.type === 'direction') {
    return { ...base, tokenId: null, text: null, layer: target.layer, probability: null }
  }
  if (distribution === null) throw new Error('a logit was asked for without logits')
  const tokenId = target.tokenId === 'next' ? argMax(distribution.logits) : target.tokenId
  const minusTokenId = target.type === 'logitDifference' ? target.minusTokenId : null
  return {
    ...base,
    tokenId,
    text: labels.token(tokenId),
    minusTokenId,
    minusText: minusTokenId === null ? null : labels.token(minusTokenId),
    probability: Math.exp(distribution.logits[tokenId]! - distribution.logPartition),
  }
}

type Project = (row: Float32Array, withBias: boolean) => number

/** The linear map from a row to the target's unit. */
async function projection(
  model: LoadedModel, request: AttributionRequest, target: ResolvedTarget, x: Float32Array,
): Promise<Project> {
  if (request.target.type === 'direction') {
    // As float32, which is what a vector is identified by.
    const vector = Float32Array.from(request.target.vector)
    return (row) => dot(row, vector)
  }
  const ids = [target.tokenId!, ...(target.minusTokenId === null ? [] : [target.minusTokenId])]
  const norm = new FinalNorm(model, x)
  const { D, finalSoftCap } = model.config
  const rows = await unembeddingRows(model, ids)
  const wholeNormed = norm.apply(x, true)
  const direction = new Float64Array(D)
  for (const [which, sign] of [1, -1].slice(0, ids.length).entries()) {
    const row = rows.subarray(which * D, (which + 1) * D)
    const scale = sign * softCapScale(dot(wholeNormed, row), finalSoftCap)
    for (let d = 0; d < D; d++) direction[d]! += scale * row[d]!
  }
  return (row, withBias) => dot(norm.apply(row, withBias), direction)
}

/** A soft cap is frozen like a norm: as the ratio it multiplies the stream's own logit by. */
function softCapScale(logit: number, cap: number | null): number {
  return cap === null || logit === 0 ? 1 : (cap * Math.tanh(logit / cap)) / logit
}

function argMax(values: Float32Array): number {
  let best = 0
  for (let v = 1; v < values.length; v++) if (values[v]! > values[best]!) best = v
  return best
}

export function describe({ kind, index, layer }: StartComponent, request: AttributionRequest, labels: Labels): Component {
  return { kind, index, layer, label: label({ kind, index, layer }, request, labels) }
}

function label({ kind, index, layer }: Omit<StartComponent, 'first'>, { tokenIds, partition }: AttributionRequest, labels: Labels): string {
  switch (kind) {
    case 'token':
      return labels.token(tokenIds[index]!)
    case 'group':
      return partition.by === 'group' ? partition.groups[index]!.map((i) => labels.token(tokenIds[i]!)).join('') : `G${index}`
    case 'head':
      return `L${layer}.H${index}`
    case 'neuron':
      return `L${layer}.N${index}`
    case 'bias':
      return 'BIAS'
    case 'residual':
    case 'attention':
    case 'mlp':
    case 'rest':
    case 'inside':
    case 'outside':
      // As the SQL views and GraphQL call them; a subspace of the embedding has no layer.
      return layer === null ? kind.toUpperCase() : `L${layer}.${kind.toUpperCase()}`
  }
}
