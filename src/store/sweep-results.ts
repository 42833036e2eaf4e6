/**
 * Stores the statistics and examples of a sweep as rows. They are written when all of its shards are done, and
 * replace those that were there.
 */
import type pg from 'pg'
import { type CoFiring, coFiringOf } from '../sweeps/sample.ts'
import type { Example } from '../sweeps/selection.ts'
import { binOf, intervalOf, OCTAVES } from '../sweeps/sizes.ts'
import type { Tally } from '../sweeps/tally.ts'
import { BinaryRows } from './binary-copy.ts'
import { saveSequences, type NewSequence } from './sequences.ts'
import { inTransaction, type Store } from './store.ts'
import { sampleOf, talliesOf } from './sweep-state.ts'
import type { OpenSweep } from './sweeps.ts'

/** A sequence of a dataset: the index of the prompt, and the number of the piece in it. */
export interface PieceName {
  prompt: number
  piece: number
}

export interface FinishContext {
  F: number
  /** The sequences of some pieces, in the order given. */
  sequencesOf(names: readonly PieceName[]): Promise<NewSequence[]>
  signal?: AbortSignal
}

/** Sequences that are tokenized and stored at once. */
const SEQUENCES_PER_PAGE = 500
/** Rows of COPY that are held at once. */
const ROWS_PER_COPY = 20_000

export async function finishSweep(store: Store, sweep: OpenSweep, context: FinishContext): Promise<void> {
  const sequenceIds = await saveExampleSequences(store, sweep, context)
  await inTransaction(store, async (client) => {
    // Locked until the end: no part may be handed in between reading the state and marking the sweep as done.
    await client.query('SELECT 1 FROM feature_sweep WHERE id = $1 FOR UPDATE', [sweep.id])
    const { rows } = await client.query(
      `SELECT 1 FROM feature_sweep s WHERE s.id = $1 AND s.status = 'running'
         AND NOT EXISTS (SELECT 1 FROM feature_shard h WHERE h.sweep_id = s.id AND h.status <> 'done')`,
      [sweep.id],
    )
    if (rows.length === 0) return
    await clearRows(client, sweep)
    await client.query('INSERT INTO feature_sequence (sweep_id, sequence_id) SELECT $1, unnest($2::int[])', [
      sweep.id,
      [...new Set(sequenceIds.values())],
    ])
    const sample = await sampleOf(client, sweep)
    const [tokens] = (
      await client.query<{ tokens: string }>('SELECT tokens FROM feature_sweep WHERE id = $1', [sweep.id])
    ).rows
    const writer = new SweepRows(client, sweep, Number(tokens?.tokens ?? 0), sequenceIds)
    const coFiring = coFiringOf(sample, context.F, sweep.options.coFiring)
    for await (const tally of talliesOf(client, sweep, context.F)) {
      context.signal?.throwIfAborted()
      await writer.add(tally, coFiring)
    }
    await writer.end()
    await client.query(
      `UPDATE feature_sweep SET status = 'done', sampled = $2, error = NULL, finished_at = now() WHERE id = $1`,
      [sweep.id, sample.positions().length],
    )
  })
}

async function clearRows(client: pg.ClientBase, { id, setId }: OpenSweep): Promise<void> {
  for (const table of ['feature_statistics', 'feature_example'])
    await client.query(`DELETE FROM ${table}_${setId} WHERE sweep_id = $1`, [id])
  await client.query('DELETE FROM feature_sequence WHERE sweep_id = $1', [id])
}

const keyOf = ({ prompt, piece }: PieceName) => `${prompt}.${piece}`

/** `sequence.id` of every piece that contains an example. */
async function saveExampleSequences(
  store: Store,
  sweep: OpenSweep,
  { F, sequencesOf, signal }: FinishContext,
): Promise<Map<string, number>> {
  const named = new Map<string, PieceName>()
  const client = await store.connect()
  try {
    for await (const tally of talliesOf(client, sweep, F)) {
      signal?.throwIfAborted()
      for (const {
        example: { prompt, piece },
      } of examplesOf(tally))
        named.set(keyOf({ prompt, piece }), { prompt, piece })
    }
  } finally {
    client.release()
  }
  const names = [...named.values()].sort((a, b) => a.prompt - b.prompt || a.piece - b.piece)
  const ids = new Map<string, number>()
  for (let at = 0; at < names.length; at += SEQUENCES_PER_PAGE) {
    signal?.throwIfAborted()
    const page = names.slice(at, at + SEQUENCES_PER_PAGE)
    const stored = await saveSequences(store, await sequencesOf(page))
    page.forEach((name, i) => ids.set(keyOf(name), stored[i]!))
  }
  return ids
}

