/**
 * A lock that processes of one machine take in turn, exclusive also where an owner has died.
 *
 * One lock file that whoever finds its owner dead deletes is not: between the look and the deletion another process may
 * have deleted it and made it anew, and then a living owner's lock is deleted (two of six processes were inside at once
 * in 20 of 150 rounds). So nothing that still counts is ever deleted. Every turn has a number and a file of that name:
 *
 * 1. Who wants in looks for the highest number. While its owner lives and has not released it, it waits.
 * 2. Else it makes the file of the next number, with its own mark in it from the first instant on (a hard link, which
 *    fails where the name is taken). Of several, one succeeds.
 * 3. It looks again. Is its number the highest, it is inside. Is it not, it had looked too long ago, and begins anew.
 * 4. Leaving, it replaces its mark with "released"; the file stays. The next one inside deletes the old ones, but for
 *    the last few: however slow a process is between its look and its link, the highest number never goes down.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { isMarkAlive, processMark } from './process-mark.ts'

const RETRY_MS = 20
/** A listing that runs while turns pass may miss a file that is made or deleted meanwhile, but never this many. */
const KEPT_TURNS = 16
const RELEASED = 'released'

export interface LockOptions {
  timeoutMs: number
  /** Called once when the lock was not free for some seconds. */
  onWait?: () => void
}

/** When a wait is worth a word. */
const LONG_WAIT_MS = 3000

/**
 * `action` while no other process of this machine is inside the lock named by `file`. A number instead of options is
 * the timeout.
 */
export async function withFileLock<T>(
  file: string,
  options: LockOptions | number,
  action: () => Promise<T>,
): Promise<T> {
  const { timeoutMs, onWait } = typeof options === 'number' ? { timeoutMs: options, onWait: undefined } : options
  const startedAt = Date.now()
  let said = false
  const waitOrFail = async () => {
    const waited = Date.now() - startedAt
    if (waited > timeoutMs) throw heldTooLong(file, timeoutMs)
    if (!said && waited > LONG_WAIT_MS) {
      said = true
      onWait?.()
    }
    await sleep(RETRY_MS)
  }
  const folder = `${file}.turns`
  fs.mkdirSync(folder, { recursive: true })
  let turn = takeTurn(folder)
  for (; turn === null; turn = takeTurn(folder)) await waitOrFail()
  try {
    while (isHeldByOlderVersion(file)) await waitOrFail()
    deleteOldTurns(folder, turn)
    return await action()
  } finally {
    release(folder, turn)
  }
}

const heldTooLong = (file: string, timeoutMs: number) =>
  new UserError(
    'DATABASE_UNAVAILABLE',
    `Another process has been starting or stopping the database for ${Math.round(timeoutMs / 1000)} s; ` +
      `if none is, delete ${file} and ${file}.turns, and try again.`,
  )

/** The number that is ours now, or null while somebody else is inside or was quicker. */
function takeTurn(folder: string): number | null {
  const last = highestTurn(folder)
  if (last > 0 && isHeld(path.join(folder, String(last)))) return null
  const mine = last + 1
  if (!createWhole(folder, String(mine), processMark(process.pid))) return null
  if (highestTurn(folder) === mine) return mine
  fs.rmSync(path.join(folder, String(mine)), { force: true })
  return null
}

const turnsIn = (folder: string): number[] =>
  fs.readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))

const highestTurn = (folder: string): number => turnsIn(folder).reduce((highest, turn) => Math.max(highest, turn), 0)

/** A turn that is gone was superseded long ago: the next look finds a higher one. */
function isHeld(file: string): boolean {
  const mark = readIfThere(file)
  return mark === null || (mark !== RELEASED && isMarkAlive(mark))
}

/** With its text from the first instant on; false where the name is taken. */
function createWhole(folder: string, name: string, text: string): boolean {
  const draft = writeDraft(folder, text)
  try {
    fs.linkSync(draft, path.join(folder, name))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

function release(folder: string, turn: number): void {
  // Renamed over the mark, so that nobody reads half of it.
  fs.renameSync(writeDraft(folder, RELEASED), path.join(folder, String(turn)))
}

/** Its name tells whose it is, so that the drafts of the dead can be deleted. */
function writeDraft(folder: string, text: string): string {
  const draft = path.join(folder, `draft-${processMark(process.pid).replace(' ', '-')}-${randomUUID()}`)
  fs.writeFileSync(draft, text)
  return draft
}

function deleteOldTurns(folder: string, mine: number): void {
  for (const name of fs.readdirSync(folder)) {
    const [, pid, start] = /^draft-(\d+)(?:-(\d+))?-/.exec(name) ?? []
    const isDeadDraft = pid !== undefined && !isMarkAlive(`${pid} ${start ?? ''}`.trim())
    const isOldTurn = /^\d+$/.test(name) && Number(name) <= mine - KEPT_TURNS
    if (isDeadDraft || isOldTurn) fs.rmSync(path.join(folder, name), { force: true })
  }
}

/** Until 0.1 the lock was `file` itself, with its owner's mark. */
function isHeldByOlderVersion(file: string): boolean {
  const mark = readIfThere(file)
  if (mark === null) return false
  if (isMarkAlive(mark)) return true
  // We are inside, so no other process of this version judges it now.
  fs.rmSync(file, { force: true })
  return false
}

function readIfThere(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
