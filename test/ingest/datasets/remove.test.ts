/** `tributary dataset remove`: what goes with a dataset, what stays, and what is refused. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../../src/store/index.ts'
import { main } from '../../../cli/main.ts'
import { recordedContext } from '../../cli/context.ts'
import { useDatabase } from '../../database.ts'
import { addDemo, command, INGEST_IOI } from '../demo-data.ts'
import { datasetFile } from './files.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-remove-'))
const typed = (...args: string[]) => command({ DATABASE_URL: database.url, TRIBUTARY_HOME: home }, ...args)
let store: Store
beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await addDemo({ DATABASE_URL: database.url, TRIBUTARY_HOME: home })
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

async function count() {
  const [row] = await store.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM dataset) AS datasets, (SELECT count(*)::int FROM prompt) AS prompts,
       (SELECT count(*)::int FROM prompt_sequence) AS tokenizations,
       (SELECT count(*)::int FROM run) AS runs, (SELECT count(*)::int FROM run_item) AS items,
       (SELECT count(*)::int FROM result) AS results, (SELECT count(*)::int FROM contribution) > 0 AS "hasContributions",
       (SELECT count(*)::int FROM pgboss.job WHERE name = 'attribution' AND state <= 'active') AS jobs`,
  )
  return row
}

test('a dataset that nothing hangs on goes at once', async () => {
  expect(await typed('dataset', 'add', datasetFile('{"prompt":"a","answer":"b"}\n{"prompt":"c","answer":"d"}\n'), '--id', 'small')).toMatchObject({ status: 0 })
  expect(await typed('dataset', 'remove', 'small')).toMatchObject({ status: 0, printed: 'Removed small with its 2 prompts.\n', said: '' })
  expect(await typed('dataset', 'remove', 'small')).toMatchObject({ status: 2, said: 'error: There is no dataset "small" in the database; there is ioi.\n' })
  expect(await count()).toMatchObject({ datasets: 1, prompts: 300 })
})

test('what hangs on it is told before it goes, and goes with it; what others asked for stays', async () => {
  const prompts = (await store.query<{ text: string; answer: string }>('SELECT text, answer FROM prompt ORDER BY index LIMIT 4')).map(
    ({ text, answer }) => JSON.stringify({ prompt: text, answer }),
  )
  expect(await typed('dataset', 'add', datasetFile(prompts.slice(0, 2).join('\n')), '--id', 'copy')).toMatchObject({ status: 0 })
  expect(await typed(...INGEST_IOI, '--limit', '4')).toMatchObject({ status: 0 })
  expect(await typed('ingest', '--model', 'demo', '--dataset', 'copy', '--by', 'token')).toMatchObject({ status: 0 })
  // Queued, and nobody works: the one who waits goes away. A removal has to stop these first.
  const leaving = new AbortController()
  const environment = { DATABASE_URL: database.url, TRIBUTARY_HOME: home }
  const waiting = main([...INGEST_IOI.with(-1, 'head'), '--no-work', '--limit', '5'], recordedContext({ environment, signal: leaving.signal }))
  await expect.poll(async () => (await count())?.['jobs']).toBe(5)
  leaving.abort()
  await waiting
  const before = await count()
  expect(before).toMatchObject({ datasets: 2, prompts: 302, runs: 3, items: 11, results: 4, jobs: 5 })

  expect(await typed('dataset', 'remove', 'ioi')).toMatchObject({
    status: 2,
    printed: '',
    said: 'error: Removing ioi would delete its 300 prompts, 2 runs and the 2 results that only they asked for; add --yes if that is meant.\n',
  })
  expect(await count()).toEqual(before)

  expect(await typed('dataset', 'remove', 'ioi', '--yes')).toMatchObject({
    status: 0, printed: 'Removed ioi with its 300 prompts, 2 runs and the 2 results that only they asked for.\n', said: '',
  })
  expect(await count()).toEqual({ datasets: 1, prompts: 2, tokenizations: 2, runs: 1, items: 2, results: 2, hasContributions: true, jobs: 0 })
  expect(await typed('verify')).toMatchObject({ status: 0 })
})
