/** `tributary demo` as a process: the bundled model, its datasets and a starter set, once. */
import { mkdir, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { main } from '../../ingest/main.ts'
import { projectDir } from '../../src/config.ts'
import { useDatabase } from '../database.ts'
import { recordedContext } from './context.ts'
import { tributary } from './process.ts'

const database = useDatabase()

test('adds everything once, and says what to ask', async () => {
  const home = `${projectDir}/node_modules/.cache/tributary-demo-test`
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  try {
    const environment = { DATABASE_URL: database.url, TRIBUTARY_HOME: home }
    const first = await tributary(['demo'], environment).ended
    expect(first.err).not.toMatch(/error/i)
    expect(first.status).toBe(0)
    expect(first.out).toMatch(/^Added demo \(llama, 4 layers/)
    expect(first.out.match(/^Added demo-/gm)).toHaveLength(5)
    expect(first.out).toContain('demo-ioi through demo by head: 30 of 30 prompts done')
    expect(first.out).toContain('--text "The capital of France is" --target Paris')
    const status = recordedContext({ environment })
    await main(['status', '--json'], status)
    const ended = [60, 60, 30, 60].map((total) => ({ status: 'done', done: total, total }))
    expect(JSON.parse(status.printed).runs).toMatchObject(ended)
    const again = await tributary(['demo'], environment).ended
    expect(again.status).toBe(0)
    expect(again.out).toContain('demo-ioi through demo by token: all 60 prompts were done before.')
    expect(again.out).not.toMatch(/^Added/m)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
