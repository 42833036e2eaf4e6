/** A feature set as a sweep leaves it: statistics, the strongest examples and some of each interval, labels, attributions. */
import { BinaryRows } from '../../src/store/binary-copy.ts'
import { inTransaction, type Model, type Store } from '../../src/store/index.ts'
import { explanationKey } from '../../src/store/explanations.ts'
import { Random } from '../random.ts'

export const SOURCE = '6-bench'
const SEQUENCES = 5000
const TOKENS = 64
const STRONGEST = 20
const INTERVALS = 6
const PER_INTERVAL = 5
/** Positions kept before and after an example, as a sweep keeps them. */
const [BEFORE, AFTER] = [16, 8]
const LISTED = 10
const ROWS_AT_ONCE = 20_000
const WORDS = ['capital', 'city', 'verb', 'colour', 'number', 'name', 'river', 'king', 'plural', 'quote']

export interface Seeded {
  setId: number
  examples: number
  seconds: number
}

export async function seedFeatureSet(store: Store, model: Model, F: number): Promise<Seeded> {
  const random = new Random(7)
  const [set] = await store.query<{ id: number }>(
    `INSERT INTO feature_set (model_id, source, source_set, hash, format, layer, site, width, written_width, feature_count,
       activation, normalisation, claims, verdict, variance_explained, l0, silent, self_test)
     VALUES ($1, $2, 'bench', $3, 'saelens', 6, '6.resid_pre', 768, 768, $4, 'relu', 'none', '{}', 'ok', 0.9, 60, 0, '{}') RETURNING id`,
    [model.id, SOURCE, 'f'.repeat(64), F],
  )
  const setId = set!.id
  const [dataset] = await store.query<{ id: number }>(
    `INSERT INTO dataset (slug, title, format, content_hash, prompt_count) VALUES ('bench', 'Bench', 'jsonl', $1, $2) RETURNING id`,
    ['d'.repeat(64), SEQUENCES],
  )
  const [sweep] = await store.query<{ id: number }>(
    `INSERT INTO feature_sweep (set_id, dataset_id, status, prompts, options, engine, tokens, finished_at)
     VALUES ($1, $2, 'done', $3, '{}', 'onnx-cpu-float32', $4, now()) RETURNING id`,
    [setId, dataset!.id, SEQUENCES, SEQUENCES * TOKENS],
  )
  const sweepId = sweep!.id
  const first = await seedSequences(store, sweepId)
  const began = performance.now()
  await copy(store, `feature_${setId} (set_id, index, decoder_norm, top_tokens, top_texts, top_logits, bottom_tokens, bottom_texts, bottom_logits, logit_bins, logit_low, logit_high, neighbours, cosines)`,
    F, (rows, index) => {
      rows.row(14).int4(setId).int4(index).float4(1 + random.uniform())
      for (const sign of [1, -1]) {
        rows.int4Array(listed((i) => (index * 31 + i) % 50_000)).textArray(listed((i) => ` token${(index * 31 + i) % 50_000}`)).float4Array(listed((i) => sign * (3 - i / 5)))
      }
      rows.int4Array(Array.from({ length: 50 }, (_, i) => i * 100)).float4(-2).float4(3)
      rows.int4Array(listed((i) => (index + i + 1) % F)).float4Array(listed((i) => 0.9 - i / 20))
    })
  await copy(store, `feature_statistics_${setId} (set_id, index, sweep_id, fired, density, mean, max, histogram, co_firing, co_firing_share, sampled)`,
    F, (rows, index) => {
      rows.row(11).int4(setId).int4(index).int4(sweepId).int8(BigInt(1000 + index)).float8(random.uniform() / 50).float4(2).float4(10 + random.uniform())
      rows.int4Array(Array.from({ length: 80 }, (_, bin) => (bin >= 24 && bin < 48 ? bin : 0)))
      rows.int4Array(listed((i) => (index + 3 * i + 1) % F)).float4Array(listed((i) => 0.5 - i / 30)).int4(100)
    })
  let examples = 0
  await copy(store, `feature_example_${setId} (set_id, index, sweep_id, kind, "interval", rank, sequence_id, position, value, first, "values")`,
    F, (rows, index) => {
      const add = (kind: string, interval: number, rank: number) => {
        const position = BEFORE + random.integer(TOKENS - BEFORE - AFTER)
        const values = Float32Array.from({ length: BEFORE + 1 + AFTER }, (_, i) => (i === BEFORE ? 2 ** (interval - 8) * 1.5 : 0))
        rows.row(11).int4(setId).int4(index).int4(sweepId).text(kind).int2(interval).int2(rank).int4(first + random.integer(SEQUENCES)).int4(position)
        rows.float4(values[BEFORE]!).int4(position - BEFORE).bytea(new Uint8Array(values.buffer))
        examples += 1
      }
      for (let rank = 0; rank < STRONGEST; rank++) add('strongest', 6 + INTERVALS - 1, rank)
      for (let i = 0; i < INTERVALS; i++) for (let rank = 0; rank < PER_INTERVAL; rank++) add('interval', 6 + i, rank)
    })
  const seconds = (performance.now() - began) / 1000
  await seedLabels(store, setId, F, random)
  return { setId, examples, seconds }
}

