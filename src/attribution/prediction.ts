/** The model's own answer beside the expected one: whether it is right, and how far it is off. */
import { mostLikely, probabilityOf, type Distribution } from './distribution.ts'

interface PredictedToken {
  tokenId: number
  /** null if the model has no tokenizer. */
  text: string | null
  /** With the model's soft cap. */
  logit: number
  probability: number
}

/** The token that the model ranks first at the position where the target is read. */
export interface Prediction extends PredictedToken {
  /** The expected token, with its rank among all tokens (1 for the first); null if none was expected. */
  expected: (PredictedToken & { rank: number }) | null
}

export function predictionOf(
  distribution: Distribution, expectedTokenId: number | null, textOf: (tokenId: number) => string | null,
): Prediction {
  const token = (tokenId: number): PredictedToken => ({
    tokenId,
    text: textOf(tokenId),
    logit: distribution.logits[tokenId]!,
    probability: probabilityOf(distribution, tokenId),
  })
  return {
    ...token(mostLikely(distribution)),
    expected: expectedTokenId === null ? null : { ...token(expectedTokenId), rank: rankOf(distribution, expectedTokenId) },
  }
}

/** The rank: 1 for the largest logit. Among equal logits the smaller id comes first, as in `mostLikely`. */
export function rankOf({ logits }: Distribution, tokenId: number): number {
  const own = logits[tokenId]!
  let rank = 1
  for (let v = 0; v < logits.length; v++) if (logits[v]! > own || (logits[v]! === own && v < tokenId)) rank++
  return rank
}
