/**
 * One sha256 for what a model computes: its tensors by name, type, shape and bytes, and the configuration. It does not
 * depend on how the tensors are spread over files, on tensors the computation does not use, or on names' prefixes.
 *
 * Tensors are hashed in blocks, in the thread pool: several blocks at once use several cores and leave the event loop
 * free, where one running sha256 would be bound to a single core.
 */
import { createHash, webcrypto } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { ModelConfig } from './config.ts'
import type { TensorEntry } from './safetensors.ts'
import { visitBlocks } from './safetensors-read.ts'
import { refuseNonFinite } from './weights-scan.ts'

/** Part of the definition: another block size gives another hash. */
const BLOCK_BYTES = 4 * 1024 * 1024

/** Hashes known to this process, by the files' versions: reading tens of gigabytes again would tell nothing new. */
const known = new Map<string, Promise<string>>()

/** `tensors`: those that are used, by name without prefix. Refuses (BAD_MODEL) weights that are not all finite. */
export async function hashWeights(config: ModelConfig, tensors: ReadonlyMap<string, TensorEntry>): Promise<string> {
  const key = JSON.stringify([withSortedKeys(config), [...tensors], await fileVersions(tensors)])
  let hash = known.get(key)
  if (!hash) {
    hash = computeHash(config, tensors)
    known.set(key, hash)
    hash.catch(() => known.delete(key))
  }
  return hash
}

async function computeHash(config: ModelConfig, tensors: ReadonlyMap<string, TensorEntry>): Promise<string> {
  const digests = new Map<TensorEntry, string[]>()
  await visitBlocks(tensors.values(), BLOCK_BYTES, async (block) => {
    // All weights pass by here, once for each version of the files: the place to look at them.
    refuseNonFinite(block, BLOCK_BYTES)
    const { entry, index, bytes } = block
    const digest = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
    const ofTensor = digests.get(entry) ?? []
    ofTensor[index] = digest
    digests.set(entry, ofTensor)
  })
  const total = createHash('sha256').update(JSON.stringify(withSortedKeys(config)))
  for (const name of [...tensors.keys()].sort()) {
    const entry = tensors.get(name)!
    total.update(JSON.stringify([name, entry.dtype, entry.shape, digests.get(entry) ?? []]))
  }
  return total.digest('hex')
}

async function fileVersions(tensors: ReadonlyMap<string, TensorEntry>): Promise<(string | number)[][]> {
  const files = new Set([...tensors.values()].map((entry) => entry.file))
  return Promise.all([...files].sort().map(async (file) => {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file)
    return [file, ino, size, mtimeMs, ctimeMs]
  }))
}

/** The order in which fields were written must not reach the hash. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, inner]) => [key, withSortedKeys(inner)]))
}
