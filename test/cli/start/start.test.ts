/** `tributary start` as a process: up, answering, and gone with everything it started, however it ends. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../../cli/main.ts'
import { projectDir } from '../../../src/config.ts'
import { isAlive } from '../../../src/postgres/process-mark.ts'
import { serverPid } from '../../../src/postgres/running-server.ts'
import { useDatabase } from '../../database.ts'
import { temporaryHome } from '../../faults/home.ts'
import { recordedContext } from '../context.ts'
import { tributary } from '../process.ts'

const database = useDatabase()
const model = join(projectDir, 'test/fixtures/models/qwen2-random')

/** Connections of the product's processes. */
async function connections(): Promise<number> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND application_name LIKE 'tributary%'`,
  )
  await client.end()
  return rowCount ?? 0
}

const untilGone = () => expect.poll(connections).toBe(0)

const environment = () => ({ DATABASE_URL: database.url, TRIBUTARY_HOME: '/dev/null/tributary-home' })
const start = () => tributary(['start', '--port', '0', '--no-demo'], environment())

async function ask(url: string): Promise<unknown> {
  const query = `{ attribute(input: { model: "random", tokenIds: [1, 2, 3], partition: { token: {} } }) {
    target { value } contributions(first: 9) { nodes { score } } } }`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

const statusSchema = z.object({ queue: z.object({ workers: z.array(z.object({ pid: z.number(), memoryLimitBytes: z.number() })) }) })

describe('tributary start', () => {
  it('brings up a server and a worker that answer, and ends both on Ctrl-C', async () => {
    const running = start()
    const [, url = ''] = await running.seen(/GraphQL {3}(\S+)/)
    await running.seen(/There is no model yet\./)
    // What is added while it runs is there at once.
    const home = `${projectDir}/node_modules/.cache/tributary-start-test`
    const added = await main(['model', 'add', model, '--id', 'random'], recordedContext({ environment: { ...environment(), TRIBUTARY_HOME: home } }))
    expect(added).toBe(0)
    expect(await ask(url)).toMatchObject({
      data: { attribute: { target: { value: expect.any(Number) }, contributions: { nodes: { length: 4 } } } },
    })
    running.child.kill('SIGINT')
    expect((await running.ended).status).toBe(130)
    await untilGone()
  })

  it.each([
    ['start', ['start', '--port', '0', '--no-demo', '--host', '0.0.0.0']],
    ['serve', ['serve', '--port', '0', '--host', '0.0.0.0']],
  ])('says that keys are needed when others can reach it, as %s', async (_name, args) => {
    const running = tributary(args, environment())
    await running.seen(/^Computing and writing need an API key: tributary key create\.$/m)
    running.child.kill('SIGINT')
    await running.ended
    await untilGone()
  })

  it('runs as many workers as were asked for, which share the memory of a pass, and ends them all', async () => {
    const running = tributary(['start', '--port', '0', '--no-demo', '--workers', '2'], { ...environment(), TRIBUTARY_MEMORY_LIMIT: '1GiB' })
    await running.seen(/GraphQL {3}(\S+)/)
    const workers = async () => {
      const context = recordedContext({ environment: environment() })
      await main(['status', '--json'], context)
      return statusSchema.parse(JSON.parse(context.printed)).queue.workers
    }
    await expect.poll(async () => (await workers()).length, { timeout: 60_000 }).toBe(2)
    const found = await workers()
    expect(new Set(found.map(({ pid }) => pid)).size).toBe(2)
    expect(found.map(({ memoryLimitBytes }) => memoryLimitBytes)).toEqual([2 ** 29, 2 ** 29])
    running.child.kill('SIGINT')
    expect((await running.ended).err).toContain('Ending the workers')
    await untilGone()
  })

  it('leaves no worker behind when it is killed', async () => {
    const running = start()
    await running.seen(/Try, from another terminal/)
    await expect.poll(connections).toBeGreaterThanOrEqual(3)
    running.child.kill('SIGKILL')
    await running.ended
    await untilGone()
  })

  it.skipIf(process.platform === 'win32').each([
    ['while the database is made', /Starting the database/, /Ending the database …/],
    ['while the demo is added', /The database is empty/, /Ending the worker, the server and the database …/],
    ['while the demo is computed', /0 of 60 prompts/, /Ending the worker, the server and the database …/],
  ])('ends in order on a Ctrl-C of the terminal %s: said at once, and nothing is left', async (_when, seen, said) => {
    const home = temporaryHome()
    onTestFinished(() => home.remove())
    const running = tributary(['start', '--port', '0'], home.environment, { detached: true })
    await running.seen(seen)
    // To the whole group, as a terminal sends it.
    process.kill(-running.child.pid!, 'SIGINT')
    await running.seen(said)
    const { status, err } = await running.ended
    expect(status).toBe(130)
    expect(err).not.toMatch(/unexpectedly|could not be added/)
    expect(serverPid({ folder: join(home.folder, 'postgres') })).toBeNull()
  })

  it.skipIf(process.platform === 'win32').each([
    ['waits for work', {}],
    ['does not come to look', { NODE_OPTIONS: '--import data:text/javascript,process.on(`disconnect`,()=>{for(;;){}})' }],
  ])('when it is killed, a worker that %s ends all the same, and the database with it', async (_what, busy) => {
    const home = temporaryHome()
    onTestFinished(() => home.remove())
    const running = tributary(['start', '--port', '0', '--no-demo'], { ...home.environment, ...busy })
    await running.seen(/GraphQL {3}(\S+)/)
    const users = () => readdirSync(join(home.folder, 'postgres.users')).map((name) => Number.parseInt(name, 10))
    const worker = () => users().find((pid) => pid !== running.child.pid) ?? 0
    await expect.poll(worker).toBeGreaterThan(0)
    const [pid, folder] = [worker(), join(home.folder, 'postgres')]
    expect(serverPid({ folder })).not.toBeNull()
    // It watches from the moment in which it is a user.
    running.child.kill('SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
    await expect.poll(() => serverPid({ folder })).toBeNull()
    expect(users().filter((user) => user !== running.child.pid)).toEqual([])
  })

  it('says when its port is taken, and ends what it had started', async () => {
    const first = start()
    const [, port = ''] = await first.seen(/GraphQL {3}\S+:(\d+)/)
    const second = tributary(['serve', '--port', port], environment())
    expect(await second.ended).toMatchObject({
      status: 2,
      err: `error: Port ${port} on 127.0.0.1 is in use. Choose another with PORT or --port.\n`,
    })
    first.child.kill('SIGTERM')
    expect((await first.ended).status).toBe(143)
    await untilGone()
  })
})
