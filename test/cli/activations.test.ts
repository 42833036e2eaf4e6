/** Vectors of a site as files, and probes by name. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { main } from '../../cli/main.ts'
import { parseNpy } from '../../ingest/vectors/npy.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { openDuckDb, sqlText } from '../../src/duckdb/open.ts'
import { projectDir } from '../../src/config.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'

const database = useDatabase()
const home = mkdtempSync(join(tmpdir(), 'tributary-activations-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function run(...args: string[]) {
  const context = recordedContext({ environment: { DATABASE_URL: database.url, TRIBUTARY_HOME: home } })
  return Object.assign(context, { status: await main(args, context) })
}

test('activations are those of the pass, with the prompt and position of every row', async () => {
  await run('model', 'add', join(projectDir, 'demo/model'), '--id', 'demo')
  await run('dataset', 'add', join(projectDir, 'demo/data/ioi.json'), '--id', 'ioi')
  const out = join(home, 'stream.npy')
  const wrote = await run('activations', '--model', 'demo', '--dataset', 'ioi', '--site', '2.resid_pre', '--out', out, '--limit', '3', '--positions', 'all')
  expect([wrote.status, wrote.said]).toEqual([0, ''])
  const rows = parseNpy(readFileSync(out), out)
  const places = readFileSync(join(home, 'stream.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  expect(places).toHaveLength(rows.length)
  const attributor = await openAttributor(join(projectDir, 'demo/model'))
  const ids = places.filter(({ prompt }) => prompt === 1).map(({ tokenId }) => Number(tokenId))
  const [expected] = await attributor.passes!.run([{ tokenIds: ids, splits: [], reads: [{ site: { layer: 2, name: 'resid_pre' }, positions: [ids.length - 1] }] }])
  const at = places.findLastIndex(({ prompt }) => prompt === 1)
  rows[at]!.forEach((value, d) => expect(value).toBeCloseTo(expected!.reads[0]!.x[d]!, 4))
  await attributor.close()
})

test('as Parquet every row has its prompt, position, token, layer, site and the same vector, and nothing else is left in the folder', async () => {
  const folder = join(home, 'parquet')
  mkdirSync(folder)
  const [parquet, npy] = [join(folder, 'stream.parquet'), join(folder, 'stream.npy')]
  const write = (out: string) => run('activations', '--model', 'demo', '--dataset', 'ioi', '--site', '2.resid_pre', '--out', out, '--limit', '70', '--positions', 'all')
  expect(await write(npy)).toMatchObject({ status: 0, said: '' })
  expect(await write(parquet)).toMatchObject({ status: 0, said: '' })
  expect(readdirSync(folder).sort()).toEqual(['stream.jsonl', 'stream.npy', 'stream.parquet'])
  const vectors = parseNpy(readFileSync(npy), npy)
  const places = readFileSync(join(folder, 'stream.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const { connection, close } = await openDuckDb({ files: [parquet] })
  try {
    const source = `read_parquet(${sqlText(parquet)})`
    const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`)
    expect(described.getRowsJson()).toEqual([
      ['prompt', 'INTEGER'], ['position', 'INTEGER'], ['token_id', 'INTEGER'], ['token', 'VARCHAR'], ['layer', 'INTEGER'], ['site', 'VARCHAR'], ['vector', 'FLOAT[]'],
    ])
    const rows = (await connection.runAndReadAll(`SELECT prompt, position, token_id, token, layer, site, vector FROM ${source}`)).getRowsJson()
    expect(rows.map(([prompt, position, tokenId]) => ({ prompt, position, tokenId }))).toEqual(places)
    expect(rows.every(([, , , token, layer, site]) => typeof token === 'string' && layer === 2 && site === 'resid_pre')).toBe(true)
    expect(rows.map((row) => row[6])).toEqual(vectors.map((vector) => [...vector]))
    expect(rows.slice(0, 3).map(([, , , token]) => token)).toEqual(['<s>', ' After', ' Henry'])
  } finally {
    close()
  }
})

test('rows that fill several parts come in their order', async () => {
  const { openParquetActivations } = await import('../../ingest/vectors/activations-parquet.ts')
  const [out, width, count] = [join(home, 'parts.parquet'), 2 ** 14, 600]
  const writer = await openParquetActivations(out, width, { layer: 0, name: 'resid_pre' })
  for (let position = 0; position < count; position++)
    await writer.append([{ prompt: 7, position, tokenId: position, token: 'a' }], new Float32Array(width).fill(position + 0.1))
  expect(await writer.finish()).toBe(count)
  const { connection, close } = await openDuckDb({ files: [out] })
  const read = await connection.runAndReadAll(`SELECT position, len(vector), vector[1], vector[-1] FROM read_parquet(${sqlText(out)})`)
  close()
  expect(read.getRowsJson()).toEqual(Array.from({ length: count }, (_, i) => [i, String(width), Math.fround(i + 0.1), Math.fround(i + 0.1)]))
  expect(readdirSync(home).filter((name) => name.startsWith('parts.'))).toEqual(['parts.parquet'])
})

test('a layer that there is not, a file that is none, and an unknown probe are refused in a sentence', async () => {
  const nowhere = await run('activations', '--model', 'demo', '--dataset', 'ioi', '--site', '2.resid_pre', '--out', '/nowhere/a.npy')
  expect(nowhere.said).toBe('error: --out is "/nowhere/a.npy", and the folder /nowhere does not exist; make it first, or name another one.\n')
  const ask = (site: string, out: string) => run('activations', '--model', 'demo', '--dataset', 'ioi', '--site', site, '--out', join(home, out))
  expect((await ask('9.resid_pre', 'a.npy')).said).toContain('demo has the layers 0 to 3')
  expect((await ask('1.resid_pre', 'a.txt')).said).toContain('expected the name of a .parquet or .npy file')
  expect((await run('probe', 'export', 'nothing/1', '--model', 'demo')).said).toContain('There is no probe "nothing/1" of demo')
  expect((await run('probe', 'list')).printed).toContain('There are no probes')
  const by = (...flags: string[]) => run('attribute', '--model', 'demo', '--text', 'Paris', ...flags)
  expect((await by('--by', 'subspace', '--basis', 'probe:demo/nothing/1')).said).toContain('There is no probe "nothing/1" of demo')
  expect((await by('--direction', 'probe:nothing')).said).toContain('expected its model and its name, such as probe:demo/demo-languages-train/2')
})
