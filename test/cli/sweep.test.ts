/**
 * `tributary ingest --sae`: swept undisturbed, killed and gone on with, and by several workers, the same rows come
 * out.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { main } from '../../cli/main.ts'
import { resolveConfig, projectDir } from '../../src/config.ts'
import { workerEngine } from '../../cli/engine.ts'
import { finishSweep, openStore, openSweeps, type Store } from '../../src/store/index.ts'
import { startWorker } from '../../workers/index.ts'
import { testDatabase, type TestDatabase } from '../database.ts'
import { silent } from '../workers/use-workers.ts'
import { recordedContext } from './context.ts'
import { tributary } from './process.ts'

const home = mkdtempSync(join(tmpdir(), 'tributary-sweep-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const demo = join(projectDir, 'demo')
const SWEEP = [
  'ingest',
  '--sae',
  'demo/1-res',
  '2-res',
  '--dataset',
  'demo-truthful',
  '--examples',
  '5',
  '--per-interval',
  '2',
]

interface Place {
  database: TestDatabase
  store: Store
  environment: Record<string, string>
  typed(...args: string[]): Promise<{ status: number; printed: string; said: string }>
}

/** The demo's model, two sets and a dataset. */
async function place(): Promise<Place> {
  const database = await testDatabase()
  const environment = {
    DATABASE_URL: database.url,
    TRIBUTARY_HOME: home,
    TRIBUTARY_THREADS: '1',
  }
  const typed = async (...args: string[]) => {
    const context = recordedContext({ environment })
    return { status: await main(args, context), printed: context.printed, said: context.said }
  }
  return { database, environment, store: openStore(database.url, { connections: 2 }), typed }
}

async function filled(): Promise<Place> {
  const made = await place()
  await made.typed('model', 'add', join(demo, 'model'), '--id', 'demo')
  await made.typed('dataset', 'add', join(demo, 'data/truthfulqa_data.json'), '--id', 'demo-truthful')
  await made.typed('sae', 'add', join(demo, 'saes'), '--all')
  return made
}

const places: Place[] = []
const one = async () => {
  const made = await filled()
  places.push(made)
  return made
}
afterAll(async () => {
  for (const { store, database } of places) {
    await store.close()
    await database.close()
  }
})

/** All that a sweep stores; sequences by their ids' hash, which does not depend on who stored them first. */
async function rowsOf({ store }: Place) {
  const statistics = await store.query(
    `SELECT fs.source, s.index, fired, density, mean, max, histogram, co_firing, co_firing_share, s.sampled FROM feature_statistics s
     JOIN feature_set fs ON fs.id = s.set_id ORDER BY 1, 2`,
  )
  const examples = await store.query(
    `SELECT fs.source, e.index, kind, "interval", rank, q.hash, position, value, first, encode("values", 'hex') AS values FROM feature_example e
     JOIN feature_set fs ON fs.id = e.set_id JOIN sequence q ON q.id = e.sequence_id ORDER BY 1, 2, 3, 4, 5`,
  )
  const features = await store.query(
    `SELECT fs.source, f.index, top_tokens, top_texts, top_logits, bottom_tokens, logit_bins, neighbours, cosines FROM feature f
     JOIN feature_set fs ON fs.id = f.set_id ORDER BY 1, 2`,
  )
  const sweeps = await store.query(
    'SELECT status, prompts, tokens, firings, sampled, options FROM feature_sweep ORDER BY id',
  )
  return { statistics, examples, features, sweeps }
}

let undisturbed: Awaited<ReturnType<typeof rowsOf>>
let first: Place
beforeAll(async () => {
  first = await one()
}, 300_000)

