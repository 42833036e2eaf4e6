/**
 * The folder of an unfinished backup. Until the backup is complete, the folder has another name and records which
 * process writes it. So the next backup beside it recognises and removes what a killed process left.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { isAlive, isMarkAlive, processMark } from '../postgres/process-mark.ts'

export const OWNER_FILE = 'unfinished.json'
const NAME = /\.unfinished-(\d+)$/
/** Files that a folder of ours can contain; a folder with any other file is not ours. */
const OURS = /^(unfinished\.json|manifest\.json|[a-z_]+\.copy\.gz)$/

const ownerSchema = z.object({ host: z.string(), process: z.string() })

export function startUnfinished(folder: string): string {
  const unfinished = `${folder}.unfinished-${process.pid}`
  const owner: z.infer<typeof ownerSchema> = { host: os.hostname(), process: processMark(process.pid) }
  try {
    fs.mkdirSync(path.dirname(folder), { recursive: true })
    fs.mkdirSync(unfinished, { mode: 0o700 })
    fs.writeFileSync(path.join(unfinished, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 })
    return unfinished
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UserError('BAD_INPUT', `The folder ${folder} cannot be written (${reason}); choose another.`, { cause })
  }
}

/** Removes folders of processes on this machine that have ended. Anything uncertain stays. */
export function removeUnfinished(parent: string): void {
  for (const name of namesIn(parent)) {
    const [, pid] = NAME.exec(name) ?? []
    const folder = path.join(parent, name)
    if (pid === undefined || !namesIn(folder).every((file) => OURS.test(file))) continue
    if (!isOwnerAlive(folder, pid)) fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Folders of earlier versions have no file that names the owner; only their name contains its process number. */
function isOwnerAlive(folder: string, pid: string): boolean {
  let text: string
  try {
    text = fs.readFileSync(path.join(folder, OWNER_FILE), 'utf8')
  } catch {
    return isAlive(Number(pid))
  }
  try {
    const owner = ownerSchema.parse(JSON.parse(text))
    return owner.host !== os.hostname() || isMarkAlive(owner.process)
  } catch {
    // The process was killed while it wrote the file.
    return false
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
