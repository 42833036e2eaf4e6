/**
 * The cache on this disk, laid out as the hub's Python library has it, so that both find what either has fetched:
 *
 *     models--org--name/blobs/<etag>                  the bytes, each once
 *     models--org--name/snapshots/<commit>/<path>     links into blobs
 *     models--org--name/refs/<revision>               the commit that a branch or tag was when it was last asked for
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

/** The commit that the revision was when it was last asked for, where files of it are here; null where none are. */
export async function cachedCommit(address: HubAddress, settings: HubSettings): Promise<string | null> {
  const commit = isCommit(address.revision)
    ? address.revision
    : (await readFile(refFile(address, settings), 'utf8').catch(() => '')).trim()
  if (!isCommit(commit)) return null
  const isThere = await stat(snapshotDir(address, commit, settings)).catch(() => null)
  return isThere?.isDirectory() ? commit : null
}

/** The files of a snapshot that are here, as paths in it. */
export async function cachedFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink())
  return files.map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}

/** To be said when all that was asked for of the commit is here: without the hub it is what counts. */
export async function rememberCommit(address: HubAddress, commit: string, settings: HubSettings): Promise<void> {
  if (address.revision === commit) return
  const file = refFile(address, settings)
  await mkdir(dirname(file), { recursive: true })
  await inPlace(file, (temporary) => writeFile(temporary, commit))
}

/** Puts a blob's name into the snapshot: a relative link, or a copy where links are not allowed (Windows). */
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

/** Renamed into place, so that nobody ever finds half of it. */
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
