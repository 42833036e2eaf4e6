/** The package without the repository: what is packed runs as JavaScript. */
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '../..')
const dist = path.join(root, 'dist')
/** The model, its feature sets and the built pages are most of it. */
const MOST_BYTES = 10e6
/** Transpiling and packing, on a machine that others use. */
const PATIENCE_MS = 300_000

beforeAll(async () => {
  await run(process.execPath, [path.join(root, 'bin/build.mjs')])
}, PATIENCE_MS)

test('has no TypeScript in it, and is small', async () => {
  const { stdout } = await run('npm', ['pack', './dist', '--dry-run', '--json'], { cwd: root, maxBuffer: 1e8 })
  const [packed] = z.array(z.object({ size: z.number(), files: z.array(z.object({ path: z.string() })) })).parse(JSON.parse(stdout))
  const names = packed!.files.map(({ path: name }) => name)
  expect(names.filter((name) => /\.m?ts$/.test(name))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(['bin/tributary.mjs', 'cli/process.js', 'demo/model/model.safetensors', 'web/dist/index.html', 'docs/analysis.md']))
  expect(names.some((name) => name.startsWith('prisma/migrations/'))).toBe(true)
  expect(packed!.size).toBeLessThan(MOST_BYTES)
  expect(fs.readFileSync(path.join(root, 'README.md'), 'utf8')).toContain(`a tarball of ${Math.round(packed!.size / 1e6)} MB`)
}, PATIENCE_MS)

test('needs no package that only the repository has', () => {
  const imported = new Set<string>()
  for (const entry of fs.readdirSync(dist, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.m?js$/.test(entry.name) || entry.parentPath.includes(`${path.sep}web${path.sep}`)) continue
    // The launcher asks for what a clone has only where it is one.
    if (entry.name === 'tributary.mjs') continue
    for (const { fileName: name } of ts.preProcessFile(fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).importedFiles) {
      if (/^(\.|node:)/.test(name)) continue
      imported.add(name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'))
    }
  }
  expect(imported).toContain('graphql')
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(fs.readFileSync(path.join(dist, 'package.json'), 'utf8')))
  expect([...imported].filter((name) => !(name in dependencies)).sort()).toEqual([])
  expect(Object.keys(dependencies)).not.toContain('tsx')
})

test('answers from a folder that is not the repository', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-package-'))
  try {
    const typed = (...args: string[]) => run(process.execPath, [path.join(dist, 'bin/tributary.mjs'), ...args], { cwd: folder })
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')))
    expect((await typed('--version')).stdout).toBe(`${version}\n`)
    const { stdout } = await typed('attribute', '--model', path.join(dist, 'demo/model'), '--text', 'The capital of France is')
    expect(stdout).toContain('␣Paris')
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}, PATIENCE_MS)

test('starts a thread of its own without TypeScript', async () => {
  const program = `
    import { Counting } from ${JSON.stringify(path.join(dist, 'src/sweeps/counting.js'))}
    import { defaultSizes } from ${JSON.stringify(path.join(dist, 'src/sweeps/sizes.js'))}
    const counting = new Counting()
    counting.open([{ F: 2, thresholds: new Float32Array(2), sweep: { ...defaultSizes, context: 8, block: 1 } }])
    counting.announce(0, [{ prompt: 0, piece: 0, tokenIds: [1, 2], positions: [1] }])
    const room = await counting.room(2)
    counting.rows(0, room.fill(1), 1)
    console.log(await counting.firings(0))
    await counting.close()`
  expect((await run(process.execPath, ['--input-type=module', '--eval', program])).stdout).toBe('2\n')
}, PATIENCE_MS)
