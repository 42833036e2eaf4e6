/**
 * An incomplete blob. It is stored beside the blobs as `<etag>.incomplete`, where the hub's Python library puts and
 * expects its own. A process renames it before working on it. Only one process can succeed in this, so two never
 * write into one file. The new name says which process works on it, so that the file of a killed process is found
 * again.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

export interface Partial {
  /** The path of the bytes while we work on them. */
  path: string
  /** Gives the file back for the next attempt, by any process. */
  release(): Promise<void>
  /** The bytes are complete and correct, and become the blob. */
  finish(): Promise<void>
  /** The bytes are wrong, and are deleted. */
  discard(): Promise<void>
}

const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')

/** Takes over the bytes that others have left, or starts empty. */
export async function claimPartial(folder: string, etag: string): Promise<Partial> {
  await mkdir(folder, { recursive: true })
  const left = join(folder, `${etag}.incomplete`)
  const path = `${left}.${host}.${process.pid}`
  for (const found of [left, ...(await orphans(folder, etag))]) {
    const isOurs = await rename(found, path).then(
      () => true,
      () => false,
    )
    if (isOurs) break
  }
  return {
    path,
    async release() {
      if (await sizeOf(path)) await rename(path, left)
      else await rm(path, { force: true })
    },
    finish: () => rename(path, join(folder, etag)),
    discard: () => rm(path, { force: true }),
  }
}

/** Files of processes on this machine that have ended. */
async function orphans(folder: string, etag: string): Promise<string[]> {
  const prefix = `${etag}.incomplete.${host}.`
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
  return names.filter((name) => !isAlive(Number(name.slice(prefix.length)))).map((name) => join(folder, name))
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0
