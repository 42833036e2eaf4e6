import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { KeptRows } from '../../src/model/kept-rows.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { float32, writeSafetensors } from './safetensors-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-rows-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = path.join(folder, 'model.safetensors')
const WIDTH = 3
const matrix = (from: number) => Float32Array.from({ length: 4 * WIDTH }, (_, at) => from + at)

async function entries() {
  writeSafetensors(file, { a: float32([4, WIDTH], matrix(0)), b: float32([4, WIDTH], matrix(100)) })
  const found = new Map((await openSafetensors(file)).map((entry) => [entry.name, entry]))
  return { a: found.get('a')!, b: found.get('b')! }
}

it('gives rows in the order asked, as often as asked, of the matrix that is meant', async () => {
  const { a, b } = await entries()
  const rows = new KeptRows()
  expect([...(await rows.read(a, [2, 0, 2]))]).toEqual([6, 7, 8, 0, 1, 2, 6, 7, 8])
  expect([...(await rows.read(b, [2, 1]))]).toEqual([106, 107, 108, 103, 104, 105])
  expect([...(await rows.read(a, []))]).toEqual([])
})

it('reads no row twice while it is kept, and what is given is the caller\'s own', async () => {
  const { a } = await entries()
  const rows = new KeptRows()
  const first = await rows.read(a, [1, 3])
  first.fill(-1)
  rmSync(file)
  expect([...(await rows.read(a, [3, 1]))]).toEqual([9, 10, 11, 3, 4, 5])
  await expect(rows.read(a, [0])).rejects.toThrow()
})

it('keeps no more than it may, and still gives everything', async () => {
  const { a } = await entries()
  const rows = new KeptRows(2 * WIDTH * 4)
  for (let round = 0; round < 2; round++) expect([...(await rows.read(a, [0, 1, 2, 3]))]).toEqual([...matrix(0)])
})

it('refuses a row that the matrix does not have', async () => {
  const { a } = await entries()
  await expect(new KeptRows().read(a, [4])).rejects.toThrow(/it has rows 0 to 3/)
})