type Kept = { feature: number; kind: 'strongest' | 'interval'; interval: number | null; rank: number; example: Example }

function* examplesOf(tally: Tally): Generator<Kept> {
  for (let f = 0; f < tally.count; f++) {
    const feature = tally.first + f
    let rank = 0
    for (const example of tally.strongest.examples(f))
      yield { feature, kind: 'strongest', interval: null, rank: rank++, example }
    for (let interval = 0; interval < OCTAVES; interval++) {
      rank = 0
      for (const example of tally.intervals.examples(f * OCTAVES + interval))
        yield { feature, kind: 'interval', interval, rank: rank++, example }
    }
  }
}

class SweepRows {
  readonly #client: pg.ClientBase
  readonly #sweep: OpenSweep
  readonly #tokens: number
  readonly #sequenceIds: ReadonlyMap<string, number>
  #statistics = new BinaryRows()
  #examples = new BinaryRows()

  constructor(client: pg.ClientBase, sweep: OpenSweep, tokens: number, sequenceIds: ReadonlyMap<string, number>) {
    this.#client = client
    this.#sweep = sweep
    this.#tokens = tokens
    this.#sequenceIds = sequenceIds
  }

  /** `coFiring` yields the features one after another; each call continues from the last. */
  async add(tally: Tally, coFiring: Generator<CoFiring>): Promise<void> {
    for (let f = 0; f < tally.count; f++) {
      const together = coFiring.next()
      if (together.done) throw new Error('the sample knows fewer features than the sweep')
      this.#addStatistics(tally, tally.first + f, together.value)
    }
    for (const kept of examplesOf(tally)) this.#addExample(kept)
    if (this.#examples.rowCount >= ROWS_PER_COPY) await this.end()
  }

  #addStatistics(tally: Tally, feature: number, { sampled, features, shares }: CoFiring): void {
    const { setId, id } = this.#sweep
    const { fired, mean, max, histogram } = tally.momentsOf(feature)
    this.#statistics
      .row(11)
      .int4(setId)
      .int4(feature)
      .int4(id)
      .int8(BigInt(fired))
      .float8(this.#tokens === 0 ? 0 : fired / this.#tokens)
    for (const value of [mean, max]) {
      if (value === null) this.#statistics.null()
      else this.#statistics.float4(value)
    }
    this.#statistics.int4Array(histogram).int4Array(features).float4Array(shares).int4(sampled)
  }

  #addExample({ feature, kind, interval, rank, example }: Kept): void {
    const { setId, id, options } = this.#sweep
    const sequenceId = this.#sequenceIds.get(keyOf(example))
    if (sequenceId === undefined) throw new Error(`the sequence of prompt ${example.prompt} was not stored`)
    const { value, position, from, window } = example
    const first = Math.max(0, position - options.before)
    const values = new Float32Array(Math.max(position + from + window.length, position + 1) - first)
    values.set(window, position + from - first)
    this.#examples
      .row(11)
      .int4(setId)
      .int4(feature)
      .int4(id)
      .text(kind)
      .int2(interval ?? intervalOf(binOf(Math.abs(value))))
      .int2(rank)
    this.#examples.int4(sequenceId).int4(position).float4(value).int4(first)
    this.#examples.bytea(new Uint8Array(values.buffer))
  }

  async end(): Promise<void> {
    const { setId } = this.#sweep
    if (this.#statistics.rowCount > 0)
      await this.#statistics.send(this.#client, `feature_statistics_${setId} (${STATISTICS_COLUMNS})`)
    if (this.#examples.rowCount > 0)
      await this.#examples.send(this.#client, `feature_example_${setId} (${EXAMPLE_COLUMNS})`)
    this.#statistics = new BinaryRows()
    this.#examples = new BinaryRows()
  }
}

const STATISTICS_COLUMNS =
  'set_id, index, sweep_id, fired, density, mean, max, histogram, co_firing, co_firing_share, sampled'
const EXAMPLE_COLUMNS = 'set_id, index, sweep_id, kind, "interval", rank, sequence_id, position, value, first, "values"'
