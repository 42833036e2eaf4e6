/**
 * What a sweep has gathered so far, stored in blocks of features. So a merge holds two small tallies in memory
 * instead of two whole ones.
 */
import type pg from 'pg'
import { Sample } from '../sweeps/sample.ts'
import { Tally } from '../sweeps/tally.ts'
import type { GatheredSet } from '../sweeps/gather.ts'
import type { OpenSweep } from './sweeps.ts'
import { settlePart, type DonePart } from './sweeps.ts'
import { inTransaction, type Store } from './store.ts'

/** How many features one row holds. */
const CHUNK = 256
const SAMPLE_CHUNK = -1

/**
 * Adds a part to the sweep's state, all or nothing. Returns false, and adds nothing, if another worker has done that
 * part.
 */
export async function handIn(store: Store, sweep: OpenSweep, gathered: GatheredSet, part: DonePart): Promise<boolean> {
  const { F } = gathered
  return inTransaction(store, async (client) => {
    if (!(await settlePart(client, part))) return false
    for (let first = 0; first < F; first += CHUNK) {
      const count = Math.min(CHUNK, F - first)
      const merged = (await readTally(client, sweep, first / CHUNK)) ?? new Tally(first, count, sweep.options)
      merged.merge(await gathered.tally(first, count))
      await write(client, sweep, first / CHUNK, merged.pack())
    }
    const merged = (await readSample(client, sweep)) ?? new Sample(sweep.options.sample)
    merged.merge(await gathered.sample())
    await write(client, sweep, SAMPLE_CHUNK, merged.pack())
    return true
  })
}

/** Tallies in the order of features. */
export async function* talliesOf(client: pg.ClientBase, sweep: OpenSweep, F: number): AsyncGenerator<Tally> {
  for (let first = 0; first < F; first += CHUNK) {
    yield (await readTally(client, sweep, first / CHUNK)) ?? new Tally(first, Math.min(CHUNK, F - first), sweep.options)
  }
}

export const sampleOf = async (client: pg.ClientBase, sweep: OpenSweep): Promise<Sample> =>
  (await readSample(client, sweep)) ?? new Sample(sweep.options.sample)

async function readTally(client: pg.ClientBase, sweep: OpenSweep, chunk: number): Promise<Tally | null> {
  const data = await read(client, sweep, chunk)
  return data === null ? null : Tally.unpack(data, sweep.options)
}

async function readSample(client: pg.ClientBase, sweep: OpenSweep): Promise<Sample | null> {
  const data = await read(client, sweep, SAMPLE_CHUNK)
  return data === null ? null : Sample.unpack(data, sweep.options.sample)
}

async function read(client: pg.ClientBase, { id, setId }: OpenSweep, chunk: number): Promise<Buffer | null> {
  const { rows } = await client.query<{ data: Buffer }>(
    'SELECT data FROM feature_sweep_state WHERE set_id = $1 AND sweep_id = $2 AND chunk = $3',
    [setId, id, chunk],
  )
  return rows[0]?.data ?? null
}

async function write(client: pg.ClientBase, { id, setId }: OpenSweep, chunk: number, data: Uint8Array): Promise<void> {
  await client.query(
    `INSERT INTO feature_sweep_state (set_id, sweep_id, chunk, data) VALUES ($1, $2, $3, $4)
     ON CONFLICT (set_id, sweep_id, chunk) DO UPDATE SET data = EXCLUDED.data`,
    [setId, id, chunk, Buffer.from(data.buffer, data.byteOffset, data.byteLength)],
  )
}
