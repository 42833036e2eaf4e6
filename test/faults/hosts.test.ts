/**
 * Four machines (database, server, two workers) in one network: workers that are cut off or killed while they work, a server
 * that cannot reach its database. Whatever happens, the run is done, once, with the numbers of a run that nobody disturbed.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { serverAccount, type Account } from '../../src/postgres/account.ts'
import { findBinaries } from '../../src/postgres/binaries.ts'
import { openDatabase } from '../../src/postgres/open.ts'
import { run } from '../../src/postgres/run.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { connectedWorkers } from '../../workers/index.ts'
import { differencesOf, readStored } from '../torture/same-stored.ts'
import { type Machine, type Network, openNetwork, whyNoNetwork } from './network.ts'

const reason = whyNoNetwork()
const PORT = 5432
const USER = 'tributary'
const PROMPTS = 300
/** Programs on four machines start a dozen times. This ends what hangs. */
const LIMIT_MS = 900_000
const INGEST = ['ingest', '--model', 'demo', '--dataset', 'ioi', '--limit', String(PROMPTS), '--by', 'neuron', '--layer', '1']

let network: Network
let folder: string
let databaseMachine: Machine
let serverMachine: Machine
let workers: readonly Machine[]

/** Through a socket in the file system, which reaches from here into the network. */
const urlFromHere = (database: string) => `postgresql://${USER}@localhost/${database}?host=${encodeURIComponent(folder)}`

beforeAll(async () => {
  if (reason !== null) return
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tributary-hosts-'))
  fs.chmodSync(folder, 0o777)
  network = openNetwork(['database', 'server', 'worker-1', 'worker-2'])
  const [database, server, ...others] = network.machines
  databaseMachine = database!
  serverMachine = server!
  workers = others
  await startPostgres(databaseMachine)
})
afterAll(() => {
  network?.close()
  if (folder) fs.rmSync(folder, { recursive: true, force: true })
})

async function startPostgres(machine: Machine): Promise<void> {
  const account: Account | null = serverAccount(folder)
  if (account === null) throw new Error('these tests run as root')
  const { initdb } = await findBinaries(account)
  const data = path.join(folder, 'data')
  const made = await run(initdb, ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], { account })
  if (made.status !== 0) throw new Error(made.output)
  fs.appendFileSync(path.join(data, 'pg_hba.conf'), 'host all all 10.77.0.0/24 trust\n')
  const settings = { listen_addresses: '*', port: PORT, unix_socket_directories: folder, max_connections: 100, fsync: 'off' }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const postgres = machine.spawn(path.join(path.dirname(initdb), 'postgres'), ['-D', data, ...options], {}, account)
  await said(postgres, /ready to accept connections/)
}

/** Until a program has written this, on either stream. */
function said(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = ''
    const look = (chunk: Buffer) => {
      text += chunk.toString()
      const match = pattern.exec(text)
      if (match) resolve(match)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.on('close', () => reject(new Error(`ended without ${String(pattern)}: ${text}`)))
  })
}

/** The command line on a machine, which reaches the database by its address. */
function tributary(machine: Machine, database: string, args: readonly string[]): ChildProcess {
  const home = path.join(folder, `${machine.name}-${database}`)
  const environment = {
    DATABASE_URL: `postgresql://${USER}@${databaseMachine.address}:${PORT}/${database}`, TRIBUTARY_HOME: home, NO_COLOR: '1',
    TRIBUTARY_THREADS: '1', NODE_ENV: 'production',
  }
  return machine.spawn(process.execPath, [path.join(projectDir, 'bin/tributary.mjs'), ...args], environment)
}

