/** `tributary start` as a process whose embedded database is killed with -9: it starts it again, and answers. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { isAlive } from '../../src/postgres/process-mark.ts'
import { command } from '../ingest/demo-data.ts'
import { tributary } from '../cli/process.ts'
import { postmasterOf, temporaryHome } from './home.ts'

const home = temporaryHome()
afterAll(() => home.remove())

/** The target's value, or the code of the error. */
async function ask(url: string, ...tokenIds: number[]): Promise<string> {
  const query = `{ attribute(input: { model: "random", tokenIds: [${tokenIds}], partition: { token: {} } }) {
    target { value } } }`
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(60_000)
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }), signal })
  const answer = await response.text()
  return /"value":(-?[\d.e-]+)/.exec(answer)?.[1] ?? /"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? answer
}

test('what was stored is read again, what is new is computed, and Ctrl-C ends it all', async () => {
  const running = tributary(['start', '--port', '0', '--no-demo'], home.environment)
  const [, url = ''] = await running.seen(/GraphQL {3}(\S+)/)
  const [, folder = ''] = await running.seen(/embedded PostgreSQL in (\S+)/)
  const model = join(projectDir, 'test/fixtures/models/qwen2-random')
  expect(await command(home.environment, 'model', 'add', model, '--id', 'random')).toMatchObject({ status: 0 })
  const value = await ask(url, 1, 2, 3)
  expect(Number(value)).not.toBeNaN()

  const killed = postmasterOf(folder)
  process.kill(killed, 'SIGKILL')
  await running.seen(/The database had ended unexpectedly; it was started again and has recovered\./)
  const revived = postmasterOf(folder)
  expect(revived).not.toBe(killed)
  await expect.poll(() => ask(url, 1, 2, 3)).toBe(value)
  await expect.poll(() => ask(url, 4, 5, 6)).toMatch(/^-?\d/)
  // The server and the worker are those that were there before.
  expect(running.err()).not.toContain('The worker ended')

  running.child.kill('SIGINT')
  expect((await running.ended).status).toBe(130)
  expect(isAlive(revived)).toBe(false)
})
