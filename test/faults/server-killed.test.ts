/** The GraphQL server dies by kill -9 while people wait: what they asked is computed, once, and the next server has it. */
import os from 'node:os'
import { expect, test } from 'vitest'
import { addModel } from '../../src/store/index.ts'
import { tributary } from '../cli/process.ts'
import { identity } from '../store/fixtures.ts'
import { useWorkers } from '../workers/use-workers.ts'

const kit = useWorkers()
const MODEL = { hash: '8'.repeat(64), name: 'wordless', tokenizerHash: null, vocabularySize: 100_000 }
const REQUESTS = 12

async function serve() {
  const running = tributary(['serve', '--port', '0'], { DATABASE_URL: kit.url, TRIBUTARY_HOME: '/dev/null/tributary-home' })
  const [, url = ''] = await running.seen(/Listening on (\S+);/)
  return { ...running, url }
}

function ask(url: string, id: number): Promise<string> {
  const query = `{ attribute(input: { model: "wordless", tokenIds: [${id}, 2], partition: { token: {} } }) { scores } }`
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }).then(
    (response) => response.text(),
    () => 'cut off',
  )
}

test('what was asked is computed once, and nothing of it is lost', async () => {
  await addModel(kit.store, { identity: identity(MODEL), config: {}, location: { host: os.hostname(), path: import.meta.dirname } })
  const ids = Array.from({ length: REQUESTS }, (_, i) => 60_000 + i)
  const first = await serve()
  const cut = ids.map((id) => ask(first.url, id))
  const queued = async () => {
    const [row] = await kit.store.query<{ n: number }>(`SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'attribution'`)
    return row?.n
  }
  await expect.poll(queued).toBe(REQUESTS)
  // It begins to compute, and then there is nobody to tell.
  await kit.worker({ model: MODEL, engine: 'onnx-cpu-float32', millisecondsEach: 20 })
  first.child.kill('SIGKILL')
  await Promise.all(cut)

  const second = await serve()
  const answers = await Promise.all(ids.map((id) => ask(second.url, id)))
  for (const answer of answers) expect(answer).toContain('"scores":[')
  const computed = kit.calls.flat().map(({ tokenIds }) => tokenIds[0])
  expect([...computed].sort()).toEqual(ids)
  const [count] = await kit.store.query<{ n: number }>('SELECT count(*)::int AS n FROM result')
  expect(count?.n).toBe(REQUESTS)
})
