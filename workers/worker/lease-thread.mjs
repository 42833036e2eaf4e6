/**
 * Renews the leases of a worker's jobs from a thread of its own, so that a long computation on the main thread does not
 * look like a dead worker. It does so only while the main thread has given a sign within `patienceMs`: a worker that
 * hangs for good, and a process that is stopped as a whole, lose their jobs to others. Plain JavaScript, since loaders of
 * TypeScript do not reach into threads.
 */
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'

/** @type {{ databaseUrl: string, queue: string, pulse: SharedArrayBuffer, refreshMs: number, patienceMs: number }} */
const { databaseUrl, queue, pulse, refreshMs, patienceMs } = workerData
const beats = new Int32Array(pulse)

/** @type {{ id: string, retryCount: number }[]} */
let held = []
let lastBeat = 0
let lastBeatAt = performance.now()
/** @type {pg.Client | null} */
let client = null
let renewing = false

parentPort?.on('message', (jobs) => {
  held = jobs
})

setInterval(() => {
  const beat = Atomics.load(beats, 0)
  if (beat !== lastBeat) {
    lastBeat = beat
    lastBeatAt = performance.now()
  }
  if (held.length > 0 && !renewing && performance.now() - lastBeatAt < patienceMs) void renew()
}, refreshMs)

async function renew() {
  renewing = true
  try {
    client ??= await connect()
    // Uses the database's clock, and renews only these very claims: jobs that others have taken over meanwhile are
    // theirs.
    await client.query(
      `UPDATE pgboss.job j SET heartbeat_on = now() FROM unnest($2::uuid[], $3::int[]) AS held (id, retry_count)
       WHERE j.name = $1 AND j.id = held.id AND j.retry_count = held.retry_count AND j.state = 'active'`,
      [queue, held.map(({ id }) => id), held.map(({ retryCount }) => retryCount)],
    )
  } catch {
    // The next turn connects again. The main thread renews, too, and logs what is wrong with the database.
    client?.end().catch(() => undefined)
    client = null
  } finally {
    renewing = false
  }
}

async function connect() {
  const fresh = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'tributary-lease',
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
    keepAlive: true,
  })
  fresh.on('error', () => {
    if (client === fresh) client = null
  })
  await fresh.connect()
  return fresh
}
