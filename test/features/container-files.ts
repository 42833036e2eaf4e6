/** Makes zip files, NumPy arrays and pickles for tests, right or deliberately wrong. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface TestMember {
  name: string
  content: Uint8Array
  compressed?: boolean
  /** Lies about the size of the content. */
  claimedSize?: number
}

/** A zip file of these members (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
export function zipFile(members: readonly TestMember[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, compressed = false, claimedSize = content.length } of members) {
    const data = compressed ? deflateRawSync(content) : Buffer.from(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(compressed ? 8 : 0, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(claimedSize, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(
    directory.reduce((sum, each) => sum + each.length, 0),
    8,
  )
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end])
}

/** A NumPy array; `header` replaces the one that fits. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array, header?: string): Buffer {
  const text =
    header ??
    `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0]),
    length,
    Buffer.from(text),
    data,
  ])
}

/** Opcodes of a pickle: names of globals as `c module\nname\n`. */
export const globalName = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`)

const PROTO_2 = Buffer.from([0x80, 2])
const STOP = Buffer.from('.')

export const pickle = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([PROTO_2, ...parts, STOP])

/** A .pt file whose object is this pickle. */
export const torchZip = (object: Uint8Array, more: readonly TestMember[] = []): Buffer =>
  zipFile([{ name: 'archive/data.pkl', content: object }, ...more])

/** SHORT_BINUNICODE */
export const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x8c, value.length]), Buffer.from(value)])
