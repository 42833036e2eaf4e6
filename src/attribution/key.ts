/**
 * The content address of an attribution. It covers everything that the numbers depend on and nothing else, so the same
 * question has the same key wherever and whenever it is asked.
 */
import { canonicalJson, sha256 } from '../hash.ts'
import type { ModelIdentity } from '../model/identity.ts'
import type { AttributionRequest } from './request.ts'
import { hashOfRows, replaceVectors } from './vectors.ts'

/** Part of every key. It must change when a change of the code gives other numbers for the same request. */
const VERSION = 1

/** sha256 (hex). `engine` is an Attributor's `engine`. */
export function resultKey(
  model: Pick<ModelIdentity, 'hash' | 'tokenizerHash'>,
  engine: string,
  request: AttributionRequest,
): string {
  const named = replaceVectors(request, hashOfRows)
  return sha256(
    canonicalJson({ version: VERSION, model: model.hash, tokenizer: model.tokenizerHash, engine, ...named }),
  )
}
