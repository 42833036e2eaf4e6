/** A small model, and results as an engine would give them: sums close, numbers are told apart. */
import { resultKey } from '../../src/attribution/key.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { AttributionResult, ComponentKind, Contribution } from '../../src/attribution/result.ts'
import type { ModelIdentity } from '../../src/model/identity.ts'
import type { ComputedItem } from '../../src/store/save-results.ts'
import { tokenNamespace } from '../../src/store/sequences.ts'

export const ENGINE = 'fake-float32'

export const identity = (overrides: Partial<ModelIdentity> = {}): ModelIdentity => ({
  hash: 'a'.repeat(64),
  tokenizerHash: 'b'.repeat(64),
  name: 'tiny',
  architecture: 'llama',
  layers: 2,
  residualWidth: 8,
  heads: 2,
  keyValueHeads: 2,
  headWidth: 4,
  neurons: 16,
  vocabularySize: 100,
  maxPositions: 64,
  parameters: 12_345,
  ...overrides,
})

export const request = (overrides: Partial<AttributionRequest> = {}): AttributionRequest => ({
  tokenIds: [1, 5, 7],
  position: 2,
  target: { type: 'logit', tokenId: 9 },
  partition: { by: 'token', layer: 0 },
  mode: 'corrected',
  rule: 'softmax',
  temperature: 0.1,
  excludeFirst: true,
  ...overrides,
})

export const contributions = (scores: readonly number[], kind: ComponentKind = 'token'): Contribution[] =>
  scores.map((score, index) => {
    const layer = kind === 'token' ? null : 1
    return { component: { kind, index, layer, label: `#${index}` }, score }
  })

export function result(
  asked: AttributionRequest,
  scores: readonly number[] = [0.5, -2, 3],
  overrides: Partial<AttributionResult> = {},
): AttributionResult {
  const { target } = asked
  const tokenId = !('tokenId' in target) ? null : target.tokenId === 'next' ? 9 : target.tokenId
  return {
    target: {
      type: target.type,
      position: asked.position,
      tokenId,
      text: tokenId === null ? null : ` t${tokenId}`,
      minusTokenId: target.type === 'logitDifference' ? target.minusTokenId : null,
      minusText: target.type === 'logitDifference' ? ` t${target.minusTokenId}` : null,
      layer: target.type === 'direction' ? target.layer : null,
      value: scores.reduce((sum, score) => sum + score, 0),
      probability: target.type === 'direction' ? null : 0.25,
    },
    partition: asked.partition,
    mode: asked.mode,
    rule: asked.rule,
    temperature: asked.temperature,
    excludeFirst: asked.excludeFirst,
    completenessError: 1e-7,
    contributions: contributions(scores, asked.partition.by === 'neuron' ? 'neuron' : 'token'),
    milliseconds: 1.5,
    ...overrides,
  }
}

/** Its tokens say ` t1 t2 …`. */
export function item(
  asked: AttributionRequest, answer = result(asked), model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'> = identity(),
): ComputedItem {
  let end = 0
  const tokens = asked.tokenIds.map((id) => {
    const text = ` t${id}`
    const start = end
    end += text.length
    return { id, text, start, end }
  })
  const sequence = { tokenizerHash: tokenNamespace(model), tokens }
  return { key: resultKey(model, ENGINE, asked), request: asked, result: answer, sequence }
}
