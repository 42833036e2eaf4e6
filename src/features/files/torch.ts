/**
 * PyTorch's files (torch.save): the tensors in place and the plain values beside them. Nothing in the files is executed.
 * Two layouts are in use:
 * - a zip file, stored uncompressed: NAME/data.pkl says which tensor is which part of which storage, NAME/data/KEY are
 *   the storages (torch/serialization.py, `_save`);
 * - before 1.6: five pickles in a row (a magic number, a protocol, the machine, the object, the storages' keys), then
 *   every storage as its number of elements and its bytes (`_legacy_save`).
 */
import { realpath, stat } from 'node:fs/promises'
import { UserError } from '../../errors.ts'
import { type Dtype, elementBytes, elementCount, type TensorEntry } from '../../model/safetensors.ts'
import { decodeAsFloat32 } from '../../model/safetensors-read.ts'
import { shown } from './documents.ts'
import { readPickle, PickleName, type PickleRules, PickleTuple } from './pickle.ts'
import { readRange } from './read-range.ts'
import { inFile, type StoredTensor } from './stored-tensor.ts'
import { readZip } from './zip.ts'

export interface TorchFile {
  tensors: ReadonlyMap<string, StoredTensor>
  /** The other entries of the dict: numbers, texts, dicts (as Map). */
  values: ReadonlyMap<string, unknown>
}

/** Limit for the object without its numbers; that of a state dict has a few kilobytes. */
const MAX_PICKLE_BYTES = 16_000_000

/** A vector that is a view with gaps is gathered into memory, up to this length. A matrix of that kind is refused. */
const MAX_GATHERED = 1 << 24

const MAGIC = Number(0x1950a86a20f9469cfc6cn)

const storageTypes: Readonly<Record<string, Dtype>> = {
  'torch FloatStorage': 'F32',
  'torch DoubleStorage': 'F64',
  'torch HalfStorage': 'F16',
  'torch BFloat16Storage': 'BF16',
  'torch LongStorage': 'I64',
  'torch IntStorage': 'I32',
  'torch ShortStorage': 'I16',
  'torch CharStorage': 'I8',
  'torch ByteStorage': 'U8',
  'torch BoolStorage': 'BOOL',
}
const ORDERED_DICT = 'collections OrderedDict'
const REBUILD_TENSOR = 'torch._utils _rebuild_tensor_v2'
const REBUILD_PARAMETER = 'torch._utils _rebuild_parameter'
const SIZE = 'torch Size'
const DEVICE = 'torch device'
const plainNames = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32'].map((name) => `torch ${name}`)

const allowed: ReadonlySet<string> = new Set([
  ...Object.keys(storageTypes),
  ORDERED_DICT,
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  SIZE,
  DEVICE,
  ...plainNames,
])

interface StorageRef {
  kind: 'storage'
  key: string
  dtype: Dtype
  elements: number
}

interface TensorRef {
  kind: 'tensor'
  storage: StorageRef
  /** In elements, like the strides. */
  offset: number
  shape: readonly number[]
  strides: readonly number[]
}

/** Where a storage's bytes begin, and how many there are. */
interface Place {
  at: number
  bytes: number
}

/** The dict that was saved with `torch.save`. Throws BAD_FEATURES or UNSUPPORTED. */
export async function openTorch(path: string): Promise<TorchFile> {
  const file = await realpath(path)
  const { value, places } = (await isZip(path, file)) ? await readZipped(path, file) : await readLegacy(path, file)
  if (!(value instanceof Map)) throw broken(path, 'it holds no dict of tensors')
  const tensors = new Map<string, StoredTensor>()
  const values = new Map<string, unknown>()
  for (const [key, each] of value) {
    if (typeof key !== 'string') continue
    if (isTensor(each)) tensors.set(key, await locate(path, file, key, each, places))
    else values.set(key, each)
  }
  return { tensors, values }
}

