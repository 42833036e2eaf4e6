/** What the store is measured with: a million contributions, as an ingest of a small model by token leaves them. */
import type { AttributionRequest } from '../../src/attribution/request.ts'
import { BinaryRows } from '../../src/store/binary-copy.ts'
import { inTransaction, type Model, saveResults, type Store } from '../../src/store/index.ts'
import { ENGINE, item, request, result } from '../store/fixtures.ts'

const TOKENS = 25
const TARGETS = 100
const RESULTS_PER_BATCH = 64

/** A hundred targets for each sequence. */
export function benchRequest(i: number): AttributionRequest {
  const sequence = Math.floor(i / TARGETS)
  const tokenIds = Array.from({ length: TOKENS }, (_, t) => (sequence * 7 + t * 13) % 90)
  tokenIds[0] = sequence % 90
  tokenIds[1] = Math.floor(sequence / 90)
  return request({ tokenIds, position: TOKENS - 1, target: { type: 'logit', tokenId: i % TARGETS } })
}

const scoresOf = (i: number) => Array.from({ length: TOKENS }, (_, t) => Math.sin(i * 31 + t))

/** Rows per second, through the store as workers use it. */
export async function seed(store: Store, model: Model, contributions: number): Promise<number> {
  const results = Math.ceil(contributions / TOKENS)
  const began = performance.now()
  for (let at = 0; at < results; at += RESULTS_PER_BATCH) {
    const indices = Array.from({ length: Math.min(RESULTS_PER_BATCH, results - at) }, (_, i) => at + i)
    const items = indices.map((i) => {
      const asked = benchRequest(i)
      return item(asked, result(asked, scoresOf(i)), model)
    })
    await saveResults(store, { model, engine: ENGINE, items })
  }
  return (results * TOKENS) / ((performance.now() - began) / 1000)
}

/** The same for wide results (all heads of a large model), fewer and larger. */
export async function seedWide(store: Store, model: Model, contributions: number, width: number): Promise<number> {
  const results = Math.ceil(contributions / width)
  const began = performance.now()
  for (let i = 0; i < results; i += 8) {
    const items = Array.from({ length: Math.min(8, results - i) }, (_, j) => {
      const asked = { ...benchRequest(i + j), temperature: 0.2 }
      return item(asked, result(asked, Array.from({ length: width }, (_, t) => Math.sin(i * 31 + t))), model)
    })
    await saveResults(store, { model, engine: ENGINE, items })
  }
  return (results * width) / ((performance.now() - began) / 1000)
}

/** Rows per second of COPY alone, with the same batches: rows made, sent, committed; no key, no index. */
export async function bareCopy(store: Store, model: Model, rows: number, perBatch: number): Promise<number> {
  await store.query(
    `CREATE TABLE bare (result_id bigint NOT NULL, score float8 NOT NULL, ordinal int NOT NULL, component_index int NOT NULL,
       kind component_kind NOT NULL, model_id smallint NOT NULL, layer smallint)`,
  )
  const began = performance.now()
  for (let at = 0; at < rows; at += perBatch) {
    const copy = new BinaryRows()
    for (let i = at; i < Math.min(rows, at + perBatch); i++) {
      copy.row(7).int8(BigInt(i)).float8(Math.sin(i)).int4(i % TOKENS).int4(i % TOKENS).text('token').int2(model.id).null()
    }
    await inTransaction(store, (client) => copy.send(client, 'bare'))
  }
  const rate = rows / ((performance.now() - began) / 1000)
  await store.query('DROP TABLE bare')
  return rate
}
