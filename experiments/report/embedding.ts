/** t-SNE by a library, from a seed. */
import { TSNE } from '@saehrimnir/druidjs'

const STEPS = 500
/** The usual value; smaller if there are few points. */
const PERPLEXITY = 30

/** Rows [n][R] → places [n][2]. */
export function embedding(rows: readonly (readonly number[])[], seed: number): number[][] {
  const perplexity = Math.max(2, Math.min(PERPLEXITY, Math.floor((rows.length - 1) / 3)))
  const reduction = new TSNE(rows.map((row) => [...row]), { perplexity, epsilon: 10, d: 2, seed })
  return reduction.transform(STEPS).map((place) => [...place])
}