async function readZipped(path: string, file: string) {
  const members = await readZip(file)
  const pickles = [...members.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  const [name] = pickles
  if (name === undefined || pickles.length > 1) throw broken(path, 'it has no data.pkl, which torch.save writes')
  const root = name.slice(0, -'data.pkl'.length)
  const order = members.get(`${root}byteorder`)
  if (order !== undefined && new TextDecoder().decode(await order.read(16)) !== 'little') {
    throw new UserError('UNSUPPORTED', `${path} was saved on a big-endian machine; save it again on another.`)
  }
  const bytes = await members.get(name)!.read(MAX_PICKLE_BYTES)
  const { value } = readPickle(path, bytes, 0, rulesOf(path))
  const places = new Map<string, Place>()
  for (const [member, { size, storedAt }] of members) {
    if (!member.startsWith(`${root}data/`)) continue
    if (storedAt === null) throw broken(path, `${shown(member)} is compressed, which torch.save never does`)
    places.set(member.slice(`${root}data/`.length), { at: storedAt, bytes: size })
  }
  return { value, places }
}

async function readLegacy(path: string, file: string) {
  const { start, fileBytes } = await readStart(file)
  if (start[0] !== 0x80) throw broken(path, 'it is neither a zip file nor a pickle, which torch.save writes')
  const rules = rulesOf(path)
  const magic = readPickle(path, start, 0, rules)
  if (magic.value !== MAGIC) throw broken(path, 'it is a pickle that torch.save did not write')
  const protocol = readPickle(path, start, magic.end, rules)
  const machine = readPickle(path, start, protocol.end, rules)
  if (machine.value instanceof Map && machine.value.get('little_endian') === false) {
    throw new UserError('UNSUPPORTED', `${path} was saved on a big-endian machine; save it again on another.`)
  }
  const storages = new Map<string, StorageRef>()
  const object = readPickle(path, start, machine.end, {
    ...rules,
    persistent: (id) => keep(storages, storageOf(path, id)),
  })
  const keys = readPickle(path, start, object.end, rules)
  if (!Array.isArray(keys.value)) throw broken(path, 'it does not list its storages')
  const places = new Map<string, Place>()
  let at = keys.end
  for (const key of keys.value as readonly unknown[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (storage === undefined) throw broken(path, 'it lists a storage that no tensor is part of')
    const bytes = storage.elements * elementBytes(storage.dtype)
    places.set(storage.key, { at: at + 8, bytes })
    at += 8 + bytes
  }
  if (at > fileBytes) throw broken(path, `it is cut short: its storages end at ${at} and it has ${fileBytes} bytes`)
  return { value: object.value, places }
}

function keep(storages: Map<string, StorageRef>, storage: StorageRef): StorageRef {
  storages.set(storage.key, storage)
  return storage
}

const rulesOf = (path: string): PickleRules => ({
  allowed,
  persistent: (id) => storageOf(path, id),
  call: (name, args) => call(path, name, args),
})

/** ('storage', type, key, device, elements) and, in the old layout, a view that is always null. */
function storageOf(path: string, id: unknown): StorageRef {
  const [tag, type, key, , elements, view] = id instanceof PickleTuple ? id.items : []
  const dtype = type instanceof PickleName ? storageTypes[type.name] : undefined
  if (
    tag !== 'storage' ||
    dtype === undefined ||
    typeof key !== 'string' ||
    !isCount(elements) ||
    (view ?? null) !== null
  ) {
    throw broken(path, 'it refers to a storage in a way that torch.save does not')
  }
  return { kind: 'storage', key, dtype, elements }
}

function call(path: string, name: string, args: readonly unknown[]): unknown {
  switch (name) {
    case ORDERED_DICT:
      return new Map()
    case SIZE:
      return args[0] ?? null
    case DEVICE:
      return args[0] ?? null
    case REBUILD_PARAMETER:
      return args[0] ?? null
    case REBUILD_TENSOR:
      return tensorOf(path, args)
    default:
      throw broken(path, `it calls ${name.replace(' ', '.')}, which makes no tensor`)
  }
}

function tensorOf(path: string, [storage, offset, size, stride]: readonly unknown[]): TensorRef {
  const shape = countsOf(size)
  const strides = countsOf(stride)
  if (
    !isStorage(storage) ||
    !isCount(offset) ||
    shape === null ||
    strides === null ||
    strides.length !== shape.length ||
    shape.length > 8
  ) {
    throw broken(path, 'it makes a tensor in a way that torch.save does not')
  }
  const last = shape.reduce((sum, extent, axis) => sum + Math.max(0, extent - 1) * strides[axis]!, offset)
  const elements = elementCount(shape)
  if (!Number.isSafeInteger(last) || !Number.isSafeInteger(elements) || (elements > 0 && last >= storage.elements)) {
    throw broken(path, `a tensor [${shape.join(', ')}] reaches beyond its storage of ${storage.elements} elements`)
  }
  return { kind: 'tensor', storage, offset, shape, strides }
}

/** The tensor in the file: as stored, as the transpose of what is stored, or gathered from a view with gaps. */
async function locate(
  path: string,
  file: string,
  name: string,
  { storage, offset, shape, strides }: TensorRef,
  places: ReadonlyMap<string, Place>,
): Promise<StoredTensor> {
  const place = places.get(storage.key)
  const width = elementBytes(storage.dtype)
  if (place === undefined || place.bytes < storage.elements * width) {
    throw broken(
      path,
      `${shown(name)} needs ${storage.elements * width} bytes and its storage has ${place?.bytes ?? 'none'}`,
    )
  }
  const entry = (lying: readonly number[]): TensorEntry => ({
    name,
    dtype: storage.dtype,
    shape: lying,
    file,
    byteOffset: place.at + offset * width,
    byteLength: elementCount(shape) * width,
  })
  if (isRowMajor(shape, strides)) return inFile(entry(shape))
  const reversed = [...shape].reverse()
  if (shape.length === 2 && isRowMajor(reversed, [...strides].reverse())) return inFile(entry(reversed), true)
  if (shape.length !== 1 || shape[0]! > MAX_GATHERED) {
    throw new UserError(
      'UNSUPPORTED',
      `${path}: ${shown(name)} [${shape.join(', ')}] is a view with the strides [${strides.join(', ')}]; ` +
        'save it with .contiguous().',
    )
  }
  const elements = Math.max(0, shape[0]! - 1) * strides[0]! + Math.min(1, shape[0]!)
  const bytes = await readRange(file, place.at + offset * width, elements * width, name)
  const all = decodeAsFloat32({ ...entry([elements]) }, bytes)
  const data = Float32Array.from({ length: shape[0]! }, (_, i) => all[i * strides[0]!]!)
  return { name, shape, content: { kind: 'data', data }, turned: false }
}

/** Whether the elements are in row-major order. An axis with one entry may have any stride. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

function countsOf(value: unknown): readonly number[] | null {
  return value instanceof PickleTuple && value.items.every(isCount) ? value.items : null
}

const hasKind = (value: unknown): value is { kind: unknown } =>
  typeof value === 'object' && value !== null && 'kind' in value
const isStorage = (value: unknown): value is StorageRef => hasKind(value) && value.kind === 'storage'
const isTensor = (value: unknown): value is TensorRef => hasKind(value) && value.kind === 'tensor'

async function isZip(path: string, file: string): Promise<boolean> {
  const { size } = await stat(file)
  if (size < 4) throw broken(path, `it has ${size} bytes`)
  const [first, second] = await readRange(file, 0, 2, 'its first bytes')
  return first === 0x50 && second === 0x4b
}

async function readStart(file: string): Promise<{ start: Uint8Array; fileBytes: number }> {
  const { size } = await stat(file)
  return { start: await readRange(file, 0, Math.min(size, MAX_PICKLE_BYTES), 'its pickle'), fileBytes: size }
}

const broken = (path: string, what: string): UserError =>
  new UserError('BAD_FEATURES', `${path} is not a usable PyTorch file: ${what}; download it again.`)
