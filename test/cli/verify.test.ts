/** A database is believed because it can be checked: every kind of harm done to one is found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-verify-'))
let store: Store

async function run(...args: string[]) {
  const context = recordedContext({ environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home } })
  const status = await main(args, context)
  return { status, printed: context.printed, said: context.said }
}

const reportSchema = z.object({
  checked: z.int(),
  compared: z.int(),
  skipped: z.array(z.object({ results: z.int() })),
  differences: z.array(z.object({ key: z.string(), what: z.string() })),
})
async function verify(sample = 1000) {
  const { status, printed } = await run('verify', '--sample', String(sample), '--json')
  return { status, ...reportSchema.parse(JSON.parse(printed)) }
}

beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  const file = join(home, 'prompts.jsonl')
  const prompts = ['The capital of France is', 'The capital of Italy is', 'When Mary and John went to the store,']
  writeFileSync(file, prompts.map((prompt) => JSON.stringify({ prompt })).join('\n'))
  expect(await run('model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')).toMatchObject({ status: 0 })
  expect(await run('dataset', 'add', file, '--id', 'prompts')).toMatchObject({ status: 0 })
  const ingest = ['ingest', '--model', 'demo', '--dataset', 'prompts']
  expect(await run(...ingest, '--by', 'token')).toMatchObject({ status: 0 })
  expect(await run(...ingest, '--by', 'head', '--layer', 'all')).toMatchObject({ status: 0 })
  // With a tail, of one layer and of all.
  expect(await run(...ingest, '--by', 'neuron', '--layer', '1')).toMatchObject({ status: 0 })
  expect(await run(...ingest, '--by', 'neuron', '--layer', 'all')).toMatchObject({ status: 0 })
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

test('what was just stored adds up, and would be computed the same', async () => {
  expect(await verify()).toMatchObject({ status: 0, checked: 12, compared: 12, skipped: [], differences: [] })
  expect(await run('verify')).toMatchObject({ status: 0, printed: expect.stringMatching(/Summed 12 results .* no differences/) })
})

const one = `(SELECT id FROM result WHERE partition_kind = 'token' ORDER BY id LIMIT 1)`
const neurons = `(SELECT id FROM result WHERE tail_mass <> 0 ORDER BY id LIMIT 1)`
test.each([
  ['a score that was changed', `UPDATE contribution SET score = score + 0.001 WHERE result_id = ${one} AND ordinal = 1`, /sum to/],
  ['a contribution that is missing', `DELETE FROM contribution WHERE result_id = ${one} AND ordinal = 0`, /contributions, and \d+ were stored/],
  ['a target that was changed', `UPDATE result SET target_value = target_value + 0.01 WHERE id = ${one}`, /its target is/],
  ['a sum that never closed, as a fault would store it', `UPDATE result SET target_value = 2 * target_value, completeness_error =
    (SELECT abs(sum(score) - 2 * target_value) / greatest(abs(2 * target_value), max(abs(score))) FROM contribution WHERE result_id = result.id) WHERE id = ${one}`, /missed its target by a relative error of 5\.00e-1/],
  ['a tail that was changed', `UPDATE result SET tail_mass = tail_mass + 0.01 WHERE id = ${neurons}`, /sum to/],
  ['a vector that is gone', `DELETE FROM vector WHERE hash = (SELECT scores_vector_hash FROM result WHERE id = ${neurons})`, /neither rows nor a vector/],
])('%s is found by adding up', async (_, harm, expected) => {
  const harmed = await store.connect()
  const tables = ['contribution', 'result', 'vector']
  for (const table of tables) await harmed.query(`CREATE TEMP TABLE kept_${table} AS TABLE ${table}`)
  try {
    expect((await harmed.query(harm)).rowCount).toBe(1)
    const found = await verify(0)
    expect(found).toMatchObject({ status: 1, differences: [{ what: expect.stringMatching(expected) }] })
  } finally {
    await harmed.query(`UPDATE result r SET target_value = k.target_value, completeness_error = k.completeness_error, tail_mass = k.tail_mass FROM kept_result k WHERE k.id = r.id`)
    await harmed.query(`INSERT INTO vector TABLE kept_vector ON CONFLICT DO NOTHING`)
    await harmed.query(`UPDATE result r SET scores_vector_hash = k.scores_vector_hash FROM kept_result k WHERE k.id = r.id`)
    await harmed.query(`DELETE FROM contribution`)
    await harmed.query(
      `INSERT INTO contribution (result_id, score, ordinal, component_index, kind, model_id, layer)
       SELECT result_id, score, ordinal, component_index, kind, model_id, layer FROM kept_contribution`,
    )
    harmed.release(true)
  }
})

test('scores that add up and are wrong all the same are found by computing them anew', async () => {
  const harm = (sign: string) => store.query(
    `UPDATE contribution SET score = score ${sign} CASE ordinal WHEN 1 THEN 0.5 ELSE -0.5 END WHERE result_id = ${one} AND ordinal IN (1, 2)`,
  )
  await harm('+')
  expect(await verify(0)).toMatchObject({ status: 0, differences: [] })
  expect(await verify()).toMatchObject({ status: 1, differences: [{ what: expect.stringContaining('2 of its') as string }] })
  await harm('-')
  await store.query(`UPDATE result SET temperature = 0.2 WHERE id = ${one}`)
  expect((await verify()).differences.map(({ what }) => what)).toContain('its key is not that of what it says it answers')
  await store.query(`UPDATE result SET temperature = 0.1 WHERE id = ${one}`)
  expect(await verify()).toMatchObject({ status: 0 })
})

test('runs are listed, paused when there is something to pause, gone on with and removed', async () => {
  const { printed } = await run('run', 'list')
  expect(printed).toMatch(/^run +dataset +model +computes[^]*prompts +demo +attributions +neuron/m)
  expect(await run('run', 'pause', '1')).toMatchObject({ status: 2, said: expect.stringContaining('is done, so there is nothing to pause') })
  expect(await run('run', 'resume', '1')).toMatchObject({ status: 0, printed: expect.stringContaining('all 3 prompts were done before') })
  expect(await run('run', 'remove', '1')).toMatchObject({ status: 2, said: expect.stringContaining('delete the 3 results that only it asked for') })
  expect(await run('run', 'remove', '1', '--yes')).toMatchObject({ status: 0, printed: expect.stringContaining('and 3 results') })
  expect(await run('run', 'remove', '1')).toMatchObject({ status: 2, said: expect.stringContaining('There is no run 1') })
  expect(await verify(0)).toMatchObject({ status: 0, checked: 9 })
})
