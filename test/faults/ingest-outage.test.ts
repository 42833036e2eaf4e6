/** `tributary ingest` as a process whose database is killed with -9 and started again: it waits, goes on and ends. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/postgres/open.ts'
import { openStore } from '../../src/store/index.ts'
import { addDemo, INGEST_IOI, IOI_PROMPTS } from '../ingest/demo-data.ts'
import { tributary } from '../cli/process.ts'
import { countStored } from '../ingest/run/stored.ts'
import { postmasterOf, temporaryHome } from './home.ts'

const home = temporaryHome()
let database: OpenDatabase
beforeAll(async () => {
  database = await openDatabase({ home: home.folder })
  await addDemo(home.environment)
})
afterAll(async () => {
  await database?.close()
  home.remove()
})

test('it says that it waits, and ends with every row once', async () => {
  const before = openStore(database.url, { connections: 1 })
  const ingest = tributary(INGEST_IOI, home.environment)
  await ingest.seen(/0 of 300 prompts/)
  await expect.poll(async () => (await countStored(before)).done, { interval: 20 }).toBeGreaterThan(0)
  expect((await countStored(before)).done).toBeLessThan(IOI_PROMPTS)
  await before.close()

  process.kill(postmasterOf(database.folder), 'SIGKILL')
  await ingest.seen(/Waiting for the database/)
  expect(await database.revive()).toBe(true)
  await ingest.seen(/The database is back/)
  expect(await ingest.ended).toMatchObject({
    status: 0,
    out: expect.stringContaining(`ioi through demo by token: ${IOI_PROMPTS} of ${IOI_PROMPTS} prompts done`),
  })

  const after = openStore(database.url, { connections: 1 })
  try {
    const { done, results, contributions, expected } = await countStored(after)
    expect([done, results]).toEqual([IOI_PROMPTS, IOI_PROMPTS])
    expect(contributions).toBe(expected)
    const [row] = await after.query<{ sequences: number; shares: number }>(
      `SELECT (SELECT count(*)::int FROM sequence) AS sequences,
         (SELECT count(DISTINCT result_id)::int FROM run_item) AS shares`,
    )
    expect(row).toEqual({ sequences: IOI_PROMPTS, shares: IOI_PROMPTS })
  } finally {
    await after.close()
  }
})
