/** A field that no record has is refused before a run is made. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refuseMissingFields } from '../../../ingest/run/fields.ts'
import { main } from '../../../cli/main.ts'
import { projectDir } from '../../../src/config.ts'
import { openStore, requireDataset, type Store } from '../../../src/store/index.ts'
import { recordedContext } from '../../cli/context.ts'
import { useDatabase } from '../../database.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-fields-'))
let store: Store

async function run(...args: string[]) {
  const context = recordedContext({ environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home } })
  const status = await main(args, context)
  return { status, said: context.said }
}
const ingest = (dataset: string, ...flags: string[]) => run('ingest', '--model', 'demo', '--dataset', dataset, '--no-work', ...flags)

beforeAll(async () => {
  store = openStore(database.url, { connections: 1 })
  const add = async (id: string, records: readonly object[]) => {
    writeFileSync(join(home, `${id}.jsonl`), records.map((record) => JSON.stringify(record)).join('\n'))
    expect(await run('dataset', 'add', join(home, `${id}.jsonl`), '--id', id)).toMatchObject({ status: 0 })
  }
  expect(await run('model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')).toMatchObject({ status: 0 })
  await add('rivers', [{ prompt: 'The river', answer: ' runs', wrong: ' stands' }, { prompt: 'The spring', answer: ' rises' }])
  await add('texts', [{ prompt: 'The river' }])
})
afterAll(async () => {
  await store?.close()
  rmSync(home, { recursive: true, force: true })
})

it.each([
  ['rivers', ['--target', 'field:nope'], 'error: No record of rivers has the field nope; its fields are answer, text, wrong.\n'],
  ['rivers', ['--minus', 'field:rong'], 'error: No record of rivers has the field rong; its fields are answer, text, wrong.\n'],
  ['rivers', ['--answer', 'field:nope'], 'error: No record of rivers has the field nope; its fields are answer, text, wrong.\n'],
  ['texts', ['--answer', 'answer'], 'error: No record of texts has the field answer; its fields are text.\n'],
])('%s %j', async (dataset, flags, said) => {
  expect(await ingest(dataset, ...flags)).toEqual({ status: 2, said })
  expect(await store.query('SELECT 1 FROM run')).toEqual([])
})

it('one that only some records lack may be asked for: it is the failure of these', async () => {
  const dataset = await requireDataset(store, 'rivers')
  await expect(refuseMissingFields(store, dataset, { target: 'answer', minus: 'field:wrong' })).resolves.toBeUndefined()
})
