/** An attribution as a row of `result`, with the other rows that belong to it. */
import type { Model } from '../../prisma/generated/client/client.ts'
import { resultKey } from '../attribution/key.ts'
import type { AttributionRequest } from '../attribution/request.ts'
import type { AttributionResult } from '../attribution/result.ts'
import { detachVectors, nameMatrix, type NamedMatrix } from '../attribution/vectors.ts'
import { answerColumns } from './answer.ts'
import { candidatesColumn, decodedColumn } from './decoded.ts'
import { targetColumns } from './target-columns.ts'
import { type StoredRows, refuseNonFinite, storedRows } from './stored-rows.ts'
import { storableText } from './text.ts'

/** The model and the engine that computed it. */
export interface Computer {
  model: Pick<Model, 'id' | 'hash' | 'tokenizerHash'>
  /** An Attributor's `engine`. */
  engine: string
}

/** What will be stored for one attribution; its sequence has no id yet. */
export interface Prepared {
  key: string
  nextKey: string | null
  row: Record<string, unknown>
  rows: StoredRows['rows']
  vectors: NamedMatrix[]
}

export function prepareResult(
  { model, engine }: Computer,
  { key: asked, request, result }: { key: string; request: AttributionRequest; result: AttributionResult },
): Prepared {
  refuseNonFinite(result)
  const { key, nextKey } = keysOf(model, engine, asked, request, result)
  const { target, prediction } = result
  const text = (given: string | null | undefined) => (given == null ? null : storableText(given))
  const { rows, tailMass, scores } = storedRows(result)
  const scoresVector = scores ? nameMatrix([scores]) : null
  const answered = answerColumns(result)
  const { request: detached, vectors } = detachVectors(request)
  const asTarget = request.target.type === 'direction' ? nameMatrix([request.target.vector]) : null
  return {
    key,
    nextKey,
    rows,
    vectors: [...(scoresVector ? [scoresVector] : []), ...(answered ? [answered.scores] : []), ...vectors],
    row: {
      key,
      next_key: nextKey,
      model_id: model.id,
      position: request.position,
      partition_kind: request.partition.by,
      partition: detached['partition'],
      ...targetColumns(target),
      target_vector_hash: asTarget?.hash ?? null,
      feature_starts: featureStarts(result),
      target_value: target.value,
      target_probability: target.probability,
      predicted_token_id: prediction?.tokenId ?? null,
      predicted_text: text(prediction?.text),
      predicted_logit: prediction?.logit ?? null,
      predicted_probability: prediction?.probability ?? null,
      expected_token_id: prediction?.expected?.tokenId ?? null,
      expected_text: text(prediction?.expected?.text),
      expected_rank: prediction?.expected?.rank ?? null,
      expected_logit: prediction?.expected?.logit ?? null,
      expected_probability: prediction?.expected?.probability ?? null,
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
      candidates: candidatesColumn(result),
      answer: answered?.answer ?? null,
      answer_scores_hash: answered?.scores.hash ?? null,
      milliseconds: result.milliseconds,
    },
  }
}

/** The ordinal of the first feature at each position, if features are ordered by position; otherwise null. */
function featureStarts({ contributions }: AttributionResult): number[] | null {
  const starts: number[] = []
  let end = 0
  for (const [ordinal, { component }] of contributions.entries()) {
    if (component.kind !== 'feature') continue
    if (component.position === undefined) return null
    while (starts.length <= component.position) starts.push(ordinal)
    end = ordinal + 1
  }
  // One more entry marks the end, so that what follows the features is not taken for the last position's.
  return end === 0 ? null : [...starts, end]
}

/**
 * The same result has two keys if it was asked for as "whatever the model ranks first": that one, and that of the
 * token.
 */
function keysOf(
  model: Computer['model'],
  engine: string,
  asked: string,
  request: AttributionRequest,
  { target: resolved }: AttributionResult,
): { key: string; nextKey: string | null } {
  const { target } = request
  if (!('tokenId' in target) || target.tokenId !== 'next') return { key: asked, nextKey: null }
  if (resolved.tokenId === null) throw new Error('a result for the next token does not say which token that is')
  const key = resultKey(model, engine, { ...request, target: { ...target, tokenId: resolved.tokenId } })
  return { key, nextKey: asked }
}
