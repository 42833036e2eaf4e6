/**
 * A lock that processes of one machine take in turn. It stays exclusive even if an owner has died.
 *
 * A single lock file that is deleted once its owner is found dead does not work. Between the check and the deletion another
 * process may have deleted and recreated the file, and then the lock of a living owner is deleted (two of six processes were
 * inside at once in 20 of 150 rounds). So no file that still counts is ever deleted. Every turn has a number and a file of
 * that name:
 *
 * 1. A process that wants in looks for the highest number. It waits while the number's owner lives and has not released it.
 * 2. Otherwise it creates the file of the next number, which contains its mark from the first moment (a hard link, which
 *    fails if the name is taken). If several processes try, one succeeds.
 * 3. It looks again. If its number is the highest, it is inside. If not, its first look was too old, and it starts over.
 * 4. On leaving, it replaces its mark by "released"; the file stays. The next process inside deletes old files except the
 *    last few. So however slow a process is between its look and its link, the highest number never goes down.
 */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { isMarkAlive, processMark } from './process-mark.ts'

const RETRY_MS = 20
/** A directory listing may miss files that are created or deleted while it runs, but never this many turns. */
const KEPT_TURNS = 16
const RELEASED = 'released'

export interface LockOptions {
  timeoutMs: number
  /** Ends the waiting. */
  signal?: AbortSignal | undefined
  /** Called once if the lock was not free for some seconds. */
  onWait?: () => void
}

/** A wait longer than this is reported. */
const LONG_WAIT_MS = 3000

/**
 * Runs `action` while no other process of this machine is inside the lock named by `file`. A number instead of options
 * is the timeout.
 */
export async function withFileLock<T>(
  file: string,
  options: LockOptions | number,
  action: () => Promise<T>,
): Promise<T> {
  const { timeoutMs, onWait, signal }: LockOptions = typeof options === 'number' ? { timeoutMs: options } : options
  const startedAt = Date.now()
  let said = false
  const waitOrFail = async () => {
    signal?.throwIfAborted()
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

/** The same without waiting: what gives the lock back, or null if another process is inside. */
export function tryFileLock(file: string): (() => void) | null {
  const folder = `${file}.turns`
  fs.mkdirSync(folder, { recursive: true })
  const turn = takeTurn(folder)
  if (turn !== null && !isHeldByOlderVersion(file)) return () => release(folder, turn)
  if (turn !== null) release(folder, turn)
  return null
}

const heldTooLong = (file: string, timeoutMs: number) =>
  new UserError(
    'DATABASE_UNAVAILABLE',
    `Another process has been starting or stopping the database for ${Math.round(timeoutMs / 1000)} s; ` +
      `if none is, delete ${file} and ${file}.turns, and try again.`,
  )

/** The number of our turn, or null if another process is inside or was faster. */
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

/**
 * Whether a turn is held. A turn whose file is gone was superseded long ago: it counts as held, and the next look finds
 * a higher one.
 */
function isHeld(file: string): boolean {
  const mark = readIfThere(file)
  return mark === null || (mark !== RELEASED && isMarkAlive(mark))
}

/** Creates a file that has its text from the first moment; false if the name is taken. */
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
  const file = path.join(folder, String(turn))
  try {
    // Renamed over the mark, so that nobody reads half of the text.
    fs.renameSync(writeDraft(folder, RELEASED), file)
  } catch {
    // On a full disk. No text is nobody's mark, and takes no room.
    fs.truncateSync(file)
  }
}

/** The draft's name contains its process, so that drafts of dead processes can be deleted. */
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

/** Up to 0.1 the lock was `file` itself, containing its owner's mark. */
function isHeldByOlderVersion(file: string): boolean {
  const mark = readIfThere(file)
  if (mark === null) return false
  if (isMarkAlive(mark)) return true
  // We are inside, so no other process of this version checks the file now.
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
