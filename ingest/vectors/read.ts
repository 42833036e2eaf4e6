/** Vectors that people bring in files: a basis (several) or a direction (one). JSON, NumPy and safetensors. */
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { parseJsonMatrix } from './json.ts'
import { parseNpy } from './npy.ts'
import { readSafetensorsMatrix } from './safetensors.ts'

/** Twice a square float32 basis of a width of 8192. */
const FILE_LIMIT_BYTES = 512 * 1024 ** 2

/** [R, D]; a single vector is a matrix of one row. */
export async function readMatrix(path: string): Promise<number[][]> {
  const size = await sizeOf(path)
  if (size > FILE_LIMIT_BYTES)
    throw new UserError('TOO_LARGE', `${path} has ${size} bytes and at most ${FILE_LIMIT_BYTES} are read.`)
  switch (extname(path).toLowerCase()) {
    case '.json':
      return parseJsonMatrix(await readFile(path, 'utf8'), path)
    case '.npy':
      return parseNpy(await readFile(path), path)
    case '.safetensors':
      return readSafetensorsMatrix(path)
    default:
      throw new UserError('BAD_INPUT', `${path} is not a vector file that can be read; expected .json, .npy or .safetensors.`)
  }
}

/** [D] */
export async function readVector(path: string): Promise<number[]> {
  const [first, ...more] = await readMatrix(path)
  if (first && more.length === 0) return first
  throw new UserError('BAD_INPUT', `${path} holds ${more.length + 1} vectors; a direction is one.`)
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null)
  if (!info) throw new UserError('NOT_FOUND', `There is no file ${path}; give the path of a vector file.`)
  if (!info.isFile()) throw new UserError('BAD_INPUT', `${path} is not a file; expected a vector file.`)
  return info.size
}
