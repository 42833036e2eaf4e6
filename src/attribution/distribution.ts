/** The model's own prediction at one position, from which `next` and probabilities are taken. V vocabulary. */
export interface Distribution {
  /** [V]: the logits, with the model's soft cap. */
  logits: Float32Array
  /** [V]: before the soft cap; the same array without one. */
  uncapped: Float32Array
  /** ln Σ exp(logit) */
  logPartition: number
}

/** `values` [V] is the output of the unembedding, before the soft cap. */
export function distributionOf(values: Float32Array, softCap: number | null): Distribution {
  const logits = softCap === null ? values : values.map((z) => softCap * Math.tanh(z / softCap))
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let total = 0
  for (const logit of logits) total += Math.exp(logit - largest)
  return { logits, uncapped: values, logPartition: largest + Math.log(total) }
}

/** The token with the largest logit; among equal logits the smallest id. */
export function mostLikely({ logits }: Distribution): number {
  let best = 0
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[best]!) best = v
  return best
}

export const probabilityOf = ({ logits, logPartition }: Distribution, tokenId: number): number =>
  Math.exp(logits[tokenId]! - logPartition)

/** A token that the model may say next. */
export interface Candidate {
  id: number
  text: string
  logit: number
  probability: number
}

/** The `count` tokens that the model ranks first, best first; among equal logits the smallest id first. */
export const candidatesOf = (whole: Distribution, count: number, tokenText: (id: number) => string): Candidate[] =>
  largest(whole.logits, count).map((id) => ({
    id, text: tokenText(id), logit: whole.logits[id]!, probability: probabilityOf(whole, id),
  }))

/** Indices of the `count` largest values, largest first; equal values by index. */
export function largest(values: Float32Array, count: number): number[] {
  const best: number[] = []
  for (let v = 0; v < values.length; v++) {
    if (best.length === count && values[v]! <= values[best.at(-1)!]!) continue
    let at = best.length
    while (at > 0 && values[best[at - 1]!]! < values[v]!) at--
    best.splice(at, 0, v)
    if (best.length > count) best.pop()
  }
  return best
}
