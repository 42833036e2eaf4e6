/**
 * Remembers digests of tensors in a folder, with one file for each state of a model's files. A state is the path, size,
 * inode and times of every file, and where the tensors are in the files. A file that is written again has another state.
 * Without this memory, gigabytes would be read again before every question to no effect.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { sha256 } from '../hash.ts'
import type { TensorEntry } from './safetensors.ts'

/** By tensor, in the order of the entries: sha256 (hex) of each of its blocks. */
export type Digests = readonly (readonly string[])[]

export interface HashOptions {
  /** Where digests are remembered between processes; absent: nowhere. */
  digestFolder?: string
  /** Read all files again, whatever is remembered about them. */
  hashesAnew?: boolean
}

/** The version of the format of the files below. */
const VERSION = 1
const MOST_FILES = 256

/**
 * A file counts as settled only this long after it was written. A file looked at sooner may be written again within the same
 * tick of its clock, and would then look unchanged.
 */
const SETTLED_AFTER_MS = 2_000

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const rememberedSchema = z.object({ version: z.literal(VERSION), digests: z.array(z.array(digest)) })

interface FileState {
  file: string
  ino: number
  size: number
  mtimeMs: number
  ctimeMs: number
}

/** A state of the files that hold some tensors. */
export interface FilesState {
  /** Equal for equal states. */
  key: string
  /** No file was written in the last moment. */
  isSettled: boolean
}

export async function stateOf(entries: readonly TensorEntry[], blockBytes: number): Promise<FilesState> {
  const files = [...new Set(entries.map(({ file }) => file))].sort()
  const states = await Promise.all(files.map(async (file): Promise<FileState> => {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file)
    return { file, ino, size, mtimeMs, ctimeMs }
  }))
  const places = entries.map(({ file, byteOffset, byteLength, dtype }) => [files.indexOf(file), byteOffset, byteLength, dtype])
  const newest = Math.max(...states.map(({ mtimeMs, ctimeMs }) => Math.max(mtimeMs, ctimeMs)))
  return {
    key: sha256(JSON.stringify([VERSION, blockBytes, states.map(Object.values), places])),
    isSettled: newest < Date.now() - SETTLED_AFTER_MS,
  }
}

/** Sizes, inodes and times of writing, as a text to compare. */
export async function versionsOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(files.map((file) => stat(file).catch(() => null)))
  return states.map((state) => (state === null ? 'gone' : `${state.ino} ${state.size} ${state.mtimeMs}`)).join('\n')
}

/** The digests remembered for a state; null if none are, or if they cannot be read. */
export async function recall(folder: string, { key }: FilesState): Promise<Digests | null> {
  const path = fileOf(folder, key)
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const now = new Date()
  // Marks the file as used, because the files used longest ago are removed first.
  await utimes(path, now, now).catch(() => undefined)
  return rememberedSchema.safeParse(parsed(text)).data?.digests ?? null
}

/**
 * Remembers the digests of a settled state. If the folder cannot be written to, nothing is remembered, which only costs
 * time.
 */
export async function remember(folder: string, { key, isSettled }: FilesState, digests: Digests): Promise<void> {
  if (!isSettled) return
  const path = fileOf(folder, key)
  const unfinished = `${path}.${process.pid}.unfinished`
  try {
    await makeFolder(dirname(folder))
    await makeFolder(folder)
    const handle = await open(unfinished, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ version: VERSION, digests }))
    } finally {
      await handle.close()
    }
    await rename(unfinished, path)
    await forgetOldest(folder)
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined)
  }
}

/** Makes the folder but not its parents: a missing parent is a mistake, or a disk that is not mounted. */
const makeFolder = (folder: string) =>
  mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })

const fileOf = (folder: string, key: string) => join(folder, `${key}.json`)

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= MOST_FILES) return
  const used = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  used.sort((a, b) => a.at - b.at)
  for (const { name } of used.slice(0, names.length - MOST_FILES)) await rm(join(folder, name), { force: true })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