describe('ingest --sae', { timeout: 600_000 }, () => {
  it('stores statistics and examples of every feature, and says how fast', async () => {
    expect(await first.typed(...SWEEP)).toMatchObject({
      status: 0,
      printed: expect.stringMatching(
        /^demo\/1-res, demo\/2-res over demo-truthful: 900 of 900 prompts done \(14,164 tokens in .*, [\d,]+ per second; encoders at [\d.]+ GFLOP\/s\)\.\n$/,
      ) as string,
    })
    undisturbed = await rowsOf(first)
    expect(undisturbed.sweeps).toEqual([
      expect.objectContaining({ status: 'done', prompts: 900, tokens: '14164', sampled: expect.any(Number) as number }),
      expect.objectContaining({ status: 'done', prompts: 900, tokens: '14164' }),
    ])
    expect(undisturbed.statistics.length).toBe(1024)
    const strongest = undisturbed.examples.filter(({ kind }) => kind === 'strongest')
    expect(Math.max(...strongest.map(({ rank }) => Number(rank)))).toBe(4)
    // The strongest example is the maximum of the statistics.
    const best = new Map(
      strongest.filter(({ rank }) => rank === 0).map(({ source, index, value }) => [`${source}/${index}`, value]),
    )
    for (const { source, index, fired, max } of undisturbed.statistics)
      expect(best.get(`${source}/${index}`) ?? null).toBe(fired === '0' ? null : max)
    for (const { top_tokens: top, neighbours } of undisturbed.features)
      expect([top, neighbours]).toEqual([
        expect.objectContaining({ length: 10 }),
        expect.objectContaining({ length: 10 }),
      ])
  })

  it('asked again says that all is there, and computes nothing', async () => {
    expect(await first.typed(...SWEEP)).toMatchObject({
      status: 0,
      printed: 'demo/1-res, demo/2-res over demo-truthful: all 900 prompts were swept before.\n',
    })
    expect(await first.store.query(`SELECT count(*)::int AS n FROM pgboss.job WHERE state <= 'active'`)).toEqual([
      { n: 0 },
    ])
  })

  it('whose end is broken off is as it was before, and can be ended again', async () => {
    const { store } = first
    const [{ id } = { id: 0 }] = await store.query<{ id: number }>('SELECT id FROM feature_sweep ORDER BY id LIMIT 1')
    await store.query(`UPDATE feature_sweep SET status = 'running' WHERE id = $1`, [id])
    const [sweep] = await openSweeps(store, [id])
    const before = await rowsOf(first)
    // At once, and within the transaction that writes the rows.
    const controller = new AbortController()
    const sequencesOf = async (names: readonly unknown[]) => {
      controller.abort()
      return names.map((_, n) => ({ tokenizerHash: '0'.repeat(64), tokens: [{ id: n, text: 'a', start: 0, end: 1 }] }))
    }
    for (const signal of [AbortSignal.abort(), controller.signal])
      await expect(finishSweep(store, sweep!, { F: 512, signal, sequencesOf })).rejects.toThrow('aborted')
    expect(controller.signal.aborted).toBe(true)
    expect(await rowsOf(first)).toEqual(before)
    await store.query(`UPDATE feature_sweep SET status = 'done' WHERE id = $1`, [id])
  })

  it('killed with -9 half-way and started again, comes to the same rows', async () => {
    const other = await one()
    const running = tributary(SWEEP, other.environment)
    const done = async () =>
      (
        await other.store.query<{ done: number; all: number }>(
          `SELECT count(*) FILTER (WHERE status = 'done')::int AS done, count(*)::int AS all FROM feature_shard`,
        )
      )[0]!
    for (let state = await done(); state.done === 0; state = await done()) await sleep(10)
    running.child.kill('SIGKILL')
    await running.ended
    const killed = await done()
    expect(killed.done).toBeGreaterThan(0)
    expect(killed.done).toBeLessThan(killed.all)
    expect(await other.store.query('SELECT 1 FROM feature_statistics LIMIT 1')).toEqual([])
    // Not to wait ten seconds until the silence is noticed.
    await other.store.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 minute' WHERE state = 'active'`)
    expect(await other.typed(...SWEEP)).toMatchObject({
      status: 0,
      said: expect.stringMatching(/prompts were done before; going on\.\n/) as string,
    })
    expect(await rowsOf(other)).toEqual(undisturbed)
  })

  it('by two workers at once, first for some prompts and then for all, comes to the same rows', async () => {
    const other = await one()
    const engine = await workerEngine(resolveConfig({}, other.environment))
    const workers = await Promise.all(
      [1, 2].map(() =>
        startWorker({ databaseUrl: other.database.url, ...engine, logger: silent, batchSize: 1, pollSeconds: 0.5 }),
      ),
    )
    try {
      expect(await other.typed(...SWEEP, '--no-work', '--limit', '512')).toMatchObject({ status: 0 })
      expect(await other.typed(...SWEEP, '--no-work')).toMatchObject({ status: 0 })
      expect(await rowsOf(other)).toEqual(undisturbed)
    } finally {
      await Promise.all(workers.map((worker) => worker.stop({ timeoutMs: 0 })))
    }
  })

  it('with other options begins anew, and a second dataset is a second set of statistics', async () => {
    expect(await first.typed(...SWEEP, '--limit', '50', '--seed', '5')).toMatchObject({
      status: 0,
      printed: expect.stringContaining('50 of 50 prompts done') as string,
    })
    await first.typed('dataset', 'add', join(demo, 'data/ioi.json'), '--id', 'demo-ioi')
    expect(await first.typed('ingest', '--sae', '2-res', '--dataset', 'demo-ioi')).toMatchObject({ status: 0 })
    const listed = JSON.parse((await first.typed('sae', 'list', '--json')).printed) as {
      sweeps: { dataset: string; prompts: number }[]
    }[]
    expect(listed.map(({ sweeps }) => sweeps.map(({ dataset, prompts }) => [dataset, prompts]))).toEqual([
      [['demo-truthful', 50]],
      [
        ['demo-truthful', 50],
        ['demo-ioi', 300],
      ],
    ])
    expect(await first.store.query('SELECT count(*)::int AS n FROM feature_statistics WHERE index = 7')).toEqual([
      { n: 3 },
    ])
  })

  it('says in a sentence what cannot be swept', async () => {
    const said = async (...args: string[]) => (await first.typed('ingest', ...args)).said
    expect(await said('--sae', 'demo/3-res', '--dataset', 'demo-truthful')).toBe(
      'error: There is no feature set "demo/3-res" in the database; there is demo/1-res, demo/2-res.\n',
    )
    expect(await said('--sae', '2-res', '--dataset', 'none')).toMatch(/^error: There is no dataset/)
    expect(await said('--sae', '2-res', '--dataset', 'demo-truthful', '--target', 'a')).toBe(
      'error: --sae without --by sweeps feature sets; --target says nothing there, leave it out.\n',
    )
    expect(await said('--sae', '2-res', '--dataset', 'demo-truthful', '--weight', '2')).toBe(
      'error: --sae without --by sweeps feature sets; --weight says nothing there, leave it out.\n',
    )
    expect(await said('--sae', '2-res', '--dataset', 'demo-truthful', '--answer', 'answer')).toBe(
      'error: --sae without --by sweeps feature sets; --answer says nothing there, leave it out.\n',
    )
    expect(await said('--fired', '2-res', '--limit', '3')).toBe(
      'error: --fired attributes the examples of a sweep; --limit says nothing there, leave it out.\n',
    )
    expect(await said('--dataset', 'demo-truthful')).toBe(
      'error: No model was named; give one with --model, or feature sets to sweep with --sae.\n',
    )
    expect(await said('--model', 'demo', '--dataset', 'demo-truthful', '--examples', '3')).toBe(
      'error: --examples is of a sweep; name the feature sets with --sae, without --by.\n',
    )
    expect(
      await said('--model', 'demo', '--by', 'feature', '--sae', '1-res', '2-res', '--dataset', 'demo-truthful'),
    ).toBe('error: --sae names 2 feature sets; a split has the features of one.\n')
  })

  it('--fired says why each stored example fired: tokens that sum to the pre-activation, which is the activation', async () => {
    const { store, typed } = first
    const sets = ['demo/1-res', 'demo/2-res']
    expect(await typed('ingest', '--sae', ...sets, '--dataset', 'demo-truthful', '--limit', '4', '--examples', '1', '--per-interval', '1')).toMatchObject({ status: 0 })
    for (const set of sets) {
      const [{ count } = { count: 0 }] = await store.query<{ count: number }>(
        `SELECT count(DISTINCT (e.index, e.sequence_id, e.position))::int AS count FROM feature_example e JOIN feature_set s ON s.id = e.set_id
         JOIN feature_sweep w ON w.id = e.sweep_id JOIN dataset d ON d.id = w.dataset_id
         WHERE s.source = $1 AND e.kind = 'strongest' AND d.slug = 'demo-truthful'`, [set.slice('demo/'.length)])
      expect(count).toBeGreaterThan(20)
      expect(await typed('ingest', '--fired', set, '--by', 'token', '--examples', '1', '--dataset', 'demo-truthful')).toMatchObject({
        status: 0, printed: expect.stringContaining(`why ${set} fired, by token: ${count} of ${count} examples done`) as string,
      })
      // Asked again it finds all of it.
      const results = () => store.query('SELECT count(*)::int AS n FROM result')
      const before = await results()
      expect(await typed('ingest', '--fired', set, '--by', 'token', '--examples', '1', '--dataset', 'demo-truthful')).toMatchObject({ status: 0 })
      expect(await results()).toEqual(before)
    }
    const rows = await store.query<{ error: number; value: number; activation: number; example: number; sum: number; largest: number }>(
      `SELECT r.completeness_error AS error, r.target_value AS value, r.target_activation AS activation, e.value AS example, c.sum, c.largest
       FROM feature_example e JOIN feature_set s ON s.id = e.set_id
       JOIN result r ON r.sequence_id = e.sequence_id AND r.position = e.position AND r.target_feature_set = s.hash AND r.target_feature = e.index
       CROSS JOIN LATERAL (SELECT sum(score) AS sum, max(magnitude) AS largest FROM contribution c WHERE c.model_id = r.model_id AND c.result_id = r.id) c
       WHERE e.kind = 'strongest'`)
    expect(rows.length).toBeGreaterThan(40)
    for (const { error, value, activation, example, sum, largest } of rows) {
      expect(error).toBeLessThan(1e-4)
      expect(Math.abs(sum - value)).toBeLessThan(1e-4 * Math.max(Math.abs(value), largest))
      expect(Math.abs(activation - example)).toBeLessThan(1e-4 * Math.max(1, Math.abs(example)))
    }
  })
})
