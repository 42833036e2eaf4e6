/**
 * One sha256 for what a model computes: its tensors by name, type, shape and bytes, and the configuration. It does not
 * depend on how the tensors are spread over files, on tensors that the computation does not use, or on prefixes of
 * names. Digests of unchanged files are remembered (digest-memory.ts).
 *
 * Tensors are hashed in blocks, in the thread pool. Several blocks at once use several cores and leave the event loop
 * free; one running sha256 would be bound to a single core.
 */
import { createHash, webcrypto } from 'node:crypto'
import type { ModelConfig } from './config.ts'
import { formerConfigs, identifyingConfig } from './config-identity.ts'
import { recall, remember, stateOf, type Digests, type FilesState, type HashOptions } from './digest-memory.ts'
import type { TensorEntry } from './safetensors.ts'
import { visitBlocks } from './safetensors-read.ts'
import { refuseNonFinite } from './weights-scan.ts'

/** Part of the definition: another block size gives another hash. */
const BLOCK_BYTES = 4 * 1024 * 1024

export interface ModelHash {
  /** sha256 (hex) */
  hash: string
  /** Hashes that earlier versions may have given the same model, depending on the version of Node that they ran on. */
  formerHashes: readonly string[]
}

/**
 * Hashes known to this process, by the files' versions, so that unchanged files of tens of gigabytes are not read
 * again.
 */
const known = new Map<string, Promise<ModelHash>>()

/** `tensors`: those that are used, by name without prefix. Refuses (BAD_MODEL) weights with NaN or infinity. */
export async function hashWeights(
  config: ModelConfig, tensors: ReadonlyMap<string, TensorEntry>, options: HashOptions = {},
): Promise<ModelHash> {
  const names = [...tensors.keys()].sort()
  const entries = names.map((name) => tensors.get(name)!)
  const state = await stateOf(entries, BLOCK_BYTES)
  const key = JSON.stringify([withSortedKeys(config), names, entries, state.key])
  let hash = options.hashesAnew ? undefined : known.get(key)
  if (!hash) {
    hash = digestsOf(entries, state, options).then((digests) => combine(config, names, entries, digests))
    known.set(key, hash)
    hash.catch(() => known.delete(key))
  }
  return hash
}

/** The digests that are remembered, or else computed from the files. */
async function digestsOf(
  entries: readonly TensorEntry[], state: FilesState, { digestFolder, hashesAnew = false }: HashOptions,
): Promise<Digests> {
  const found = digestFolder === undefined || hashesAnew ? null : await recall(digestFolder, state)
  if (found?.length === entries.length) return found
  const digests = await computeDigests(entries)
    // If files changed while they were read, the digests belong to no known state and are not remembered.
  const isSame = (await stateOf(entries, BLOCK_BYTES)).key === state.key
  if (digestFolder !== undefined && isSame) await remember(digestFolder, state, digests)
  return digests
}

async function computeDigests(entries: readonly TensorEntry[]): Promise<Digests> {
  const digests = new Map<TensorEntry, string[]>()
  await visitBlocks(entries, BLOCK_BYTES, async (block) => {
    // All weights are read here, once for each version of the files, so they are checked here.
    refuseNonFinite(block, BLOCK_BYTES)
    const { entry, index, bytes } = block
    const digest = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
    const ofTensor = digests.get(entry) ?? []
    ofTensor[index] = digest
    digests.set(entry, ofTensor)
  })
  return entries.map((entry) => digests.get(entry) ?? [])
}

function combine(
  config: ModelConfig, names: readonly string[], entries: readonly TensorEntry[], digests: Digests,
): ModelHash {
  const weights = names.map((name, at) => JSON.stringify([name, entries[at]!.dtype, entries[at]!.shape, digests[at]]))
  const hashOf = (described: unknown) => {
    const total = createHash('sha256').update(JSON.stringify(withSortedKeys(described)))
    for (const line of weights) total.update(line)
    return total.digest('hex')
  }
  const hash = hashOf(identifyingConfig(config))
  return { hash, formerHashes: formerConfigs(config).map(hashOf).filter((former) => former !== hash) }
}

/** Sorts keys, because the order in which fields were written must not change the hash. */
export function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, inner]) => [key, withSortedKeys(inner)]))
}
