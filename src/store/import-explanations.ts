/** Stores many explanations of one set at once, each only once (src/store/explanations.ts). */
import { BinaryRows } from './binary-copy.ts'
import { explanationKey, type SaidOfFeature } from './explanations.ts'
import { inTransaction, type Store } from './store.ts'

export interface NewExplanation extends SaidOfFeature {
  score: number | null
  scoreMethod: string | null
}

export interface StoredExplanations {
  added: number
  /** Explanations that were stored before without this score. */
  scored: number
}

/**
 * Of equal explanations the last one counts. A stored one stays, but takes over a score that comes with the new one.
 */
export async function importExplanations(
  store: Store,
  setId: number,
  explanations: readonly NewExplanation[],
): Promise<StoredExplanations> {
  const byKey = new Map(explanations.map((each) => [explanationKey(each), each]))
  if (byKey.size === 0) return { added: 0, scored: 0 }
  const copy = new BinaryRows()
  for (const [key, { index, description, author, method, explainer, score, scoreMethod }] of byKey) {
    copy.row(9).int4(setId).int4(index).text(description).text(author).textOrNull(method).textOrNull(explainer)
    if (score === null) copy.null()
    else copy.float8(score)
    copy.textOrNull(scoreMethod).text(key)
  }
  return inTransaction(store, async (client) => {
    await client.query(
      `CREATE TEMP TABLE said ON COMMIT DROP AS SELECT ${COLUMNS} FROM feature_explanation WITH NO DATA`,
    )
    await copy.send(client, `said (${COLUMNS})`)
    // Through the parent table, because its triggers update the features' labels.
    const scored = await client.query(
      `UPDATE feature_explanation e SET score = s.score, score_method = s.score_method FROM said s
       WHERE e.set_id = $1 AND e.key = s.key AND s.score IS NOT NULL
         AND (e.score, e.score_method) IS DISTINCT FROM (s.score, s.score_method)`,
      [setId],
    )
    const added = await client.query(
      `INSERT INTO feature_explanation (${COLUMNS}) SELECT ${COLUMNS} FROM said ORDER BY index, key ON CONFLICT DO NOTHING`,
    )
    return { added: added.rowCount ?? 0, scored: scored.rowCount ?? 0 }
  })
}

const COLUMNS = 'set_id, index, description, author, method, explainer, score, score_method, key'
