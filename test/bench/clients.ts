/** The process with the clients (store-load.ts), from the side of who measures. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { z } from 'zod'
import type { Load, LoadReport } from './store-load.ts'

const answerSchema = z.union([
  z.object({ error: z.string() }), z.object({ perSecond: z.number(), p50Ms: z.number(), p99Ms: z.number() }),
])

/** Ready to be told what to ask. */
export async function startClients(): Promise<ChildProcess> {
  const clients = fork(path.join(import.meta.dirname, 'store-load.ts'), { execArgv: ['--import', 'tsx'] })
  await once(clients, 'message')
  return clients
}

/** Rates and latencies of what was asked; throws where an answer was an error. */
export async function measureLoad(clients: ChildProcess, what: Load): Promise<LoadReport> {
  const answer = once(clients, 'message')
  clients.send(what)
  const report = answerSchema.parse((await answer)[0])
  if ('error' in report) throw new Error(report.error)
  return report
}
