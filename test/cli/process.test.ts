/** The command line as others call it: a process, from another folder, judged by its output and its exit status. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { tributary } from './process.ts'

const model = join(projectDir, 'test/fixtures/models/qwen2-random')

it('prints one JSON object, whose scores sum to the logit, and nothing else', async () => {
  const { status, out, err } = await tributary(['attribute', '--model', model, '--tokens', '1,2,3', '--json']).ended
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const document = JSON.parse(out)
  expect(document).toMatchObject({ model: 'qwen2-random', tokens: [{ id: 1 }, { id: 2 }, { id: 3 }], excludeFirst: false })
  const scores: number[] = document.contributions.map(({ score }: { score: number }) => score)
  expect(scores).toHaveLength(4)
  expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(document.target.logit, 4)
})

it('ends with status 2 and one sentence, without a stack, where the user can mend it', async () => {
  const { status, out, err } = await tributary(['attribute', '--model', model, '--tokens', '1,99999']).ended
  expect({ status, out, err }).toEqual({
    status: 2,
    out: '',
    err: 'error: Token 1 of the prompt is 99999; the ids of qwen2-random are the whole numbers from 0 to 299.\n',
  })
})

it('a worker whose parent was killed while it still loaded ends by itself', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tributary-orphan-'))
  const child = spawn(process.execPath, [join(projectDir, 'bin/tributary.mjs'), 'work', '--quiet'], {
    env: { ...process.env, TRIBUTARY_HOME: home, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.disconnect()
  const [status] = await once(child, 'exit')
  rmSync(home, { recursive: true, force: true })
  expect(status).toBe(129)
})
