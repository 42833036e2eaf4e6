/** An attribution as the row of `result`, with what belongs beside it. */
import type { Model } from '../../prisma/generated/client/client.ts'
import { resultKey } from '../attribution/key.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import type { AttributionResult } from '../attribution/result.ts'
import { decodedColumn } from './decoded.ts'
import { type StoredRows, refuseNonFinite, storedRows } from './stored-rows.ts'
import { storableText } from './text.ts'
import { type NewVector, toVector } from './vectors.ts'

/** Who computed. */
export interface Computer {
  model: Pick<Model, 'id' | 'hash' | 'tokenizerHash'>
  /** An Attributor's `engine`. */
  engine: string
}

/** What is to be stored of one attribution; its sequence has no number yet. */
export interface Prepared {
  key: string
  nextKey: string | null
  row: Record<string, unknown>
  rows: StoredRows['rows']
  vectors: NewVector[]
}

export function prepareResult(
  { model, engine }: Computer,
  { request, result }: { request: AttributionRequest; result: AttributionResult },
): Prepared {
  refuseNonFinite(result)
  const { key, nextKey } = keysOf(model, engine, request, result)
  const { target } = result
  const { rows, tailMass, scores } = storedRows(result)
  const scoresVector = scores ? toVector([scores]) : null
  const targetVector = request.target.type === 'direction' ? toVector([request.target.vector]) : null
  const basis = request.partition.by === 'subspace' ? toVector(request.partition.basis) : null
  return {
    key,
    nextKey,
    rows,
    vectors: [scoresVector, targetVector, basis].filter((vector) => vector !== null),
    row: {
      key,
      next_key: nextKey,
      model_id: model.id,
      position: request.position,
      partition_kind: request.partition.by,
      partition: basis ? { ...request.partition, basis: basis.hash } : request.partition,
      target_type: target.type,
      target_token_id: target.tokenId,
      target_text: target.text === null ? null : storableText(target.text),
      minus_token_id: target.minusTokenId,
      minus_text: target.minusText === null ? null : storableText(target.minusText),
      target_layer: target.layer,
      target_vector_hash: targetVector?.hash ?? null,
      target_value: target.value,
      target_probability: target.probability,
      mode: request.mode,
      rule: request.rule,
      temperature: request.temperature,
      exclude_first: request.excludeFirst,
      engine,
      completeness_error: result.completenessError,
      component_count: result.contributions.length,
      stored_count: rows.length,
      tail_mass: tailMass,
      scores_vector_hash: scoresVector?.hash ?? null,
      decoded: decodedColumn(result),
      milliseconds: result.milliseconds,
    },
  }
}

/** "Whatever the model ranks first" and that very token are one result with two keys. */
function keysOf(
  model: Computer['model'],
  engine: string,
  request: AttributionRequest,
  { target: resolved }: AttributionResult,
): { key: string; nextKey: string | null } {
  const asked = resultKey(model, engine, request)
  const { target } = request
  if (target.type === 'direction' || target.tokenId !== 'next') return { key: asked, nextKey: null }
  if (resolved.tokenId === null) throw new Error('a result for the next token does not say which token that is')
  const key = resultKey(model, engine, { ...request, target: { ...target, tokenId: resolved.tokenId } })
  return { key, nextKey: asked }
}
