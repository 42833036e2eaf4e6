/** The short form of `npm run torture`: one turn of every kind. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { useDatabase } from '../database.ts'
import { Random } from '../random.ts'
import { fuzz } from './fuzz.ts'
import { killRun } from './kill.ts'
import { mutateBytes, mutateJson } from './mutate.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-torture-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('broken files of every kind end in one sentence, in time, in bounded memory, and leave nothing half-written', async () => {
  const findings = await fuzz({
    seed: 1,
    from: 0,
    count: 52,
    databaseUrl: database.url,
    home,
    // Machines that do much else at once: a hang lasts longer.
    hangMs: 60_000,
    memoryBytes: 2 ** 30,
  })
  expect(findings).toEqual([])
}, 300_000)

test('the same seed makes the same files', () => {
  const make = () => {
    const random = new Random(7)
    return [mutateJson('{"a":[1,{"b":"c"}]}', random), mutateBytes(Buffer.from('abcdefgh'), random).toString('hex')]
  }
  expect(make()).toEqual(make())
})

test.skipIf(process.platform !== 'linux')('an ingest whose processes are killed at random stores what an undisturbed one stores (needs /proc)', async () => {
  const { killed, differences } = await killRun({ random: new Random(3), partition: ['--by', 'token'], prompts: 20, kills: 3 })
  expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  expect(differences).toEqual([])
}, 600_000)
