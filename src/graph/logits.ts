/** Which logits are nodes of a graph, and how much each part of the stream adds to them. */
import { distributionOf, largest, probabilityOf, type Distribution } from '../attribution/distribution.ts'
import { readTarget } from '../attribution/target/kinds.ts'
import type { GraphEngine } from './engine.ts'
import type { GraphRequest } from './request.ts'

export interface LogitTarget {
  tokenId: number
  /** The logit. */
  value: number
  probability: number | null
  /** How much a part [D] of the stream adds to the logit; `isBias` for the part that receives the final norm's bias. */
  project(row: ArrayLike<number>, isBias: boolean): number
}

/** x [D]: the last stream, at the position where the logits are read. */
export async function logitTargets(x: Float32Array, { logits: wanted }: Pick<GraphRequest, 'logits'>, { passes, sets, tokenText }: GraphEngine): Promise<LogitTarget[]> {
  const { model } = passes
  let distribution: Distribution | null = null
  await passes.eachLogits([x], (logits) => void (distribution = distributionOf(logits.slice(), model.config.finalSoftCap)))
  const targets: LogitTarget[] = []
  for (const tokenId of chosenLogits(distribution!, wanted)) {
    const { facts, project } = await readTarget({ type: 'logit', tokenId }, {
      model, x, distribution, tokenText, sets, encode: (set, rows) => passes.encode(set, rows),
    })
    targets.push({ tokenId, value: project(x, true), probability: facts.probability, project })
  }
  return targets
}

/**
 * The likeliest tokens until they make up `mass`, at most `most` of them, or the tokens that were named. The likeliest
 * first.
 */
function chosenLogits(distribution: Distribution, logits: GraphRequest['logits']): number[] {
  if ('tokenIds' in logits) return [...logits.tokenIds]
  let mass = 0
  const chosen: number[] = []
  for (const id of largest(distribution.logits, logits.most)) {
    if (chosen.length > 0 && mass >= logits.mass) break
    chosen.push(id)
    mass += probabilityOf(distribution, id)
  }
  return chosen
}
