/** A model folder in the layout of Hugging Face: config.json, safetensors (one file or shards) and a tokenizer. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../errors.ts'
import { type ModelConfig, parseConfig } from './config.ts'
import { readFolderTensors } from './folder-tensors.ts'
import type { ModelIdentity } from './identity.ts'
import { elementCount, type TensorEntry } from './safetensors.ts'
import { hashWeights } from './weights-hash.ts'
import { expectedTensors, namings } from './weights-names.ts'

export interface ModelFolder {
  /** Absolute. */
  dir: string
  config: ModelConfig
  /** The tensors that are used, by name without the architecture's prefix; every one is there in its right shape. */
  tensors: Map<string, TensorEntry>
  identity: ModelIdentity
  /** null for a folder without tokenizer.json. */
  tokenizerPath: string | null
}

const MAX_CONFIG_BYTES = 10_000_000
/** What an engine can read in place. */
const usableDtypes: readonly string[] = ['F32', 'F16', 'BF16']

export async function openModelFolder(path: string): Promise<ModelFolder> {
  const dir = resolve(path)
  await checkIsFolder(dir)
  const config = await readConfig(dir)
  const tensors = selectTensors(config, await readFolderTensors(dir), dir)
  const tokenizerPath = await existing(join(dir, 'tokenizer.json'))
  const tokenizerHash = tokenizerPath && await hashFile(tokenizerPath)
  const hash = await hashWeights(config, tensors)
  return { dir, config, tensors, tokenizerPath, identity: identify(config, tensors, hash, tokenizerHash, modelName(dir)) }
}

function identify(
  config: ModelConfig,
  tensors: ReadonlyMap<string, TensorEntry>,
  hash: string,
  tokenizerHash: string | null,
  name: string,
): ModelIdentity {
  return {
    hash,
    tokenizerHash,
    name,
    architecture: config.architecture,
    layers: config.L,
    residualWidth: config.D,
    heads: config.H,
    keyValueHeads: config.K,
    headWidth: config.headWidth,
    neurons: config.I,
    vocabularySize: config.V,
    maxPositions: config.maxPositions,
    parameters: [...tensors.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0),
  }
}

async function checkIsFolder(dir: string): Promise<void> {
  const stats = await stat(dir).catch((cause: unknown) => {
    throw new UserError('NOT_FOUND', `There is no folder ${dir}; expected a model folder with config.json and ` +
      'safetensors files.', { cause })
  })
  if (!stats.isDirectory()) {
    throw new UserError('BAD_MODEL', `${dir} is a file; expected the folder that holds config.json and the weights.`)
  }
}

async function readConfig(dir: string): Promise<ModelConfig> {
  const path = join(dir, 'config.json')
  if (!await existing(path)) {
    const snapshots = await readdir(join(dir, 'snapshots')).catch(() => [])
    const hint = snapshots.length > 0
      ? `it is a download cache: give its folder ${join(dir, 'snapshots', snapshots[0]!)}.`
      : 'give the folder that a model was downloaded to.'
    throw new UserError('BAD_MODEL', `${dir} has no config.json; ${hint}`)
  }
  if ((await stat(path)).size > MAX_CONFIG_BYTES) {
    throw new UserError('BAD_MODEL', `${path} is larger than ${MAX_CONFIG_BYTES} bytes; expected a model's configuration.`)
  }
  return parseConfig(await readFile(path, 'utf8'), path)
}

/** The expected tensors among all of the folder's, each checked. */
function selectTensors(
  config: ModelConfig,
  found: ReadonlyMap<string, TensorEntry>,
  dir: string,
): Map<string, TensorEntry> {
  const { prefix } = namings[config.architecture]
  const selected = new Map<string, TensorEntry>()
  const missing: string[] = []
  for (const [name, shape] of expectedTensors(config)) {
    const entry = found.get(prefix + name) ?? found.get(name)
    if (!entry) missing.push(name)
    else selected.set(name, checkTensor(entry, shape, dir))
  }
  if (missing.length > 0) {
    const named = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ` and ${missing.length - 5} more` : '')
    throw new UserError('BAD_MODEL', `${dir} lacks the ${config.architecture} tensors ${named} (with or without ` +
      `"${prefix}" before them); check that config.json belongs to these weights and that all files are there.`)
  }
  return selected
}

function checkTensor(entry: TensorEntry, shape: readonly number[], dir: string): TensorEntry {
  if (entry.shape.length !== shape.length || shape.some((extent, axis) => extent !== entry.shape[axis])) {
    throw new UserError('BAD_MODEL', `${dir}: ${entry.name} has the shape [${entry.shape.join(', ')}] but config.json asks ` +
      `for [${shape.join(', ')}]; check that config.json belongs to these weights.`)
  }
  if (!usableDtypes.includes(entry.dtype)) {
    throw new UserError('UNSUPPORTED', `${dir}: ${entry.name} is stored as ${entry.dtype}; expected ` +
      `${usableDtypes.join(', ')}. Convert the model, for instance with \`model.float().save_pretrained(folder)\`.`)
  }
  return entry
}

/** The folder's name; for a snapshot in a download cache (models--owner--name/snapshots/commit) `owner/name`. */
function modelName(dir: string): string {
  const repository = basename(dirname(dirname(dir)))
  if (basename(dirname(dir)) === 'snapshots' && repository.startsWith('models--')) {
    return repository.slice('models--'.length).replace('--', '/')
  }
  return basename(dir)
}

const existing = (path: string): Promise<string | null> => access(path).then(() => path, () => null)

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
