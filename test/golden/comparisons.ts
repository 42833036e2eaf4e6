/** What the reference values of a model say, as requests and the numbers that they must give. */
import type { AttributionRequest, Mode, Partition } from '../../src/attribution/request.ts'
import type { AttributionResult } from '../../src/attribution/result.ts'
import type { Golden, GoldenValues } from './golden.ts'

/** Of the largest value in the list: float32 arithmetic of a few layers against float64 (seen: 4e-7). */
export const FLOAT32_TOLERANCE = 1e-5

export interface Comparison {
  title: string
  request: AttributionRequest
  /** Of the components, in their order; null where only the value is known. */
  scores: readonly number[] | null
  /** Of the target; null where only the scores are known. */
  value: number | null
}

/** Comparisons of one title belong together. */
export function comparisonsOf({ temperature, prompts }: Golden): Comparison[] {
  return prompts.flatMap((prompt, number) => {
    const ask = (mode: Mode, partition: Partition, changed: Partial<AttributionRequest> = {}): AttributionRequest => ({
      tokenIds: prompt.ids, position: prompt.ids.length - 1, target: { type: 'logit', tokenId: 'next' },
      partition, mode, rule: 'softmax', temperature, excludeFirst: false, ...changed,
    })
    const best = prompt.top5.map((tokenId, i): Comparison => ({
      title: `prompt ${number}: the logits of the five best tokens`, scores: null, value: prompt.top5_logits[i]!,
      request: ask('corrected', { by: 'token', layer: 0 }, { target: { type: 'logit', tokenId } }),
    }))
    const modes: [Mode, GoldenValues | undefined][] = [['corrected', prompt.corrected], ['reference', prompt.reference]]
    return [...best, ...modes.flatMap(([mode, values]) => (values === undefined ? [] : ofMode(`prompt ${number}, ${mode}`, values, mode, ask)))]
  })
}

type Ask = (mode: Mode, partition: Partition, changed?: Partial<AttributionRequest>) => AttributionRequest

function ofMode(prefix: string, values: GoldenValues, mode: Mode, ask: Ask): Comparison[] {
  const each = (what: string, partition: Partition, scores: readonly number[], changed: Partial<AttributionRequest> = {}, value: number | null = null): Comparison =>
    ({ title: `${prefix}: ${what}`, request: ask(mode, partition, changed), scores, value })
  const layers = (byLayer: Readonly<Record<string, number[]>>) => Object.entries(byLayer).map(([layer, scores]) => [Number(layer), scores] as const)
  const heads = 'by head of every layer, one layer at a time and all in one sweep'
  const { by_group: group, by_subspace: subspace, direction } = values
  return [
    each('by token', { by: 'token', layer: 0 }, values.by_token),
    each('by token', { by: 'token', layer: 0 }, values.by_token_exclude_first, { excludeFirst: true }),
    ...layers(values.by_head).map(([layer, scores]) => each(heads, { by: 'head', layer }, scores)),
    each(heads, { by: 'head', layer: 'all' }, Object.values(values.by_head).flat()),
    ...layers(values.by_neuron).map(([layer, scores]) => each('by neuron', { by: 'neuron', layer }, scores)),
    ...(group === undefined ? [] : [each('by group', { by: 'group', layer: 0, groups: group.groups }, group.scores)]),
    ...(subspace === undefined ? [] : [each('by subspace', { by: 'subspace', layer: subspace.layer, basis: subspace.basis_columns }, subspace.scores)]),
    ...(direction === undefined ? [] : [each('a direction inside the network', { by: 'token', layer: 0 }, direction.scores, {
      position: direction.position, target: { type: 'direction', layer: direction.layer_input, vector: direction.vector },
    }, direction.value)]),
  ]
}

/** Largest deviation of a result, relative to the largest expected value. */
export function deviationOf({ scores, value }: Comparison, result: AttributionResult): number {
  return Math.max(
    scores === null ? 0 : worstOf(result.contributions.map(({ score }) => score), scores),
    value === null ? 0 : worstOf([result.target.value], [value]),
  )
}

function worstOf(values: readonly number[], expected: readonly number[]): number {
  if (values.length !== expected.length) return Infinity
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs((values[i] ?? Number.NaN) - value) / scale))
}
