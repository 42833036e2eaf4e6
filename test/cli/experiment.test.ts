/** Experiments by the commands that people type: run, killed and gone on with, listed, reported, refused. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { openStore } from '../../src/store/index.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'
import { tributary } from './process.ts'

const [whole, killed] = [useDatabase(), useDatabase()]
const home = mkdtempSync(join(tmpdir(), 'tributary-experiment-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const environmentOf = (url: string) => ({ DATABASE_URL: url, TRIBUTARY_HOME: home })
const EXPERIMENT = ['experiment', 'token-faithfulness', '--model', 'demo', '--dataset', 'ioi', '--limit', '40', '--methods', 'depass,rollout,random', '--shares', '0.2,0.6']
/** The dead worker's jobs are taken over when it has not been heard of for a while. */
const KILL_TEST_MS = 120_000

async function run(url: string, ...args: string[]) {
  const context = recordedContext({ environment: environmentOf(url) })
  const status = await main(args, context)
  return Object.assign(context, { status })
}

async function query<T>(url: string, sql: string): Promise<T[]> {
  const store = openStore(url, { connections: 1 })
  try {
    return await store.query(sql) as T[]
  } finally {
    await store.close()
  }
}

const rowsOf = (url: string) =>
  query<Record<string, unknown>>(url, 'SELECT * FROM experiment_row WHERE experiment_id = 1 ORDER BY item, ordinal')

beforeAll(async () => {
  for (const { url } of [whole, killed]) {
    expect(await run(url, 'model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')).toMatchObject({ status: 0 })
    expect(await run(url, 'dataset', 'add', join(projectDir, 'demo/data/ioi.json'), '--id', 'ioi')).toMatchObject({ status: 0 })
  }
})

test('an experiment prints its tables, is listed, and draws a page and pictures', async () => {
  const first = await run(whole.url, ...EXPERIMENT)
  expect(first.said).not.toContain('error')
  expect(first.status).toBe(0)
  expect(first.printed).toContain('Faithfulness of token attributions: demo on ioi')
  expect(first.printed).toContain('40 measured of 40 asked for')
  expect(first.printed).toContain('drop: difference from depass on the same prompts')
  const list = JSON.parse((await run(whole.url, 'experiment', 'list', '--json')).printed)
  expect(list).toMatchObject([{ experiment: 1, name: 'token-faithfulness', model: 'demo', dataset: 'ioi', protocol: 'corrected', seed: 0, state: 'done', done: 40, prompts: 40 }])
  const [html, png] = [join(home, 'report.html'), join(home, 'png')]
  expect(await run(whole.url, 'experiment', 'report', '1', '--html', html, '--png', png)).toMatchObject({ status: 0 })
  const page = readFileSync(html, 'utf8')
  expect(page.match(/<svg /g)).toHaveLength(2)
  // Self-contained: nothing is fetched and nothing runs.
  expect(page).not.toMatch(/<script|<link|<img|url\(http|src=/)
  expect(readdirSync(png)).toEqual(['token-faithfulness-1-1.png', 'token-faithfulness-1-2.png'])
  expect(readFileSync(join(png, 'token-faithfulness-1-1.png')).subarray(1, 4).toString()).toBe('PNG')
})

test('asked for again it computes nothing, and another seed is another experiment with the same scores of DePass', async () => {
  const before = await rowsOf(whole.url)
  expect(await run(whole.url, ...EXPERIMENT)).toMatchObject({ status: 0, said: '' })
  expect(await rowsOf(whole.url)).toEqual(before)
  expect(await run(whole.url, ...EXPERIMENT, '--seed', '7')).toMatchObject({ status: 0 })
  const values = await query<{ method: string; same: boolean }>(whole.url,
    `SELECT a.method, bool_and(a.value IS NOT DISTINCT FROM b.value) AS same FROM experiment_row a
     JOIN experiment_row b ON b.experiment_id = 2 AND b.item = a.item AND b.ordinal = a.ordinal
     WHERE a.experiment_id = 1 GROUP BY a.method ORDER BY a.method`)
  expect(values).toEqual([{ method: 'depass', same: true }, { method: 'model', same: true }, { method: 'random', same: false }, { method: 'rollout', same: true }])
})

test('killed and gone on with, it ends with the same rows to the digit as undisturbed', async () => {
  const process = tributary(EXPERIMENT, environmentOf(killed.url))
  const done = async () => Number((await query<{ n: string }>(killed.url, `SELECT count(*) AS n FROM experiment_item WHERE status = 'done'`))[0]?.n)
  while ((await done()) === 0) await sleep(10)
  process.child.kill('SIGKILL')
  await process.ended
  expect(await done()).toBeLessThan(5)
  expect(await run(killed.url, ...EXPERIMENT)).toMatchObject({ status: 0 })
  expect(await rowsOf(killed.url)).toEqual(await rowsOf(whole.url))
}, KILL_TEST_MS)

test('a model that cannot do the task is told its accuracy, with exit status 2 and no report', async () => {
  const file = join(home, 'impossible.jsonl')
  const { writeFileSync } = await import('node:fs')
  writeFileSync(file, Array.from({ length: 10 }, (_, i) => JSON.stringify({ prompt: `The number ${i} is followed by`, answer: 'lamp' })).join('\n'))
  await run(whole.url, 'dataset', 'add', file)
  const refused = await run(whole.url, 'experiment', 'component-masking', '--model', 'demo', '--dataset', 'impossible')
  expect(refused).toMatchObject({ status: 2, printed: '' })
  expect(refused.said).toMatch(/Experiment \d+ \(component-masking of demo on impossible\): The model's first choice is the answer in 0 of 10 prompts \(0\.0 %\)/)
  const number = /Experiment (\d+)/.exec(refused.said)?.[1] ?? ''
  expect((await run(whole.url, 'experiment', 'report', number)).said).toContain('is failed (The model')
  expect(await run(whole.url, 'experiment', 'remove', number)).toMatchObject({ status: 0 })
})

test('what is not meant is refused in one sentence, before anything is begun', async () => {
  const count = async () => (await query<{ n: string }>(whole.url, 'SELECT count(*) AS n FROM experiment'))[0]?.n
  const before = await count()
  const ask = async (...args: string[]) => (await run(whole.url, 'experiment', ...args)).said
  expect(await ask('token-faith', '--model', 'demo', '--dataset', 'ioi')).toContain('There is no experiment "token-faith"; there is token-faithfulness')
  expect(await ask('token-faithfulness', '--model', 'demo', '--dataset', 'ioi', '--methods', 'magic')).toMatch(/The options do not fit token-faithfulness: methods\[0\]: .* \(got "magic"\)/)
  expect(await ask('token-faithfulness', '--model', 'demo', '--dataset', 'ioi', '--by', 'head')).toContain('by')
  expect(await ask('token-faithfulness', '--model', 'demo', '--dataset', 'ioi', '--shares', '1.5')).toContain('shares')
  expect(await ask('report', '99')).toContain('There is no experiment 99')
  expect(await count()).toBe(before)
  expect(existsSync(join(home, 'nothing'))).toBe(false)
})
