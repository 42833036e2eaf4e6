/** `tributary demo` as a process: the bundled model, its datasets and a starter set, once. */
import { mkdtempSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingOfDemo } from '../../cli/actions/demo.ts'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { openStore } from '../../src/store/index.ts'
import { testDatabase, useDatabase } from '../database.ts'
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
    expect(first.out.match(/^Added demo\/\d-res\.$/gm)).toHaveLength(2)
    expect(first.out.match(/^512 labels in 1 file: 512 added\.$/gm)).toHaveLength(2)
    expect(first.out).toContain('demo/1-res, demo/2-res over demo-truthful: 900 of 900 prompts done')
    expect(first.out).toContain('demo-ioi through demo by head: 30 of 30 prompts done')
    expect(first.out).toContain('token-faithfulness of demo on demo-ioi: queued for the next worker')
    expect(first.out).toContain('--text "The capital of France is" --target Paris')
    // As the README has it: the same labels by the same author.
    const labels = recordedContext({ environment })
    await main(['labels', 'import', join(projectDir, 'demo/saes/2-res'), '--sae', 'demo/2-res'], labels)
    expect(labels.printed).toBe('512 labels in 1 file: 0 added, 512 known before.\n')
    const status = recordedContext({ environment })
    await main(['status', '--json'], status)
    const ended = [60, 60, 30, 60].map((total) => ({ status: 'done', done: total, total }))
    expect(JSON.parse(status.printed).runs).toMatchObject(ended)
    const again = await tributary(['demo'], environment).ended
    expect(again.status).toBe(0)
    expect(again.out).toContain('demo-ioi through demo by token: all 60 prompts were done before.')
    expect(again.out).toContain('demo/1-res, demo/2-res over demo-truthful: all 900 prompts were swept before.')
    expect(again.out).not.toMatch(/^Added/m)
    const experiments = recordedContext({ environment })
    await main(['experiment', 'list', '--json'], experiments)
    expect(JSON.parse(experiments.printed)).toMatchObject([{ name: 'token-faithfulness' }])
    // Complete: whatever somebody takes away from it now stays away.
    const store = openStore(database.url, { connections: 1 })
    expect(await main(['dataset', 'remove', 'demo-facts', '--yes'], recordedContext({ environment }))).toBe(0)
    expect(await missingOfDemo(store, home)).toEqual([])
    await store.query('DELETE FROM run')
    expect(await missingOfDemo(store, home)).toEqual([])
    await store.close()
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})

test('a demo that was interrupted is completed by the next start, which says what is missing', async () => {
  const own = await testDatabase()
  const home = mkdtempSync(join(tmpdir(), 'tributary-demo-'))
  const environment = { DATABASE_URL: own.url, TRIBUTARY_HOME: home }
  const store = openStore(own.url, { connections: 1 })
  try {
    // As a start of an earlier version left it that was killed between its first two steps.
    expect(await main(['model', 'add', join(projectDir, 'demo/model'), '--id', 'demo'], recordedContext({ environment }))).toBe(0)
    expect(await missingOfDemo(store, home)).toContain('the dataset demo-ioi')
    const killed = tributary(['start', '--port', '0'], environment)
    await killed.seen(/^Added demo-ioi/m)
    killed.child.kill('SIGKILL')
    expect((await killed.ended).err).toMatch(/The demo was interrupted before it was complete: adding what is missing \(the dataset demo-facts/)
    // Now its own file says so, however much was done.
    const second = tributary(['start', '--port', '0'], environment)
    await second.seen(/^Added demo-truthful/m)
    second.child.kill('SIGINT')
    const { err, status } = await second.ended
    expect(err).toMatch(/adding what is missing \(.*attributions of demo-truthful by token, the feature set 1-res, the feature set 2-res\)/)
    expect(status).toBe(130)
    const missing = await missingOfDemo(store, home)
    expect(missing.join()).not.toContain('the dataset')
    expect(missing.join()).toContain('attributions of demo-ioi by head')
  } finally {
    await store.close()
    await own.close()
    await rm(home, { recursive: true, force: true })
  }
})
