/**
 * A blob that is not complete yet. It lies beside the blobs as `<etag>.incomplete`, where the hub's Python library
 * leaves and looks for its own. Whoever works on it renames it first, which only one can: two processes never write
 * into one file. The name says who works on it, so that what a killed process left is found again.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

export interface Partial {
  /** Where the bytes are, as long as we work on them. */
  path: string
  /** Gives the bytes back for the next attempt, whoever makes it. */
  release(): Promise<void>
  /** The bytes are complete and right: they become the blob. */
  finish(): Promise<void>
  /** They are wrong. */
  discard(): Promise<void>
}

const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')

/** With what others have left of it, or empty. */
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

/** What processes of this machine left that are no more. */
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
    // EPERM: it is there, and someone else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0
