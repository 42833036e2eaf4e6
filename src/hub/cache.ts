/**
 * The cache on this disk, with the layout of the hub's Python library, so that each program finds what the other downloaded:
 *
 *     models--org--name/blobs/<etag>                  the bytes, each once
 *     models--org--name/snapshots/<commit>/<path>     links into blobs
 *     models--org--name/refs/<revision>               the commit of a branch or tag when it was last resolved
 */
import { copyFile, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join, relative, sep } from 'node:path'
import type { HubAddress } from './address.ts'
import type { HubSettings } from './settings.ts'

const COMMIT = /^[0-9a-f]{40}$/
export const isCommit = (revision: string): boolean => COMMIT.test(revision)

const repositoryDir = ({ kind, repo }: HubAddress, { cacheDir }: HubSettings): string =>
  join(cacheDir, [`${kind}s`, ...repo.split('/')].join('--'))

export const blobsDir = (address: HubAddress, settings: HubSettings): string =>
  join(repositoryDir(address, settings), 'blobs')

export const snapshotDir = (address: HubAddress, commit: string, settings: HubSettings): string =>
  join(repositoryDir(address, settings), 'snapshots', commit)

const refFile = (address: HubAddress, settings: HubSettings): string =>
  join(repositoryDir(address, settings), 'refs', ...address.revision.split('/'))

/** The commit of the revision when it was last resolved, if files of it are in the cache; otherwise null. */
export async function cachedCommit(address: HubAddress, settings: HubSettings): Promise<string | null> {
  const commit = isCommit(address.revision)
    ? address.revision
    : (await readFile(refFile(address, settings), 'utf8').catch(() => '')).trim()
  if (!isCommit(commit)) return null
  const isThere = await stat(snapshotDir(address, commit, settings)).catch(() => null)
  return isThere?.isDirectory() ? commit : null
}

/** The files of a snapshot that are in the cache, as paths in the snapshot. */
export async function cachedFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink())
  return files.map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}

/** Call this when all requested files of the commit are in the cache: without the hub, this commit is used. */
export async function rememberCommit(address: HubAddress, commit: string, settings: HubSettings): Promise<void> {
  if (address.revision === commit) return
  const file = refFile(address, settings)
  await mkdir(dirname(file), { recursive: true })
  await inPlace(file, (temporary) => writeFile(temporary, commit))
}

/** Adds a file to the snapshot: a relative link to the blob, or a copy if links are not allowed (Windows). */
export async function linkBlob(blob: string, file: string): Promise<void> {
  const target = relative(dirname(file), blob)
  if ((await readlink(file).catch(() => null)) === target) return
  await mkdir(dirname(file), { recursive: true })
  await inPlace(file, async (temporary) => {
    try {
      await symlink(target, temporary)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error
      await copyFile(blob, temporary)
    }
  })
}

/** Renames the file into place, so that nobody ever finds half of it. */
async function inPlace(file: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await make(temporary)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
