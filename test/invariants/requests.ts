/** Requests of the tests: complete, and short where they agree. */
import { attributeRequests, type Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { attributionRequestSchema, type AttributionRequest } from '../../src/attribution/request.ts'
import type { AttributionResult } from '../../src/attribution/result.ts'
import { openedOnce } from '../opened-once.ts'
import { sizes, tokensOf } from '../random-model.ts'
import { Random } from '../random.ts'

export const N = 7
export const tokenIds = tokensOf(3, N)

/** A model for all tests of a file, on one thread. */
export const openModel = openedOnce((dir: string) => openAttributor(dir, { threads: 1 }))

type Changes = Partial<Omit<AttributionRequest, 'partition'>> & { partition: unknown }

/** By default: the logit of token 5 at the last position, corrected, softmax, no token excluded. */
export const request = (changes: Changes): AttributionRequest =>
  attributionRequestSchema.parse({
    tokenIds, position: (changes.tokenIds ?? tokenIds).length - 1, target: { type: 'logit', tokenId: 5 },
    mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false, ...changes,
  })

const random = new Random(17)
const vectors = (count: number) => Array.from({ length: count }, () => [...random.normals(sizes.D)])
const basis = vectors(3)

/** One of every kind, at one layer and, where there is such a thing, at all. */
export const partitions: Record<string, unknown> = {
  token: { by: 'token' },
  'token from layer 1': { by: 'token', layer: 1 },
  group: { by: 'group', groups: [[0], [1, 2, 5], [3], [4, 6]] },
  'group from layer 2': { by: 'group', layer: 2, groups: [[6, 0], [1, 2, 3, 4, 5]] },
  'heads of layer 1': { by: 'head', layer: 1 },
  'heads of all layers': { by: 'head', layer: 'all' },
  'neurons of layer 0': { by: 'neuron', layer: 0 },
  'some neurons of all layers': { by: 'neuron', layer: 'all', neurons: [0, 7, 19] },
  'attention of layer 1': { by: 'module', layer: 1, module: 'attention' },
  'attention of all layers': { by: 'module', layer: 'all', module: 'attention' },
  'MLP of layer 1': { by: 'module', layer: 1, module: 'mlp' },
  'MLP of all layers': { by: 'module', layer: 'all', module: 'mlp' },
  'subspace of layer 1': { by: 'subspace', layer: 1, basis },
}

export const scoresOf = ({ contributions }: AttributionResult): number[] => contributions.map(({ score }) => score)

export const attributeOne = async (attributor: Attributor, asked: AttributionRequest): Promise<AttributionResult> =>
  (await attributeRequests(attributor, [asked]))[0]!

/** Largest deviation, relative to the largest expected value. */
export function worstOf(values: readonly number[], expected: readonly number[]): number {
  if (values.length !== expected.length) return Infinity
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs((values[i] ?? Number.NaN) - value) / scale), 0)
}
