/** Every tensor of a model folder, from `model.safetensors` or from the shards that `model.safetensors.index.json` names. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { openSafetensors, type TensorEntry } from './safetensors.ts'

const SINGLE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'
const MAX_INDEX_BYTES = 100_000_000

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/** By the names in the files. */
export async function readFolderTensors(dir: string): Promise<Map<string, TensorEntry>> {
  const files = new Set(await readdir(dir))
  if (files.has(SINGLE)) return byName(await openSafetensors(join(dir, SINGLE)))
  if (files.has(INDEX)) return readShards(dir, files)
  throw noWeights(dir, files)
}

async function readShards(dir: string, files: ReadonlySet<string>): Promise<Map<string, TensorEntry>> {
  const path = join(dir, INDEX)
  const fileOf = Object.entries(await readIndex(path))
  const shards = [...new Set(fileOf.map(([, file]) => file))].sort()
  for (const shard of shards) {
    if (shard !== basename(shard) || shard.includes('\\') || shard === '..' || shard === '.') {
      throw new UserError('BAD_MODEL', `${path} names the file "${shard}", which is outside of the model folder; expected ` +
        'plain file names. Download the model again from a source you trust.')
    }
    if (!files.has(shard)) {
      throw new UserError('BAD_MODEL', `${path} names ${shard}, which is not in the folder; download the missing file.`)
    }
  }
  const opened = await Promise.all(shards.map(async (shard): Promise<[string, Map<string, TensorEntry>]> =>
    [shard, byName(await openSafetensors(join(dir, shard)))]))
  const tensorsOf = new Map(opened)
  const tensors = new Map<string, TensorEntry>()
  for (const [name, file] of fileOf) {
    const entry = tensorsOf.get(file)?.get(name)
    if (!entry) {
      throw new UserError('BAD_MODEL', `${path} says that ${file} holds ${name}, but it does not; download both again.`)
    }
    tensors.set(name, entry)
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

const byName = (entries: TensorEntry[]): Map<string, TensorEntry> => new Map(entries.map((entry) => [entry.name, entry]))

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
