/** Vectors that people bring in files: a basis (several) or a direction (one). JSON, NumPy and safetensors. */
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readTensorAsFloat32 } from '../../src/model/safetensors-read.ts'
import { rowsAndWidth, toRows } from './matrix.ts'
import { parseNpy } from './npy.ts'

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

const vector = z.array(z.number()).min(1)
const matrix = z.union([vector.transform((row) => [row]), z.array(vector).min(1)])

/** `[0.1, …]` or `[[0.1, …], …]` */
function parseJsonMatrix(text: string, path: string): number[][] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new UserError('BAD_INPUT', `${path} is not valid JSON; expected an array of numbers, or of such arrays.`, { cause: error })
  }
  const parsed = matrix.safeParse(value)
  if (!parsed.success) throw new UserError('BAD_INPUT', `${path} is not an array of numbers, nor of such arrays.`)
  const width = parsed.data[0]?.length
  const odd = parsed.data.findIndex((row) => row.length !== width)
  if (odd < 0) return parsed.data
  throw new UserError('BAD_INPUT', `${path} has ${parsed.data[odd]?.length} numbers in vector ${odd} and ${width} in vector 0; all must be equally long.`)
}

/** A .safetensors file with one tensor in it. */
async function readSafetensorsMatrix(path: string): Promise<number[][]> {
  const [entry, ...more] = await openSafetensors(path)
  if (!entry || more.length > 0) {
    const names = [entry, ...more].flatMap((each) => (each ? [each.name] : [])).slice(0, 5).join(', ')
    throw new UserError('BAD_INPUT', `${path} holds ${entry ? more.length + 1 : 0} tensors (${names}); expected exactly one.`)
  }
  const { rows, width } = rowsAndWidth(entry.shape, path)
  return toRows(await readTensorAsFloat32(entry), rows, width)
}
