/** A model folder in the layout of Hugging Face: config.json, safetensors (one file or shards) and a tokenizer. */
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import type { ModelConfig } from './config.ts'
import type { HashOptions } from './digest-memory.ts'
import { SCALES } from './mxfp4.ts'
import { parseConfig } from './read-config.ts'
import { readFolderTensors } from './folder-tensors.ts'
import type { ModelIdentity } from './identity.ts'
import { elementCount, type TensorEntry } from './safetensors.ts'
import { selectTensors } from './select-tensors.ts'
import { hashTokenizer } from '../tokenizer/open.ts'
import { hashWeights, type ModelHash } from './weights-hash.ts'

export interface ModelFolder {
  /** Absolute. */
  dir: string
  config: ModelConfig
  /**
   * The tensors that are used, by name without the architecture's prefix. All are present and have the right shape.
   */
  tensors: Map<string, TensorEntry>
  identity: ModelIdentity
  /** null for a folder without tokenizer.json. */
  tokenizerPath: string | null
}

const MAX_CONFIG_BYTES = 10_000_000

export async function openModelFolder(path: string, options: HashOptions = {}): Promise<ModelFolder> {
  const dir = resolve(path)
  await checkIsFolder(dir)
  const { config, tensors } = await selectTensors(await readConfig(dir), await readFolderTensors(dir), dir)
  const tokenizerPath = await existing(join(dir, 'tokenizer.json'))
  const tokenizerHash = await hashTokenizer(dir)
  const hash = await hashWeights(config, tensors, options)
  return { dir, config, tensors, tokenizerPath, identity: identify(config, tensors, hash, tokenizerHash, modelName(dir)) }
}

function identify(
  config: ModelConfig,
  tensors: ReadonlyMap<string, TensorEntry>,
  { hash, formerHashes }: ModelHash,
  tokenizerHash: string | null,
  name: string,
): ModelIdentity {
  return {
    hash,
    formerHashes,
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
    parameters: [...tensors].reduce((sum, [name, entry]) => sum + numbersIn(name, entry), 0),
  }
}

/** The number of weights in a tensor. A packed tensor holds two weights in a byte, and its scales count as none. */
function numbersIn(name: string, { dtype, shape }: TensorEntry): number {
  if (dtype !== 'U8') return elementCount(shape)
  return name.endsWith(SCALES) ? 0 : 2 * elementCount(shape)
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

/** The folder's name; for a snapshot in a download cache (models--owner--name/snapshots/commit) `owner/name`. */
function modelName(dir: string): string {
  const repository = basename(dirname(dirname(dir)))
  if (basename(dirname(dir)) === 'snapshots' && repository.startsWith('models--')) {
    return repository.slice('models--'.length).replace('--', '/')
  }
  return basename(dir)
}

const existing = (path: string): Promise<string | null> => access(path).then(() => path, () => null)
