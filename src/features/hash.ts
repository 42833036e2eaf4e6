/**
 * One sha256 for what a feature set computes: its tensors by role, as stored in the files, and every rule and number
 * that changes a result. Only numbers that were read go into it. Computed ones (norms, exponentials) do not, because
 * they may differ in the last digit between machines, and the hash must not. The model, names, paths and claims are no
 * part of it. All weights are read here once, so they are checked here as well.
 */
import { createHash, webcrypto } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import type { TensorEntry } from '../model/safetensors.ts'
import { visitBlocks } from '../model/safetensors-read.ts'
import { nonFiniteAt } from '../model/weights-scan.ts'
import type { StoredTensor } from './files/stored-tensor.ts'

/** Part of the definition: another size gives another hash. */
const BLOCK_BYTES = 4 * 1024 * 1024

/** Hashes known to this process, by the files' versions, so that unchanged files are not read again. */
const known = new Map<string, Promise<string>>()
const MAX_KNOWN = 1000

export interface HashedTensor {
  role: string
  tensor: StoredTensor
}

/** `rules`: plain data, with keys in a fixed order. Throws BAD_FEATURES if a tensor holds NaN or infinity. */
export async function hashSet(
  path: string,
  rules: unknown,
  tensors: readonly HashedTensor[],
  signal?: AbortSignal,
): Promise<string> {
  const key = JSON.stringify([
    rules,
    tensors.map(({ role, tensor }) => [role, headOf(tensor)]),
    await fileVersions(tensors),
  ])
  const inMemory = tensors.some(({ tensor }) => tensor.content.kind === 'data')
  const kept = inMemory ? undefined : known.get(key)
  if (kept !== undefined) return kept
  const hash = compute(path, rules, tensors, signal)
  if (inMemory) return hash
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(key, hash)
  hash.catch(() => known.delete(key))
  return hash
}

async function compute(
  path: string,
  rules: unknown,
  tensors: readonly HashedTensor[],
  signal?: AbortSignal,
): Promise<string> {
  const digests = new Map<TensorEntry, string[]>()
  const entries = tensors.flatMap(({ tensor: { content } }) => (content.kind === 'file' ? [content.entry] : []))
  await visitBlocks(
    entries,
    BLOCK_BYTES,
    async (block) => {
      const place = nonFiniteAt(block, BLOCK_BYTES)
      if (place !== null) throw nonFinite(path, block.entry.name, place)
      const digest = await webcrypto.subtle.digest('SHA-256', block.bytes)
      // Looked up only after the await, because several blocks of one tensor are hashed at the same time.
      const ofTensor = digests.get(block.entry) ?? []
      digests.set(block.entry, ofTensor)
      ofTensor[block.index] = Buffer.from(digest).toString('hex')
    },
    signal,
  )
  const total = createHash('sha256').update(JSON.stringify(rules))
  for (const { role, tensor } of tensors) {
    const { content } = tensor
    const digest =
      content.kind === 'file' ? (digests.get(content.entry) ?? []) : [digestOf(path, tensor.name, content.data)]
    total.update(JSON.stringify([role, headOf(tensor), digest]))
  }
  return total.digest('hex')
}

/** Everything about a tensor except its name, its file and its numbers. */
const headOf = ({ shape, turned, content }: StoredTensor) => [
  content.kind === 'file' ? content.entry.dtype : 'memory',
  shape,
  turned,
]

function digestOf(path: string, name: string, data: Float32Array): string {
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw nonFinite(path, name, `[${at}]`)
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
}

const nonFinite = (path: string, name: string, place: string): UserError =>
  new UserError(
    'BAD_FEATURES',
    `${path}: ${name} holds NaN or infinity at ${place}; expected finite weights. Download it again.`,
  )

async function fileVersions(tensors: readonly HashedTensor[]): Promise<unknown[]> {
  const places = tensors.flatMap(({ tensor: { content } }) => (content.kind === 'file' ? [content.entry] : []))
  const files = [...new Set(places.map(({ file }) => file))].sort()
  const versions = await Promise.all(
    files.map(async (file) => {
      const { ino, size, mtimeMs, ctimeMs } = await stat(file)
      return [file, ino, size, mtimeMs, ctimeMs]
    }),
  )
  return [versions, places.map(({ file, byteOffset, byteLength }) => [file, byteOffset, byteLength])]
}
