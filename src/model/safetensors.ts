/**
 * Index of a safetensors file: where each tensor is. Only the header is read, never the weights.
 *
 * A file is: 8 bytes n (little endian), n bytes of JSON `{name: {dtype, shape, data_offsets}}`, then the data, which
 * the tensors fill without gap or overlap (https://github.com/huggingface/safetensors, "Format"). A header is untrusted
 * input: everything in it is checked against the file before an offset is used.
 */
import { open, realpath } from 'node:fs/promises'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { repeatedKey } from './repeated-key.ts'

/** Bytes per element. Types narrower than a byte are left out: no model that can be computed here uses them. */
const bytesPerElement = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1,
  U16: 2, I16: 2, F16: 2, BF16: 2,
  U32: 4, I32: 4, F32: 4,
  U64: 8, I64: 8, F64: 8,
} as const
export type Dtype = keyof typeof bytesPerElement

export const elementBytes = (dtype: Dtype): number => bytesPerElement[dtype]

export interface TensorEntry {
  name: string
  dtype: Dtype
  shape: readonly number[]
  /** Absolute, symbolic links resolved: a Hugging Face cache keeps the data in another folder than the name. */
  file: string
  /** From the start of the file. */
  byteOffset: number
  byteLength: number
}

/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000

const size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const tensorSchema = z.object({ dtype: z.string(), shape: z.array(size).max(16), data_offsets: z.tuple([size, size]) })

export interface Safetensors {
  /** Ordered by name. */
  entries: TensorEntry[]
  /** Names that were left out because they are another tensor of the file, or of another file of the model. */
  aliases: ReadonlyMap<string, string>
}

/** Every tensor of the file, ordered by name. Refuses (BAD_MODEL, UNSUPPORTED) a file that breaks the format. */
export const openSafetensors = async (path: string): Promise<TensorEntry[]> => (await openWithAliases(path)).entries

/** The same, with the other names that the file gives its tensors. */
export async function openWithAliases(path: string): Promise<Safetensors> {
  const file = await realpath(path).catch((cause: unknown) => {
    throw new UserError('NOT_FOUND', `There is no file ${path}; expected a safetensors file.`, { cause })
  })
  const { header, dataStart, fileBytes } = await readHeader(path, file)
  const entries: TensorEntry[] = []
  for (const [name, described] of Object.entries(header)) {
    if (name !== '__metadata__') entries.push(parseTensor(path, file, name, described, dataStart))
  }
  checkDataIsFilled(path, entries, dataStart, fileBytes)
  return { entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)), aliases: aliasesOf(header) }
}

/** If tensors share their numbers, writers keep one and list the others in the metadata. Maps names left out → kept. */
function aliasesOf({ __metadata__: metadata }: Record<string, unknown>): Map<string, string> {
  if (typeof metadata !== 'object' || metadata === null) return new Map()
  return new Map(Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)

async function readHeader(path: string, file: string) {
  const handle = await open(file, 'r')
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw damaged(path, 'it is not a file')
    if (stats.size < 8) throw damaged(path, `it has ${stats.size} bytes, fewer than the 8 every safetensors file starts with`)
    const length = Buffer.alloc(8)
    await handle.read(length, 0, 8, 0)
    const headerBytes = length.readBigUInt64LE()
    if (headerBytes > BigInt(MAX_HEADER_BYTES)) {
      throw damaged(path, `its header claims ${headerBytes} bytes, more than the ${MAX_HEADER_BYTES} the format allows`)
    }
    const dataStart = 8 + Number(headerBytes)
    if (dataStart > stats.size) {
      throw damaged(path, `its header claims ${headerBytes} bytes but the file has only ${stats.size}`)
    }
    const text = Buffer.alloc(dataStart - 8)
    await handle.read(text, 0, text.length, 8)
    return { header: parseHeader(path, text), dataStart, fileBytes: stats.size }
  } finally {
    await handle.close()
  }
}

function parseHeader(path: string, bytes: Buffer): Record<string, unknown> {
  let header: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    header = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, 'its header is not JSON', { cause })
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged(path, 'its header is not a JSON object')
  }
  const repeated = repeatedKey(text)
  if (repeated !== null) throw damaged(path, `its header names ${repeated} twice`)
  return header as Record<string, unknown>
}

function parseTensor(path: string, file: string, name: string, described: unknown, dataStart: number): TensorEntry {
  const parsed = tensorSchema.safeParse(described)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw damaged(path, `the header's entry of ${name} is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`)
  }
  const { dtype, shape, data_offsets: [begin, end] } = parsed.data
  if (!Object.hasOwn(bytesPerElement, dtype)) {
    const known = Object.keys(bytesPerElement).join(', ')
    throw new UserError('UNSUPPORTED', `${path}: ${name} has the number type ${dtype}; expected one of ${known}.`)
  }
  const expected = elementCount(shape) * elementBytes(dtype as Dtype)
  if (!Number.isSafeInteger(expected)) throw damaged(path, `${name} claims the impossible shape [${shape.join(', ')}]`)
  if (end - begin !== expected) {
    throw damaged(path, `${name} (${dtype} [${shape.join(', ')}]) needs ${expected} bytes but its offsets ` +
      `${begin}–${end} hold ${end - begin}`)
  }
  return { name, dtype: dtype as Dtype, shape, file, byteOffset: dataStart + begin, byteLength: expected }
}

/** Tensors in file order must touch one another, begin where the header ends and end where the file ends. */
function checkDataIsFilled(path: string, entries: TensorEntry[], dataStart: number, fileBytes: number): void {
  let position = dataStart
  let previous = 'the header'
  const inOrder = [...entries].sort((a, b) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength)
  for (const entry of inOrder) {
    if (entry.byteOffset < position) throw damaged(path, `${entry.name} overlaps ${previous}`)
    if (entry.byteOffset > position) throw damaged(path, `there are unclaimed bytes between ${previous} and ${entry.name}`)
    position += entry.byteLength
    previous = entry.name
  }
  if (position > fileBytes) {
    throw damaged(path, `it is cut short: the tensors need ${position} bytes and the file has ${fileBytes}`)
  }
  if (position < fileBytes) throw damaged(path, `its last ${fileBytes - position} bytes belong to no tensor`)
}

const damaged = (path: string, what: string, options?: ErrorOptions): UserError =>
  new UserError('BAD_MODEL', `${path} is not a usable safetensors file: ${what}. Download or convert it again.`, options)
