import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { randomModel, removeModels, structuralNames } from '../random-model.ts'

const root = mkdtempSync(join(tmpdir(), 'tributary-digests-'))
let digestFolder = ''
let dir = ''
let file = ''

/** What a later process of the same installation does: nothing is known but what lies in the folder. */
async function hashInNewProcess(options: { hashesAnew?: boolean } = {}): Promise<string> {
  vi.resetModules()
  const { openModelFolder: open } = await import('../../src/model/folder.ts')
  return (await open(dir, { digestFolder, ...options })).identity.hash
}

/** Digests that no file has: what comes of them was not read. */
function falsify(): void {
  for (const name of readdirSync(digestFolder)) {
    const path = join(digestFolder, name)
    const remembered: { version: number; digests: string[][] } = JSON.parse(readFileSync(path, 'utf8'))
    remembered.digests = remembered.digests.map((blocks) => blocks.map(() => 'f'.repeat(64)))
    writeFileSync(path, JSON.stringify(remembered))
  }
}

/** As a file that was written a minute ago. */
function settle(): void {
  const then = new Date(Date.now() - 60_000)
  utimesSync(file, then, then)
  // The time of the change itself cannot be set: the clock goes on instead.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
}

afterAll(() => {
  rmSync(root, { recursive: true })
  removeModels()
})
beforeEach(() => {
  vi.useRealTimers()
  digestFolder = join(mkdtempSync(join(root, 'case-')), 'digests')
  dir = randomModel(structuralNames[0]!).dir
  file = join(dir, 'model.safetensors')
})

describe('digests of weights', () => {
  it('are remembered for files that did not change, and give the same hash', async () => {
    settle()
    const fresh = (await openModelFolder(dir)).identity.hash
    expect(await hashInNewProcess()).toBe(fresh)
    expect(await hashInNewProcess()).toBe(fresh)
    falsify()
    expect(await hashInNewProcess()).not.toBe(fresh)
    expect(await hashInNewProcess({ hashesAnew: true })).toBe(fresh)
    // Which also mended what was remembered.
    expect(await hashInNewProcess()).toBe(fresh)
  })

  it('are forgotten with the file: one number in it gives another hash', async () => {
    settle()
    const before = await hashInNewProcess()
    const bytes = readFileSync(file)
    bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 1, bytes.length - 4)
    writeFileSync(file, bytes)
    settle()
    expect(await hashInNewProcess()).not.toBe(before)
  })

  it('are not remembered of a file that was written a moment ago', async () => {
    writeFileSync(file, readFileSync(file))
    await hashInNewProcess()
    expect(() => readdirSync(digestFolder)).toThrow('ENOENT')
  })

  it('are read again where what was remembered is damaged', async () => {
    settle()
    const fresh = await hashInNewProcess()
    for (const damage of ['', '{"version":1', '{"version":1,"digests":[["00"]]}', '{"version":1,"digests":[]}']) {
      for (const name of readdirSync(digestFolder)) writeFileSync(join(digestFolder, name), damage)
      expect(await hashInNewProcess()).toBe(fresh)
    }
  })

  it('cost time only where the folder cannot be written to', async () => {
    settle()
    writeFileSync(join(digestFolder, '..', 'file'), '')
    digestFolder = join(digestFolder, '..', 'file', 'digests')
    expect(await hashInNewProcess()).toMatch(/^[0-9a-f]{64}$/)
  })
})
