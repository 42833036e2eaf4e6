/** A dataset through a real model, by the commands that people type. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDataset } from '../../../ingest/datasets/read.ts'
import { main } from '../../../cli/main.ts'
import { openStore } from '../../../src/store/index.ts'
import { useDatabase } from '../../database.ts'
import { hasShared, reason, sharedPath } from '../../shared.ts'
import { recordedContext, type RecordedContext } from '../../cli/context.ts'
import { tributary } from '../../cli/process.ts'

/** About three seconds of work: enough to be killed in. */
const PROMPTS = 120
/** The dead worker's jobs are taken over when it has not been heard of for a while. */
const KILL_TEST_MS = 120_000

interface Row {
  prompt: number
  ordinal: number
  kind: string
  index: number
  score: number
}

describe.skipIf(!hasShared)(hasShared ? 'tributary ingest' : `tributary ingest, skipped: ${reason}`, () => {
  const [whole, broken] = [useDatabase(), useDatabase()]
  const home = mkdtempSync(join(tmpdir(), 'tributary-ingest-'))
  const prompts = join(home, 'ioi.jsonl')
  const environmentOf = (url: string) => ({ DATABASE_URL: url, TRIBUTARY_HOME: home })
  const INGEST = ['ingest', '--model', 'stories260k', '--dataset', 'ioi', '--by', 'token']

  async function run(url: string, ...args: string[]): Promise<RecordedContext & { status: number }> {
    const context = recordedContext({ environment: environmentOf(url) })
    const status = await main(args, context)
    return Object.assign(context, { status })
  }

  beforeAll(async () => {
    const { records } = await readDataset(sharedPath('data/ioi.json'))
    writeFileSync(prompts, records.slice(0, PROMPTS).map(({ text, answer }) => JSON.stringify({ prompt: text, target_token: answer })).join('\n'))
    for (const { url } of [whole, broken]) {
      expect(await run(url, 'model', 'add', sharedPath('models/stories260k'))).toMatchObject({ status: 0, said: '' })
      expect(await run(url, 'dataset', 'add', prompts)).toMatchObject({ status: 0, printed: `Added ioi: ${PROMPTS} prompts (ioi).\n` })
    }
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const countDone = `SELECT count(*)::int AS done FROM run_item WHERE status = 'done'`

  async function stored(url: string): Promise<Row[]> {
    const store = openStore(url, { connections: 1 })
    try {
      return await store.query<Row & Record<string, unknown>>(
        `SELECT p.index AS prompt, c.ordinal, c.kind::text, c.component_index AS index, c.score FROM run_item i JOIN prompt p ON p.id = i.prompt_id
         JOIN contribution c ON c.result_id = i.result_id ORDER BY p.index, c.ordinal`,
      )
    } finally {
      await store.close()
    }
  }

  it('stores every prompt once, however often and in how many pieces it is asked', async () => {
    expect(await run(whole.url, ...INGEST, '--limit', '10')).toMatchObject({
      status: 0,
      printed: expect.stringContaining('ioi through stories260k by token: 10 of 10 prompts done (10 prompts in '),
    })
    // Those that were asked for, not those that the dataset has; and no more when it is resumed.
    const asked = JSON.parse((await run(whole.url, 'status', '--json')).printed)
    expect(asked).toMatchObject({ runs: [{ run_id: 1, computes: 'attributions', change: null, status: 'done', done: 10, total: 10 }] })
    expect(await run(whole.url, 'run', 'resume', '1')).toMatchObject({
      status: 0,
      printed: 'ioi through stories260k by token: all 10 prompts were done before.\n',
    })
    expect(await run(whole.url, ...INGEST)).toMatchObject({
      status: 0,
      printed: expect.stringContaining(`${PROMPTS} of ${PROMPTS} prompts done (${PROMPTS - 10} prompts in `),
      said: expect.stringContaining(`10 of ${PROMPTS} prompts were done before; going on.`),
    })
    const rows = await stored(whole.url)
    expect(new Set(rows.map(({ prompt }) => prompt)).size).toBe(PROMPTS)
    expect(await run(whole.url, ...INGEST)).toMatchObject({
      status: 0,
      printed: `ioi through stories260k by token: all ${PROMPTS} prompts were done before.\n`,
    })
    expect(await stored(whole.url)).toEqual(rows)
  })

  it('ends with the same rows after being killed half-way', async () => {
    const first = tributary(INGEST, environmentOf(broken.url))
    const store = openStore(broken.url, { connections: 1 })
    const done = async () => (await store.query<{ done: number }>(countDone))[0]?.done ?? 0
    while ((await done()) === 0) await sleep(10)
    first.child.kill('SIGKILL')
    await first.ended
    expect(await done()).toBeLessThan(PROMPTS)
    await store.close()
    expect(await run(broken.url, ...INGEST)).toMatchObject({ status: 0 })
    const [expected, found] = [await stored(whole.url), await stored(broken.url)]
    const named = ({ score: _score, ...row }: Row) => row
    expect(found.map(named)).toEqual(expected.map(named))
    found.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i]?.score ?? NaN, 4))
  }, KILL_TEST_MS)

  it('is shown by status', async () => {
    const { printed, status } = await run(whole.url, 'status', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      models: 1,
      datasets: 1,
      results: PROMPTS,
      jobs: { waiting: 0, active: 0, failed: 0 },
      runs: [{ dataset: 'ioi', model: 'stories260k', partition: 'token', status: 'done', done: PROMPTS, failed: 0, total: PROMPTS }],
    })
    expect((await run(whole.url, 'status')).printed).toContain(`1 model, 1 dataset, ${PROMPTS} attributions`)
  })

  it('needs no registry to attribute with a model that the database knows', async () => {
    const context = recordedContext({ environment: { DATABASE_URL: whole.url, TRIBUTARY_HOME: '/dev/null/tributary-home' } })
    const args = ['attribute', '--model', 'stories260k', '--tokens', '1,403', '--json']
    expect([await main(args, context), context.said]).toEqual([0, ''])
    expect(JSON.parse(context.printed)).toMatchObject({ model: 'stories260k', tokens: [{ id: 1 }, { id: 403 }] })
  })

  it('ends with status 2 when a prompt could not be attributed, and says which and why', async () => {
    const file = join(home, 'long.jsonl')
    writeFileSync(file, JSON.stringify({ prompt: 'a '.repeat(600) }))
    await run(broken.url, 'dataset', 'add', file)
    expect(await run(broken.url, 'ingest', '--model', 'stories260k', '--dataset', 'long')).toMatchObject({
      status: 2,
      printed: expect.stringContaining('0 of 1 prompts done'),
      said: expect.stringMatching(
        /prompt 0: The prompt has 602 tokens, but stories260k takes at most 512 \(it would have needed [^)]+\); shorten it by 90 tokens\.\nerror: 1 of 1 prompts could not be answered; the same command tries them again\.\n$/,
      ),
    })
  })

  it('refuses what no prompt could be asked, before anything is begun', async () => {
    expect(await run(whole.url, ...INGEST.with(-1, 'head'), '--layer', '9')).toMatchObject({
      status: 2,
      said: 'error: Layer 9 was asked for; stories260k has the layers 0 to 4.\n',
    })
    expect(await run(whole.url, ...INGEST.with(2, 'gpt9'))).toMatchObject({ status: 2, said: expect.stringContaining('There is no model "gpt9"') })
    expect(await run(whole.url, ...INGEST.with(4, 'nix'))).toMatchObject({ status: 2, said: expect.stringContaining('There is no dataset "nix"') })
    expect(JSON.parse((await run(whole.url, 'status', '--json')).printed).runs).toHaveLength(1)
  })
})

it('says when the database is down', async () => {
  const context = recordedContext({ environment: { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/x', TRIBUTARY_HOME: '/nonexistent' } })
  expect(await main(['model', 'list'], context)).toBe(2)
  expect(context.said).toMatch(/^error: The database at 127\.0\.0\.1:1\/x cannot be reached \(.*\); start it, or correct DATABASE_URL\.\n$/)
})
