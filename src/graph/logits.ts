/** Which logits a graph has as nodes. */
import { largest, probabilityOf, type Distribution } from '../attribution/distribution.ts'
import type { GraphRequest } from './request.ts'

/** The first choices until they make up the mass, at most so many; or the tokens that were named. The likeliest first. */
export function chosenLogits(distribution: Distribution, logits: GraphRequest['logits']): number[] {
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
