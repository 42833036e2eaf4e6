/** Every tensor of a model folder, from `model.safetensors` or from the shards that `model.safetensors.index.json` names. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { openWithAliases, type Safetensors, type TensorEntry } from './safetensors.ts'

const SINGLE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'
const ADAPTER = 'adapter_config.json'
const MAX_INDEX_BYTES = 100_000_000

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/** Tensors by the names in the files, including aliases. Refuses (BAD_MODEL) a name that stands for two tensors. */
export async function readFolderTensors(dir: string): Promise<Map<string, TensorEntry>> {
  const files = new Set(await readdir(dir))
  if (files.has(ADAPTER)) {
    throw new UserError('UNSUPPORTED', `${dir} has an ${ADAPTER}: an adapter would change what its weights compute. Merge it ` +
      'into the weights (`merge_and_unload()` in Python) and save the result, or remove the file.')
  }
  if (files.has(SINGLE)) return collect([await openWithAliases(join(dir, SINGLE))])
  if (files.has(INDEX)) return readShards(dir, files)
  throw noWeights(dir, files)
}

/**
 * The index is only used to find the files; each file says itself which tensors it has. So an index entry for a tensor that
 * no file has (a head that is the embedding, buffers that were not saved) does no harm. A tensor that is needed and missing
 * is reported by name.
 */
async function readShards(dir: string, files: ReadonlySet<string>): Promise<Map<string, TensorEntry>> {
  const path = join(dir, INDEX)
  const shards = [...new Set(Object.values(await readIndex(path)))].sort()
  for (const shard of shards) {
    if (shard !== basename(shard) || shard.includes('\\') || shard === '..' || shard === '.') {
      throw new UserError('BAD_MODEL', `${path} names the file "${shard}", which is outside of the model folder; expected ` +
        'plain file names. Download the model again from a source you trust.')
    }
    if (!files.has(shard)) {
      throw new UserError('BAD_MODEL', `${path} names ${shard}, which is not in the folder; download the missing file.`)
    }
  }
  return collect(await Promise.all(shards.map((shard) => openWithAliases(join(dir, shard)))))
}

function collect(opened: readonly Safetensors[]): Map<string, TensorEntry> {
  const tensors = new Map<string, TensorEntry>()
  for (const entry of opened.flatMap(({ entries }) => entries)) {
    const other = tensors.get(entry.name)
    if (other !== undefined) {
      throw new UserError('BAD_MODEL', `${entry.name} is in ${basename(other.file)} and in ${basename(entry.file)} again; one ` +
        'tensor of that name was expected. Download the model again.')
    }
    tensors.set(entry.name, entry)
  }
  for (const { aliases } of opened) {
    for (const [alias, name] of aliases) {
      const entry = tensors.get(name)
      if (entry !== undefined && !tensors.has(alias)) tensors.set(alias, entry)
    }
  }
  return tensors
}

async function readIndex(path: string): Promise<Record<string, string>> {
  if ((await stat(path)).size > MAX_INDEX_BYTES) {
    throw new UserError('BAD_MODEL', `${path} is larger than ${MAX_INDEX_BYTES} bytes; expected a list of file names.`)
  }
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, 'utf8'))).weight_map
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${path} is not a usable index: expected {"weight_map": {tensor: file}}; download it ` +
      'again.', { cause })
  }
}

function noWeights(dir: string, files: ReadonlySet<string>): UserError {
  const has = (pattern: RegExp) => [...files].some((file) => pattern.test(file))
  if (has(/\.(bin|pt|pth)$/)) {
    return new UserError('BAD_MODEL', `${dir} has PyTorch weights only; expected ${SINGLE}. Convert them with ` +
      '`AutoModelForCausalLM.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)` in Python.')
  }
  if (has(/\.safetensors$/)) {
    return new UserError('BAD_MODEL', `${dir} has safetensors files but neither ${SINGLE} nor ${INDEX}; add the one that ` +
      'came with the model.')
  }
  return new UserError('BAD_MODEL', `${dir} has no weights; expected ${SINGLE}, or ${INDEX} with its shards.`)
}
