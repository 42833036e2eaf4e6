/** A worker in a process of its own, started again when it dies: a crash of native code must not take the server along. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, projectDir } from '../../../src/config.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES } from '../../../src/depass/memory-limit.ts'
import { allocatorVariables } from '../../allocator.mjs'
import type { CliContext } from '../../context.ts'

export interface WorkerProcess {
  /** Lets it finish what it has begun, then makes sure that it is gone. May be called twice. */
  stop(): Promise<void>
}

const STOP_MS = 12_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000
/** A worker that lived this long was healthy, so the pause before the next one is short again. */
const HEALTHY_MS = 60_000

/** One for each worker: the cores and the memory of a pass are shared among them, and what is set says how much there is to share. */
export function workerEnvironments(
  environment: CliContext['environment'], { workers, threads, memoryLimitBytes }: Pick<Config, 'workers' | 'threads' | 'memoryLimitBytes'>,
): CliContext['environment'][] {
  if (workers === 1) return [environment]
  const shared = {
    TRIBUTARY_THREADS: String(Math.max(1, Math.floor((threads ?? availableParallelism()) / workers))),
    TRIBUTARY_MEMORY_LIMIT: String(Math.floor((memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES) / workers)),
  }
  return Array.from({ length: workers }, () => ({ ...environment, ...shared }))
}

export function startWorkerProcess(environment: CliContext['environment'], say: (text: string) => void): WorkerProcess {
  const stopping = new AbortController()
  let child = spawnWorker(environment)
  const supervised = supervise()

  async function supervise() {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const startedAt = Date.now()
      const how = await exitOf(child)
      if (stopping.signal.aborted) return
      if (Date.now() - startedAt > HEALTHY_MS) pause = FIRST_PAUSE_MS
      say(`The worker ended unexpectedly (${how}); starting another in ${pause / 1000} s.\n`)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      child = spawnWorker(environment)
    }
  }

  async function stop() {
    stopping.abort()
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await supervised
    clearTimeout(killer)
  }
  let stopped: Promise<void> | undefined
  return { stop: () => (stopped ??= stop()) }
}

/** The channel between the two processes is how the worker learns that its parent is gone, however it went. */
function spawnWorker(environment: CliContext['environment']): ChildProcess {
  const script = join(projectDir, 'bin/tributary.mjs')
  return spawn(process.execPath, [script, 'work', '--quiet'], {
    // The launcher would restart the worker with these variables. Given here, the worker stays one process, which can
    // be killed as one.
    env: { ...environment, ...allocatorVariables(environment) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // A Ctrl-C of the terminal goes to every process of a group. The worker ends when we say so: in order, and not as one
    // that has died. (On Windows it would get a console of its own.)
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

async function exitOf(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null) return `status ${child.exitCode}`
  try {
    const [status, signal]: unknown[] = await once(child, 'exit')
    return signal === null ? `status ${String(status)}` : `signal ${String(signal)}`
  } catch (error) {
    // The process could not even be started.
    return error instanceof Error ? error.message : String(error)
  }
}
