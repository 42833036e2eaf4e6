/** The JavaScript that a clone runs as: it follows its sources, file by file. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { compileClone, root } from '../../bin/compile.mjs'

/** A clone that consists of these files. */
function cloneOf(files: Record<string, string>): string {
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-compile-'))
  onTestFinished(() => fs.rmSync(clone, { recursive: true, force: true }))
  for (const folder of ['cli', 'experiments', 'ingest', 'prisma', 'schema', 'server', 'src', 'workers']) fs.mkdirSync(path.join(clone, folder))
  put(clone, { 'package.json': '{"type":"module"}', ...files })
  return clone
}

const put = (clone: string, files: Record<string, string>) =>
  Object.entries(files).forEach(([name, text]) => {
    fs.mkdirSync(path.dirname(path.join(clone, name)), { recursive: true })
    fs.writeFileSync(path.join(clone, name), text)
  })

const river = {
  'src/river.ts': "import { type Water, flow } from './water.ts'\nexport const length = (water: Water): number => flow(water) + 1\n",
  'src/water.ts': 'export interface Water { depth: number }\nexport const flow = ({ depth }: Water): number => depth * 2\n',
  'src/words.json': '{"river":1}',
}

test('runs without types, with what lies beside the code, and knows its clone even if that is moved', async () => {
  const clone = cloneOf(river)
  const out = await compileClone(clone)
  const module: unknown = await import(pathToFileURL(path.join(out, 'src/river.js')).href)
  const { length } = z.object({ length: z.custom<(water: { depth: number }) => number>((value) => typeof value === 'function') }).parse(module)
  expect(length({ depth: 3 })).toBe(7)
  expect(fs.readFileSync(path.join(out, 'src/words.json'), 'utf8')).toBe('{"river":1}')
  const { root } = z.object({ root: z.string() }).parse(JSON.parse(fs.readFileSync(path.join(out, 'clone.json'), 'utf8')))
  expect([path.isAbsolute(root), path.resolve(out, root)]).toEqual([false, clone])
})

test('only what has changed is compiled again, and what is gone goes', async () => {
  const clone = cloneOf({ ...river, 'src/spring.ts': 'export const spring = 1\n' })
  const out = await compileClone(clone)
  const written = (name: string) => fs.statSync(path.join(out, name)).ino
  const [before, same] = [written('src/water.js'), written('src/river.js')]
  await compileClone(clone)
  expect(written('src/water.js')).toBe(before)

  put(clone, { 'src/water.ts': `${river['src/water.ts']}export const still = true\n` })
  fs.rmSync(path.join(clone, 'src/spring.ts'))
  await compileClone(clone)
  expect(fs.readFileSync(path.join(out, 'src/water.js'), 'utf8')).toContain('still')
  expect(written('src/river.js')).toBe(same)
  expect(fs.existsSync(path.join(out, 'src/spring.js'))).toBe(false)
  expect(fs.readdirSync(path.join(out, 'src')).sort()).toEqual(['river.js', 'river.js.map', 'water.js', 'water.js.map', 'words.json'])
})

test('a crash half-way leaves nothing that counts: all is compiled anew', async () => {
  const clone = cloneOf(river)
  const out = await compileClone(clone)
  fs.writeFileSync(path.join(out, 'compiled.json'), '{"compiler":')
  fs.writeFileSync(path.join(out, 'src/water.js'), 'export const fl')
  await compileClone(clone)
  expect(fs.readFileSync(path.join(out, 'src/water.js'), 'utf8')).toContain('depth * 2')
})

test('TypeScript that cannot be read is refused with its place', async () => {
  const clone = cloneOf({ 'src/wrong.ts': 'export const = 1\n' })
  await expect(compileClone(clone)).rejects.toThrow(/wrong\.ts/)
})

const READ_ONLY = 'mount -t tmpfs -o ro none "$0" && exec "$@"'
/** A folder that only what runs in it sees as empty and read-only; that takes root on Linux. */
const readOnly = (folder: string, command: readonly string[]) =>
  spawnSync('unshare', ['--mount', 'sh', '-c', READ_ONLY, folder, ...command], { encoding: 'utf8' })
const probe = readOnly(os.tmpdir(), ['true'])
const whyNot = probe.status === 0 ? null : `a read-only mount was refused: ${(probe.error?.message ?? probe.stderr).trim()}`

test.skipIf(whyNot !== null)(`a clone whose folder cannot be written runs all the same${whyNot === null ? '' : ` (skipped; ${whyNot})`}`, async () => {
  const out = await compileClone()
  const { status, stdout, stderr } = readOnly(path.dirname(out), [process.execPath, path.join(root, 'bin/tributary.mjs'), '--version'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