async function succeed(machine: Machine, database: string, args: readonly string[]): Promise<void> {
  const child = tributary(machine, database, args)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${args.join(' ')} on ${machine.name} ended with ${String(status)}: ${text}`)
}

/** A database with the demo's model, known on both workers' machines, and its prompts. */
async function newDatabase(name: string): Promise<Store> {
  const admin = openStore(urlFromHere('postgres'), { connections: 1 })
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.close()
  const { close } = await openDatabase({ databaseUrl: urlFromHere(name), home: folder })
  await close()
  await Promise.all([
    ...workers.map((worker) => succeed(worker, name, ['model', 'add', path.join(projectDir, 'demo/model'), '--id', 'demo'])),
    succeed(serverMachine, name, ['dataset', 'add', path.join(projectDir, 'demo/data/ioi.json'), '--id', 'ioi']),
  ])
  const store = openStore(urlFromHere(name), { connections: 2 })
  onTestFinished(() => store.close())
  return store
}

const countOf = async (store: Store, table: string) => (await store.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n

async function work(machine: Machine, database: string): Promise<void> {
  await said(tributary(machine, database, ['work']), /Worker waits for jobs/)
}

const hostsOfWorkers = async (store: Store) => (await connectedWorkers(store)).map(({ host }) => host).sort()

const sessionsOf = async (store: Store, { address }: Machine) =>
  (await store.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_stat_activity WHERE client_addr = $1', [address]))[0]!.n

/** As a balancer on the same machine sees it. */
async function readiness(machine: Machine, url: string): Promise<number> {
  const child = machine.spawn(process.execPath, ['-e', `fetch('${url}/readyz').then(({ status }) => console.log('status', status))`])
  return Number((await said(child, /status (\d+)/))[1])
}

describe.skipIf(reason !== null)(`machines of their own${reason === null ? '' : ` (not here: ${reason})`}`, () => {
  test('a worker that is cut off is replaced, comes back, and replaces one that is killed: nothing is lost, nothing stored twice', async () => {
    const [first, second] = workers as [Machine, Machine]
    const calm = await newDatabase('calm')
    await work(first, 'calm')
    await succeed(serverMachine, 'calm', [...INGEST, '--no-work'])
    first.kill()

    const disturbed = await newDatabase('disturbed')
    await Promise.all([work(first, 'disturbed'), work(second, 'disturbed')])
    expect(await hostsOfWorkers(disturbed)).toEqual(['worker-1', 'worker-2'])
    const following = tributary(serverMachine, 'disturbed', [...INGEST, '--no-work'])
    const ended = once(following, 'close')
    await expect.poll(() => countOf(disturbed, 'result'), { interval: 5 }).toBeGreaterThan(0)
    first.cut()
    expect(await countOf(disturbed, 'result')).toBeLessThan(PROMPTS)
    expect(await ended).toEqual([0, null])
    expect(differencesOf(await readStored(disturbed), await readStored(calm))).toEqual([])

    // Its sessions end with their locks, and it does not count as a worker.
    await expect.poll(() => sessionsOf(disturbed, first)).toBe(0)
    expect(await hostsOfWorkers(disturbed)).toEqual(['worker-2'])
    first.join()
    await expect.poll(() => hostsOfWorkers(disturbed)).toEqual(['worker-1', 'worker-2'])
    second.kill()
    await expect.poll(() => hostsOfWorkers(disturbed)).toEqual(['worker-1'])
    await succeed(serverMachine, 'disturbed', ['ingest', '--model', 'demo', '--dataset', 'ioi', '--limit', '20', '--by', 'head', '--no-work'])
    expect(await countOf(disturbed, 'result')).toBe(PROMPTS + 20)
    first.kill()
  }, LIMIT_MS)

  test('a server that is cut off from its database says that it is not ready, and serves again afterwards', async () => {
    await newDatabase('served')
    const [, url = ''] = await said(tributary(serverMachine, 'served', ['serve', '--port', '0']), /Listening on (\S+);/)
    expect(await readiness(serverMachine, url)).toBe(200)
    databaseMachine.cut()
    expect(await readiness(serverMachine, url)).toBe(503)
    databaseMachine.join()
    await expect.poll(() => readiness(serverMachine, url)).toBe(200)
  }, LIMIT_MS)
})
