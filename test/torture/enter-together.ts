/** Many processes go inside one lock at once, just after an owner has died in it; how often two were inside together. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { processMark } from '../../src/postgres/process-mark.ts'

interface Found {
  rounds: number
  twoInside: number
  failed: number
}

export async function enterTogether(options: { folder: string; processes: number; rounds: number }): Promise<Found> {
  const { folder, processes, rounds } = options
  const file = path.join(folder, 'lock')
  const start = (): ChildProcess => {
    const script = path.join(import.meta.dirname, '..', 'postgres', 'lock-user-process.ts')
    return fork(script, [file, path.join(folder, 'witness')], { execArgv: ['--import', 'tsx'] })
  }
  const users = Array.from({ length: processes }, start)
  await Promise.all(users.map((user) => once(user, 'message')))
  const dead = spawn(process.execPath, ['-e', ''])
  const mark = processMark(dead.pid!)
  await once(dead, 'exit')
  const found: Found = { rounds: 0, twoInside: 0, failed: 0 }
  for (; found.rounds < rounds; found.rounds++) {
    leaveDeadTurn(file, mark)
    const outcomes = users.map(async (user) => {
      const answer = once(user, 'message')
      user.send('enter')
      return z.object({ twoInside: z.boolean().nullable() }).parse((await answer)[0]).twoInside
    })
    for (const twoInside of await Promise.all(outcomes)) {
      if (twoInside === null) found.failed++
      else if (twoInside) found.twoInside++
    }
  }
  for (const user of users) user.kill()
  return found
}

/** As a crash leaves the lock: the highest turn names a process that is gone, and so does an older version's file. */
function leaveDeadTurn(file: string, mark: string): void {
  const turns = `${file}.turns`
  fs.mkdirSync(turns, { recursive: true })
  const highest = Math.max(0, ...fs.readdirSync(turns).filter((name) => /^\d+$/.test(name)).map(Number))
  fs.writeFileSync(path.join(turns, String(highest + 1)), mark)
  fs.writeFileSync(file, mark)
}
