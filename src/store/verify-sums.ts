/**
 * Checks whether what is stored still adds up: every result's rows and tail against its target, and against the error
 * that was measured when it was computed. Results are read in pages, so any number of them takes little memory.
 */
import { MOST_ROUNDING } from '../attribution/result-warnings.ts'
import type { Store } from './store.ts'

export interface Difference {
  /** result.key */
  key: string
  /** One sentence. */
  what: string
}

export interface SumsReport {
  checked: number
  /** The largest completeness error, as recomputed. */
  worst: number
}

interface Row {
  [column: string]: unknown
  id: string
  key: string
  value: number
  error: number
  mode: string
  componentCount: number
  storedCount: number
  tailMass: number
  hasVector: boolean
  vectorWidth: number | null
  /** One number for each start: a split at all layers has one start per layer. */
  rows: number[]
  sums: number[]
  largest: number[]
}

const RESULTS_PER_PAGE = 1000
/** Tolerance: sums are in float64, but in another order than originally. */
const ROUNDING = 1e-9

export async function verifySums(
  store: Store,
  { onDifference, onProgress, signal }: {
    onDifference: (difference: Difference) => void
    onProgress?: (checked: number) => void
    signal?: AbortSignal
  },
): Promise<SumsReport> {
  let [after, checked, worst] = ['0', 0, 0]
  while (!signal?.aborted) {
    const page = await readPage(store, after)
    for (const row of page) {
      worst = Math.max(worst, errorOf(row))
      for (const what of differences(row)) onDifference({ key: row.key, what })
    }
    checked += page.length
    onProgress?.(checked)
    after = page.at(-1)?.id ?? after
    if (page.length < RESULTS_PER_PAGE) break
  }
  return { checked, worst }
}

const readPage = (store: Store, after: string): Promise<Row[]> =>
  store.query<Row>(
    `SELECT r.id::text, r.key, r.target_value AS value, r.completeness_error AS error, r.mode,
       r.component_count AS "componentCount", r.stored_count AS "storedCount", r.tail_mass AS "tailMass",
       r.scores_vector_hash IS NOT NULL AS "hasVector", v.rows * v.width AS "vectorWidth",
       coalesce(s.rows, '{}') AS rows, coalesce(s.sums, '{}') AS sums, coalesce(s.largest, '{}') AS largest
     FROM (SELECT * FROM result WHERE id > $1 ORDER BY id LIMIT $2) r
     LEFT JOIN vector v ON v.hash = r.scores_vector_hash
     CROSS JOIN LATERAL (
       SELECT array_agg(rows) AS rows, array_agg(sum) AS sums, array_agg(largest) AS largest FROM (
         SELECT count(*)::int AS rows, sum(score) AS sum, max(abs(score)) AS largest FROM contribution c
         WHERE c.result_id = r.id AND c.model_id = r.model_id
         GROUP BY CASE WHEN r.partition ->> 'layer' = 'all' THEN c.layer END) starts) s
     ORDER BY r.id`,
    [after, RESULTS_PER_PAGE],
  )

/** How far the scores miss the target, by the definition for results (attribution/result.ts). */
function errorOf({ value, tailMass, sums, largest }: Row): number {
  const scale = Math.max(Math.abs(value), ...largest)
  if (scale === 0) return 0
  // The tail is one number, even if several starts have a part in it; then only the sum over the starts can be
  // checked.
  if (tailMass !== 0) return Math.abs(sums.reduce((a, b) => a + b, tailMass) - value * sums.length) / scale
  return Math.max(0, ...sums.map((sum, i) => Math.abs(sum - value) / Math.max(Math.abs(value), largest[i] ?? 0)))
}

function differences(row: Row): string[] {
  const found: string[] = []
  const { error, componentCount, storedCount, tailMass, hasVector, vectorWidth, sums, value } = row
  const stored = row.rows.reduce((a, b) => a + b, 0)
  // If rows are missing, the sum is wrong as well; reporting the missing rows is enough.
  if (stored !== storedCount) return [`it has ${stored} contributions, and ${storedCount} were stored`]
  if (storedCount < componentCount && !hasVector) {
    found.push(`${componentCount - storedCount} of its ${componentCount} scores are neither rows nor a vector`)
  }
  if (hasVector && vectorWidth !== componentCount) {
    found.push(`its vector has ${vectorWidth} scores for ${componentCount} components`)
  }
  if (storedCount === componentCount && tailMass !== 0) found.push(`it has a tail of ${tailMass} without components`)
  const recomputed = errorOf(row)
  if (row.mode === 'corrected' && error > MOST_ROUNDING) {
    found.push(`its scores missed its target by a relative error of ${error.toExponential(2)} when they were computed, and in the mode corrected they add up`)
  }
  const isSumOfStarts = tailMass !== 0 && sums.length > 1
  const allowed = isSumOfStarts ? error * sums.length : error
  const isWrong = isSumOfStarts ? recomputed > allowed + ROUNDING : Math.abs(recomputed - error) > ROUNDING
  if (isWrong) {
    const sum = sums.reduce((a, b) => a + b, tailMass)
    found.push(
      `its scores sum to ${sum}, its target is ${value}${sums.length > 1 ? ` at each of ${sums.length} layers` : ''}: ` +
        `relative error ${recomputed.toExponential(2)}, and it was ${error.toExponential(2)}`,
    )
  }
  return found
}
