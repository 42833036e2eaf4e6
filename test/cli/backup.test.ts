/** `tributary backup` and `tributary restore`, as they are typed. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup } from '../../src/store/backup.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { openStore } from '../../src/store/index.ts'
import { testDatabase, useDatabase } from '../database.ts'
import { temporaryHome } from '../faults/home.ts'
import { makeVersion, versions, versionsUpTo } from '../postgres/versions.ts'
import { allRows } from '../store/all-rows.ts'
import { addDemo, command, INGEST_IOI } from '../ingest/demo-data.ts'
import { tributary } from './process.ts'

const database = useDatabase()
const other = temporaryHome()
const home = mkdtempSync(join(tmpdir(), 'tributary-backup-'))
const folder = join(home, 'backups', 'monday')
const here = () => ({ DATABASE_URL: database.url, TRIBUTARY_HOME: home })
beforeAll(async () => {
  await addDemo(here())
  expect(await command(here(), ...INGEST_IOI, '--limit', '5')).toMatchObject({ status: 0 })
})
afterAll(() => {
  other.remove()
  rmSync(home, { recursive: true, force: true })
})

async function rowsOf(url: string): Promise<Record<string, unknown[]>> {
  const store = openStore(url, { connections: 1 })
  try {
    return await allRows(store)
  } finally {
    await store.close()
  }
}

test('what was stored is there in another installation, is found right, and is gone on with', async () => {
  const contents = /1 models, 1 datasets, 5 results, (\d+) contributions/
  const taken = await command(here(), 'backup', folder)
  expect(taken).toMatchObject({ status: 0, printed: expect.stringMatching(contents) })
  expect(taken.printed).toContain(`Backed up to ${folder}: `)
  const restored = await tributary(['restore', folder], other.environment).ended
  expect(restored).toMatchObject({ status: 0, out: expect.stringContaining(contents.exec(taken.printed)?.[0] ?? '?') })
  expect(restored.out).toContain('; check with tributary verify.')

  const copy = await openDatabase({ home: other.folder })
  try {
    expect(await rowsOf(copy.url)).toEqual(await rowsOf(database.url))
    const verified = await command(other.environment, 'verify', '--json')
    expect(verified).toMatchObject({ status: 0, said: '' })
    expect(JSON.parse(verified.printed)).toMatchObject({ checked: 5, compared: 5, differences: [] })
    expect(await command(other.environment, ...INGEST_IOI, '--limit', '8')).toMatchObject({
      status: 0,
      printed: expect.stringContaining('8 of 8 prompts done (3 prompts in '),
    })
  } finally {
    await copy.close()
  }
})

test('neither overwrites what is there, and each says so', async () => {
  expect(await command(here(), 'backup', folder)).toMatchObject({
    status: 2,
    said: `error: There is something at ${folder} already; choose a folder that does not exist.\n`,
  })
  const before = await rowsOf(database.url)
  expect(await command(here(), 'restore', folder)).toMatchObject({
    status: 2,
    said: expect.stringMatching(/^error: The database is not empty \(its table \w+ has rows\), and a restore replaces/),
  })
  expect(await rowsOf(database.url)).toEqual(before)
  expect(await command(here(), 'restore', home)).toMatchObject({
    status: 2,
    said: expect.stringContaining('is no backup that this version can read'),
  })
})

test.each(versions)('a backup that version %s took is restored with what the upgrade makes of it', async (version) => {
  const [old, fresh] = [await testDatabase({ migrated: false }), await testDatabase()]
  try {
    await makeVersion(old.url, version)
    const taken = join(home, `of-${version}`)
    expect((await backup(old.url, taken)).migrations).toEqual(versionsUpTo(version))
    const environment = { DATABASE_URL: fresh.url, TRIBUTARY_HOME: home }
    expect(await command(environment, 'restore', taken)).toMatchObject({
      status: 0,
      printed: expect.stringContaining('Restored 1 models, 1 datasets, 1 results, 2 contributions'),
    })
    await migrate(old.url)
    expect(await rowsOf(fresh.url)).toEqual(await rowsOf(old.url))
    // It is a database of this version: there is nothing to migrate, and it can be backed up and added to.
    expect(await migrate(fresh.url)).toEqual([])
    expect(await command(environment, 'backup', `${taken}-again`)).toMatchObject({ status: 0 })
    expect(existsSync(join(`${taken}-again`, 'manifest.json'))).toBe(true)
    await addDemo(environment)
  } finally {
    await old.close()
    await fresh.close()
  }
})
