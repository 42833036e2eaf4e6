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
import { differencesOf, readStored, type Stored } from './same-stored.ts'

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
    return { killed, differences: differencesOf(await storedAt(disturbed.folder), await storedAt(calm.folder)) }
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

async function storedAt(home: string): Promise<Stored> {
  const server = await openEmbedded(home)
  const store = openStore(server.url, { connections: 1 })
  try {
    return await readStored(store)
  } finally {
    await store.close()
    await server.close()
  }
}
