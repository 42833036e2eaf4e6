/** The Python package, tested by its own tests where there is a Python that can. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createServer } from '../../server/create-server.ts'
import { exportTo } from '../../src/export/export.ts'
import { exportRequestSchema } from '../../src/export/request.ts'
import { projectDir } from '../../src/config.ts'
import { openStore } from '../../src/store/index.ts'
import { tributary } from '../cli/process.ts'
import { useDatabase } from '../database.ts'
import { seedFeaturesAndGraphs } from '../export/seed.ts'
import { addDemo, command } from '../ingest/demo-data.ts'
import { makeAnalystWorld } from '../store/analyst-world.ts'
import { findPython } from './find-python.ts'

const python = findPython()
const folder = path.join(import.meta.dirname, '../../python')

function pytest(file: string, environment: Record<string, string> = {}): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const tools = python.command?.includes('/') ? `${path.dirname(path.resolve(python.command))}${path.delimiter}` : ''
    const child = spawn(python.command ?? '', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-W', 'error::DeprecationWarning:tributary', `tests/${file}`], {
      cwd: folder,
      env: { ...process.env, PATH: `${tools}${process.env['PATH'] ?? ''}`, PYTHONPATH: path.join(folder, 'src'), PYTHONDONTWRITEBYTECODE: '1', ...environment },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, said }))
  })
}

const expectPassed = ({ status, said }: { status: number | null; said: string }) => expect(status, said).toBe(0)

describe.skipIf(python.command === null)(`the Python package${python.reason === '' ? '' : ` (skipped: ${python.reason})`}`, () => {
  test('fits the schema, has patience, and tells refusals as exceptions', async () => {
    expectPassed(await pytest('test_unit.py'))
  })

  describe('before a server', () => {
    const database = useDatabase()
    test('answers the questions of docs/analysis.md with the values that SQL gives', async () => {
      const store = openStore(database.url, { connections: 2 })
      await makeAnalystWorld(store).finally(() => store.close())
      const files = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-python-'))
      const server = await createServer({ databaseUrl: database.url, port: 0 })
      try {
        await exportTo(database.url, path.join(files, 'heads'), exportRequestSchema.parse({ runs: [3] }))
        expectPassed(await pytest('test_export.py', { TRIBUTARY_TEST_FILES: files }))
        expectPassed(await pytest('test_analysis.py', { TRIBUTARY_TEST_URL: server.url }))
      } finally {
        await server.close()
        fs.rmSync(files, { recursive: true, force: true })
      }
    }, 180_000)
  })

  describe('before a server with features', () => {
    const database = useDatabase()
    test('features and graphs are tables', async () => {
      const store = openStore(database.url, { connections: 2 })
      await seedFeaturesAndGraphs(store).finally(() => store.close())
      const server = await createServer({ databaseUrl: database.url, port: 0 })
      try {
        expectPassed(await pytest('test_features.py', { TRIBUTARY_FEATURES_URL: server.url }))
      } finally {
        await server.close()
      }
    })
  })

  describe('with the demo', () => {
    const database = useDatabase()
    test('asks what is not stored yet, and runs the notebook', async () => {
      const environment = { DATABASE_URL: database.url, TRIBUTARY_HOME: fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-python-')) }
      await addDemo(environment)
      for (const set of ['1-res', '2-res'])
        expect(await command(environment, 'sae', 'add', path.join(projectDir, 'demo/saes', set), '--model', 'demo')).toMatchObject({ status: 0 })
      expect(await command(environment, 'ingest', '--model', 'demo', '--dataset', 'ioi', '--by', 'head', '--limit', '20')).toMatchObject({ status: 0 })
      const server = tributary(['start', '--port', '0', '--no-demo'], environment)
      try {
        const [, url = ''] = await server.seen(/GraphQL {3}(http:\/\/127\.0\.0\.1:\d+)/)
        expectPassed(await pytest('test_demo.py', { TRIBUTARY_DEMO_URL: url }))
      } finally {
        server.child.kill('SIGINT')
        await server.ended
        fs.rmSync(environment.TRIBUTARY_HOME, { recursive: true, force: true })
      }
    }, 600_000)
  })
})
