/**
 * Stores the facts about features that do not depend on a dataset (src/sweeps/directions.ts) in the features' rows.
 */
import type { FeatureDirection } from '../sweeps/directions.ts'
import { BinaryRows } from './binary-copy.ts'
import { inTransaction, type Store } from './store.ts'
import { storableText } from './text.ts'

/**
 * The first feature of the set without these facts; null if all have them. They are stored in the order of features.
 */
export async function firstWithoutDirection(store: Store, setId: number): Promise<number | null> {
  const [row] = await store.query<{ index: number | null }>(
    'SELECT min(index) AS index FROM feature WHERE set_id = $1 AND neighbours IS NULL',
    [setId],
  )
  return row?.index ?? null
}

export async function saveDirections(
  store: Store,
  setId: number,
  directions: readonly FeatureDirection[],
  tokenText: (id: number) => string,
): Promise<void> {
  const copy = new BinaryRows()
  for (const { feature, logits, neighbours } of directions) {
    copy.row(12).int4(feature)
    for (const side of [logits?.top ?? [], logits?.bottom ?? []]) {
      copy.int4Array(side.map(({ token }) => token)).textArray(side.map(({ token }) => storableText(tokenText(token))))
      copy.float4Array(side.map(({ logit }) => logit))
    }
    copy.int4Array(logits?.bins ?? [])
    if (logits === null) copy.null().null()
    else copy.float4(logits.low).float4(logits.high)
    copy.int4Array(neighbours.map((each) => each.feature)).float4Array(neighbours.map(({ cosine }) => cosine))
  }
  await inTransaction(store, async (client) => {
    await client.query(
      `CREATE TEMP TABLE direction ON COMMIT DROP AS SELECT index, ${COLUMNS} FROM feature WITH NO DATA`,
    )
    await copy.send(client, `direction (index, ${COLUMNS})`)
    await client.query(
      `UPDATE feature_${setId} f SET ${COLUMNS.split(', ')
        .map((name) => `${name} = d.${name}`)
        .join(', ')}
       FROM direction d WHERE f.index = d.index`,
    )
  })
}

const COLUMNS =
  'top_tokens, top_texts, top_logits, bottom_tokens, bottom_texts, bottom_logits, logit_bins, logit_low, logit_high, neighbours, cosines'
