/**
 * The random-kill run: an ingest while processes of every kind die by kill -9 (the server with its supervisor, the worker,
 * the ingest, PostgreSQL), until it is done; then everything stored is compared with an ingest that nobody disturbed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectDir } from '../../src/config.ts'
import { openEmbedded } from '../../src/postgres/embedded.ts'
import { openStore } from '../../src/store/index.ts'
import { postmasterOf, temporaryHome } from '../faults/home.ts'
import type { Random } from '../random.ts'

export interface KillOptions {
  random: Random
  /** Arguments of the ingest: `['--by', 'head', '--layer', 'all']`. */
  partition: readonly string[]
  prompts: number
  kills: number
}

export interface KillReport {
  killed: Record<string, number>
  /** What the disturbed run has otherwise than the other; empty when they are equal. */
  differences: string[]
}

const VICTIMS = ['start', 'worker', 'ingest', 'postgres'] as const

/** Two sweeps in different company may differ by so much of the largest score. */
const TOLERANCE = 1e-5
const MODEL = join(projectDir, 'demo/model')
const DATASET = join(projectDir, 'demo/data/ioi.json')

export async function killRun({ random, partition, prompts, kills }: KillOptions): Promise<KillReport> {
  const [disturbed, calm] = [temporaryHome(), temporaryHome()]
  const killed: Record<string, number> = Object.fromEntries(VICTIMS.map((victim) => [victim, 0]))
  const ingest = ['ingest', '--model', 'demo', '--dataset', 'demo-ioi', '--limit', String(prompts), ...partition]
  let start: ChildProcess | undefined
  let following: ChildProcess | undefined
  try {
    for (const home of [disturbed, calm]) {
      await succeed(['model', 'add', MODEL, '--id', 'demo'], home.environment)
      await succeed(['dataset', 'add', DATASET, '--id', 'demo-ioi'], home.environment)
    }
    await succeed(ingest, calm.environment)
    let isDone = false
    let left = kills
    while (!isDone) {
      if (!isRunning(start)) start = tributary(['start', '--no-demo', '--port', '0'], disturbed.environment)
      if (!isRunning(following)) {
        // Done, and not before anything died.
        isDone = following?.exitCode === 0 && left < kills
        following = isDone ? following : tributary([...ingest, '--no-work'], disturbed.environment)
      }
      await sleep(200 + random.integer(1500))
      if (isDone || left === 0) continue
      const pids = VICTIMS.map((victim) => pidOf(victim, { start, following, folder: disturbed.folder }))
      // Only what is there, so that the kills fall into the work and not into the starting.
      if (pids.includes(null)) continue
      const chosen = random.integer(VICTIMS.length)
      if (kill(pids[chosen] ?? null)) {
        killed[VICTIMS[chosen]!]!++
        left--
      }
    }
    start?.kill('SIGINT')
    if (isRunning(start)) await once(start!, 'exit')
    return { killed, differences: await compare(disturbed.folder, calm.folder) }
  } finally {
    for (const child of [start, following]) child?.kill('SIGKILL')
    disturbed.remove()
    calm.remove()
  }
}

const isRunning = (child: ChildProcess | undefined): boolean => child !== undefined && child.exitCode === null && child.signalCode === null

function tributary(args: readonly string[], environment: Record<string, string>): ChildProcess {
  const script = join(projectDir, 'bin/tributary.mjs')
  return spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment }, stdio: 'ignore' })
}

async function succeed(args: readonly string[], environment: Record<string, string>): Promise<void> {
  const child = tributary(args, environment)
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`tributary ${args.join(' ')} ended with ${String(status)}`)
}

interface Victims {
  start: ChildProcess | undefined
  following: ChildProcess | undefined
  folder: string
}

function pidOf(victim: (typeof VICTIMS)[number], { start, following, folder }: Victims): number | null {
  if (victim === 'start') return start?.pid ?? null
  if (victim === 'ingest') return following?.pid ?? null
  if (victim === 'worker') return start?.pid === undefined ? null : childOf(start.pid)
  try {
    return postmasterOf(join(folder, 'postgres'))
  } catch {
    return null
  }
}

/** The worker of a `tributary start`, as the system lists it. */
function childOf(parent: number): number | null {
  for (const name of fs.readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8')
      const isChild = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
      if (isChild && fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('\0work\0')) return Number(name)
    } catch {
      // Gone in this instant.
    }
  }
  return null
}

function kill(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

interface Stored {
  key: string
  value: number
  stored: number
  tail: number
  scores: number[]
}

async function readStored(home: string) {
  const server = await openEmbedded(home)
  const store = openStore(server.url, { connections: 1 })
  try {
    const results = await store.query<Stored>(
      `SELECT r.key, r.target_value AS value, r.stored_count AS stored, r.tail_mass AS tail,
         ARRAY(SELECT c.score FROM contribution c WHERE c.result_id = r.id AND c.model_id = r.model_id ORDER BY c.ordinal) AS scores
       FROM result r ORDER BY r.key`,
    )
    const [rest] = await store.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM contribution) AS contributions, (SELECT count(*)::int FROM sequence) AS sequences,
         (SELECT count(*)::int FROM sequence_token) AS tokens, (SELECT count(*)::int FROM run_item WHERE status = 'done') AS done,
         (SELECT count(*)::int FROM run_item WHERE status <> 'done') AS open,
         (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'retry', 'active') AND name NOT LIKE '\\_\\_%') AS jobs`,
    )
    return { results, rest: rest ?? {} }
  } finally {
    await store.close()
    await server.close()
  }
}

async function compare(disturbed: string, calm: string): Promise<string[]> {
  const [found, expected] = [await readStored(disturbed), await readStored(calm)]
  const differences: string[] = []
  for (const [name, count] of Object.entries(expected.rest)) {
    if (found.rest[name] !== count) differences.push(`${name}: ${found.rest[name]} instead of ${count}`)
  }
  const known = new Map(found.results.map((result) => [result.key, result]))
  if (known.size !== found.results.length || known.size !== expected.results.length) {
    differences.push(`${found.results.length} results with ${known.size} keys instead of ${expected.results.length}`)
  }
  for (const { key, value, stored, tail, scores } of expected.results) {
    const other = known.get(key)
    if (!other) {
      differences.push(`no result ${key}`)
      continue
    }
    const room = TOLERANCE * Math.max(Math.abs(value), ...scores.map(Math.abs))
    const isEqual =
      other.stored === stored &&
      other.scores.length === scores.length &&
      Math.abs(other.value - value) <= room &&
      Math.abs(other.tail - tail) <= room &&
      scores.every((score, i) => Math.abs((other.scores[i] ?? NaN) - score) <= room)
    if (!isEqual) differences.push(`result ${key} has other numbers`)
  }
  return differences
}
