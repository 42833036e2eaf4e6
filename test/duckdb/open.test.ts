/** DuckDB opens what it is told and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openDuckDb, sqlName, sqlText } from '../../src/duckdb/open.ts'

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "tributary-duck's-"))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

it('reads and writes the named files, and no others', async () => {
  const dir = folder()
  const [mine, other] = [join(dir, 'mine.parquet'), join(dir, 'other.parquet')]
  const { connection, close } = await openDuckDb({ files: [mine] })
  onTestFinished(close)
  await connection.run(`COPY (SELECT 9007199254740993 AS "a ""b""") TO ${sqlText(mine)}`)
  const read = await connection.runAndReadAll(`SELECT ${sqlName('a "b"')} FROM read_parquet(${sqlText(mine)})`)
  expect(read.getRowObjectsJson()).toEqual([{ 'a "b"': '9007199254740993' }])
  for (const sql of [
    `COPY (SELECT 1) TO ${sqlText(other)}`,
    `SELECT * FROM read_parquet(${sqlText(join(dir, '*.parquet'))})`,
    `SELECT * FROM read_text('/etc/hostname')`,
    `SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')`,
    `ATTACH ${sqlText(join(dir, 'x.db'))}`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    `SET allowed_paths = ['/etc/hostname']`,
    `SET memory_limit = '100GB'`,
  ])
    await expect(connection.run(sql), sql).rejects.toThrow(/disabled|locked|not allowed|Permission|Cannot change|unsupported|not found/i)
})

it('keeps to its limits', async () => {
  const { connection, close } = await openDuckDb({ files: [], memoryLimitBytes: 64 * 1024 ** 2, threads: 1 })
  onTestFinished(close)
  const settings = await connection.runAndReadAll("SELECT current_setting('threads')::VARCHAR AS threads, current_setting('TimeZone') AS zone")
  expect(settings.getRowObjectsJson()).toEqual([{ threads: '1', zone: 'UTC' }])
  await expect(connection.run('SELECT count(DISTINCT hash(i)) FROM range(50000000) t(i)')).rejects.toThrow('Out of Memory')
})

it('refuses paths that it would take for patterns', async () => {
  await expect(openDuckDb({ files: ['/tmp/a[1].parquet'] })).rejects.toThrow('holds the character [, which DuckDB reads as a pattern')
})
