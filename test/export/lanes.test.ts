/** Parts that are made at the same time are those that are made one after another, of the same moment. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import { makeInLanes } from '../../src/export/lanes.ts'
import { makePart, type PartPlace, placeOf } from '../../src/export/make-part.ts'
import { type Part } from '../../src/export/part.ts'
import { planExport } from '../../src/export/plan.ts'
import { exportRequestSchema } from '../../src/export/request.ts'
import { connect } from '../../src/postgres/connect.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { useDatabase } from '../database.ts'
import { makeAnalystWorld } from '../store/analyst-world.ts'

const database = useDatabase()
const request = exportRequestSchema.parse({ format: 'csv' })
let store: Store
let client: pg.Client
let home: string
let parts: Part[]
let snapshot: string

beforeAll(async () => {
  store = openStore(database.url, { connections: 2 })
  await makeAnalystWorld(store)
})
afterAll(() => store.close())
beforeEach(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-lanes-test-'))
  client = await connect(database.url)
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const planned = await planExport(client, request)
  parts = planned.parts
  const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id')
  snapshot = rows[0]!.id
})
afterEach(async () => {
  await client.end()
  fs.rmSync(home, { recursive: true, force: true })
})

const placeIn = (name: string): PartPlace => ({ folder: path.join(home, name), request })
const textOf = (place: PartPlace, part: Part) => fs.readFileSync(placeOf(place, part), 'utf8')

test('lanes write the same files, though the database has changed since', async () => {
  const [alone, together] = [placeIn('alone'), placeIn('together')]
  for (const part of parts) await makePart(client, alone, part, 0)
  await store.query(`UPDATE prompt SET subject = 'changed since'`)
  const made: Part[] = []
  await makeInLanes(parts, 2, { url: database.url, snapshot, place: together }, (part) => made.push(part))
  expect(made.length).toBe(parts.length)
  expect(parts.length).toBeGreaterThan(2)
  for (const part of parts) expect(textOf(together, part)).toBe(textOf(alone, part))
})

test('a part that cannot be made ends the others, in its own words', async () => {
  const place = placeIn('refused')
  const wrong = parts.map((part, i) => (i === 0 ? { ...part, rows: part.rows + 1 } : part))
  await expect(makeInLanes(wrong, 2, { url: database.url, snapshot, place }, () => undefined)).rejects.toMatchObject({
    code: 'NOT_FOUND', message: expect.stringContaining('when the export was begun') as unknown,
  })
  expect(fs.existsSync(placeOf(place, parts[0]!))).toBe(false)
})

test('a signal ends all lanes, and their connections', async () => {
  const stopping = new AbortController()
  const place = placeIn('stopped')
  const many = Array.from({ length: 20 }, (_, number) => ({ ...parts[0]!, number }))
  const stopped = makeInLanes(many, 2, { url: database.url, snapshot, place, signal: stopping.signal }, () => stopping.abort())
  await expect(stopped).rejects.toThrow('aborted')
  expect(many.filter((part) => fs.existsSync(placeOf(place, part))).length).toBeLessThan(many.length)
  const { rows } = await client.query<{ others: number }>(
    `SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()`)
  expect(rows[0]!.others).toBe(0)
})

test('a snapshot that has ended is said', async () => {
  await client.query('COMMIT')
  await expect(makeInLanes(parts, 2, { url: database.url, snapshot, place: placeIn('late') }, () => undefined)).rejects.toThrow('snapshot')
})
