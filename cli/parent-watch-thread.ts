/** Beside the main thread of a worker (parent-watch.ts). */
import { workerData } from 'node:worker_threads'
import { z } from 'zod'
import { isAlive } from '../src/postgres/process-mark.ts'
import { leaveAtOnce } from '../src/postgres/users.ts'

const LOOK_MS = 500
/** What the main thread has to end in order, and a little more. */
const PATIENCE_MS = 8000

const usedSchema = z.object({ folder: z.string(), users: z.string(), lock: z.string() })
const { parent, servers } = z.object({ parent: z.number(), servers: z.array(usedSchema) }).parse(workerData)

const looking = setInterval(() => {
  if (process.ppid === parent && isAlive(parent)) return
  clearInterval(looking)
  setTimeout(() => {
    try {
      for (const server of servers) leaveAtOnce(server, process.pid)
    } finally {
      process.kill(process.pid, 'SIGKILL')
    }
  }, PATIENCE_MS)
}, LOOK_MS)