const listed = <T>(entry: (i: number) => T): T[] => Array.from({ length: LISTED }, (_, i) => entry(i))

async function copy(store: Store, table: string, count: number, fill: (rows: BinaryRows, i: number) => void): Promise<void> {
  await inTransaction(store, async (client) => {
    let rows = new BinaryRows()
    for (let i = 0; i < count; i++) {
      fill(rows, i)
      if (rows.rowCount < ROWS_AT_ONCE && i < count - 1) continue
      await rows.send(client, table)
      rows = new BinaryRows()
    }
  })
}

/** The number of the first. */
async function seedSequences(store: Store, sweepId: number): Promise<number> {
  const made = await store.query<{ id: number }>(
    `INSERT INTO sequence (hash, tokenizer_hash, token_count, text)
     SELECT encode(sha256(('bench ' || n)::bytea), 'hex'), $1, $2, (SELECT string_agg(' w' || (n * 7 + i * 13) % 5000, '') FROM generate_series(0, $2 - 1) i)
     FROM generate_series(1, $3::int) n RETURNING id`,
    ['b'.repeat(64), TOKENS, SEQUENCES],
  )
  const first = Math.min(...made.map(({ id }) => id))
  await store.query(
    `INSERT INTO sequence_token (sequence_id, index, token_id, text)
     SELECT $1::int + n, i, (n * 7 + i * 13) % 5000, ' w' || (n * 7 + i * 13) % 5000 FROM generate_series(0, $2::int - 1) n, generate_series(0, $3::int - 1) i`,
    [first, SEQUENCES, TOKENS],
  )
  await store.query('INSERT INTO feature_sequence (sweep_id, sequence_id) SELECT $1, $2::int + n FROM generate_series(0, $3::int - 1) n', [sweepId, first, SEQUENCES])
  return first
}

async function seedLabels(store: Store, setId: number, F: number, random: Random): Promise<void> {
  const said = Array.from({ length: F }, (_, index) => ({
    index, description: `${WORDS[random.integer(WORDS.length)]} of ${WORDS[random.integer(WORDS.length)]} ${index}`, author: 'bench', method: null, explainer: null,
  }))
  await store.query(
    `INSERT INTO feature_explanation (set_id, index, description, author, key)
     SELECT $1, s.index, s.description, 'bench', s.key FROM unnest($2::int[], $3::text[], $4::text[]) AS s (index, description, key)`,
    [setId, said.map(({ index }) => index), said.map(({ description }) => description), said.map(explanationKey)],
  )
}
