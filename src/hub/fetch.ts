/**
 * Downloads files of the hub into a folder on this disk, for code that reads models or datasets by `hf:…`. Files in
 * the cache are not requested again. Without a network, or with HF_HUB_OFFLINE, only the cache is used.
 */
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { isUserError, UserError } from '../errors.ts'
import { describeAddress, type HubAddress } from './address.ts'
import { blobsDir, cachedCommit, cachedFiles, linkBlob, rememberCommit, snapshotDir } from './cache.ts'
import { downloadBlob } from './download.ts'
import { sizeOf } from './partial.ts'
import { explaining, fileUrl, listHubFiles, resolveCommit, type HubFile } from './repository.ts'
import { HubUnreachable, hubRequests, type HubRequests } from './request.ts'
import type { HubSettings } from './settings.ts'

export interface HubProgress {
  /** The file that is being downloaded. */
  path: string
  doneBytes: number
  totalBytes: number
}

export interface FetchFromHub {
  settings: HubSettings
  signal: AbortSignal
  /** Chooses the files that are needed; refuses (UserError) a repository without them. */
  select(paths: readonly string[]): readonly string[]
  /** Called while bytes arrive; never called if all files are in the cache. */
  onProgress(progress: HubProgress): void
  /** Called with a sentence that the user has to know. */
  say(sentence: string): void
  /** The pause between attempts; for tests. */
  pauseMs?: number
}

export interface Fetched {
  /** The snapshot's folder. */
  dir: string
  commit: string
  /** The selected files, as paths in `dir`. */
  files: readonly string[]
}

export async function fetchFromHub(address: HubAddress, options: FetchFromHub): Promise<Fetched> {
  const { settings, signal } = options
  if (settings.isOffline) return fromCache(address, options, 'HF_HUB_OFFLINE is set')
  const requests = hubRequests(settings, { signal, ...(options.pauseMs !== undefined && { pauseMs: options.pauseMs }) })
  try {
    return await fromHub(address, requests, options)
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error
    const found = await fromCache(address, options, error.message).catch((reason: unknown) => {
      throw isUserError(reason) ? new UserError('TIMEOUT', reason.message, { cause: error }) : reason
    })
    options.say(
      `The hub cannot be reached (${error.message}); ${describeAddress(address)} is taken from the cache, ` +
        `commit ${found.commit.slice(0, 7)}.`,
    )
    return found
  }
}

async function fromCache(address: HubAddress, { settings, select }: FetchFromHub, why: string): Promise<Fetched> {
  const commit = await cachedCommit(address, settings)
  if (commit !== null) {
    const dir = snapshotDir(address, commit, settings)
    return { dir, commit, files: select(await cachedFiles(dir)) }
  }
  throw new UserError(
    'NOT_FOUND',
    `${describeAddress(address)} is not in the cache (${settings.cacheDir}), and nothing can be fetched: ${why}.`,
  )
}

async function fromHub(address: HubAddress, requests: HubRequests, options: FetchFromHub): Promise<Fetched> {
  const { settings } = requests
  const commit = await resolveCommit(address, requests)
  const dir = snapshotDir(address, commit, settings)
  const folder = blobsDir(address, settings)
  const all = await listHubFiles(address, commit, requests)
  const wanted = new Set(options.select(all.map(({ path }) => path)))
  const files = all.filter(({ path }) => wanted.has(path))
  const missing = await missingBytes(files, folder)
  await refuseFullDisk(missing, address, settings)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let before = 0
  for (const file of files) {
    const onProgress = (bytes: number) => {
      if (missing > 0) options.onProgress({ path: file.path, doneBytes: before + bytes, totalBytes: total })
    }
    const url = fileUrl(address, commit, file.path, settings.endpoint)
    const blob = await explaining(address, requests, () => downloadBlob({ file, url, folder, requests, onProgress }))
    await linkBlob(blob, join(dir, ...file.path.split('/')))
    before += file.bytes
  }
  await rememberCommit(address, commit, settings)
  return { dir, commit, files: files.map(({ path }) => path) }
}

async function missingBytes(files: readonly HubFile[], folder: string): Promise<number> {
  let missing = 0
  for (const { etag, bytes } of files) missing += bytes - Math.min(bytes, await sizeOf(join(folder, etag)))
  return missing
}

/** Checks for disk space before an hour of downloading, not after it. */
async function refuseFullDisk(missing: number, address: HubAddress, { cacheDir }: HubSettings): Promise<void> {
  if (missing === 0) return
  await mkdir(cacheDir, { recursive: true })
  const { bavail, bsize } = await statfs(cacheDir)
  if (missing <= bavail * bsize) return
  throw new UserError(
    'TOO_LARGE',
    `${describeAddress(address)} has ${gigabytes(missing)} GB to fetch, and ${cacheDir} has room for ` +
      `${gigabytes(bavail * bsize)} GB; ` +
      'make room, or set HF_HOME to a folder on a larger disk.',
  )
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
