import { describe, expect, it } from 'vitest'
import { readMatrix, readVector } from '../../../ingest/vectors/read.ts'
import { datasetFile } from '../datasets/files.ts'

const values = [0.5, -1, 2, 0.25, 3, -4]
const rows = [values.slice(0, 3), values.slice(3)]

function npy({ type = '<f4', shape = '(2, 3)', order = 'False', version = 1, data = values, cut = 0 } = {}): Buffer {
  const dictionary = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`
  const header = Buffer.from(`${dictionary}${' '.repeat(7)}\n`, 'latin1')
  const length = version === 1 ? Buffer.alloc(2) : Buffer.alloc(4)
  if (version === 1) length.writeUInt16LE(header.length)
  else length.writeUInt32LE(header.length)
  const floats = type === '<f8' ? new Float64Array(data) : new Float32Array(data)
  const body = Buffer.from(floats.buffer).subarray(0, floats.byteLength - cut)
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.from([version, 0]), length, header, body])
}

function safetensors(tensors: Record<string, readonly number[]>): Buffer {
  const all = Object.values(tensors)
  let offset = 0
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, shape]) => {
      const begin = offset
      offset += shape.reduce((a, b) => a * b) * 4
      return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }]
    }),
  )
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...all.map(() => Buffer.from(new Float32Array(values).buffer))])
}

describe('the same basis', () => {
  it.each([
    ['basis.json', JSON.stringify(rows)],
    ['basis.npy', npy()],
    ['BASIS.NPY', npy({ type: '<f8', version: 2 })],
    ['basis.safetensors', safetensors({ basis: [2, 3] })],
  ])('from %s', async (name, content) => {
    expect(await readMatrix(datasetFile(content, name))).toEqual(rows)
  })
})

describe('a direction', () => {
  it.each([
    ['d.json', '[0.5, -1, 2]'],
    ['d.json', '[[0.5, -1, 2]]'],
    ['d.npy', npy({ shape: '(3,)', data: [0.5, -1, 2] })],
  ])('from %s', async (name, content) => {
    expect(await readVector(datasetFile(content, name))).toEqual([0.5, -1, 2])
  })

  it('is one vector', async () => {
    await expect(readVector(datasetFile(JSON.stringify(rows), 'd.json'))).rejects.toThrow('holds 2 vectors; a direction is one.')
  })
})

it.each([
  ['v.json', '[1, "a"]', 'is not an array of numbers, nor of such arrays.'],
  ['v.json', '[]', 'is not an array of numbers'],
  ['v.json', '[1,', 'is not valid JSON'],
  ['v.json', '[[1,2],[3]]', 'has 1 numbers in vector 1 and 2 in vector 0; all must be equally long.'],
  ['v.npy', 'hello, this is text', 'it is no NumPy array'],
  ['v.npy', npy({ version: 9 }), 'its format version is 9'],
  ['v.npy', npy({ type: '>f4' }), 'its elements are >f4, expected <f4 or <f8'],
  ['v.npy', npy({ type: '|O' }), 'its elements are |O'],
  ['v.npy', npy({ order: 'True' }), 'it is in Fortran order'],
  ['v.npy', npy({ shape: '(2, 2)' }), 'its shape [2, 2] needs 16 bytes of data, and it has 24'],
  ['v.npy', npy({ shape: '(99999999999, 3)' }), 'needs 1199999999988 bytes'],
  ['v.npy', npy({ cut: 1 }), 'needs 24 bytes of data, and it has 23'],
  ['v.npy', npy({ shape: '(1, 2, 3)' }), 'has the shape [1, 2, 3]; expected [D] for one vector or [R, D] for several.'],
  ['v.npy', npy({ shape: '()' }), 'has the shape []'],
  ['v.npy', npy().subarray(0, 20), 'its header claims 67 bytes, more than there can be'],
  ['v.safetensors', safetensors({ a: [2, 3], b: [2, 3] }), 'holds 2 tensors (a, b); expected exactly one.'],
  ['v.pt', 'x', 'expected .json, .npy or .safetensors.'],
])('%s is refused: %#', async (name, content, message) => {
  await expect(readMatrix(datasetFile(content, name))).rejects.toThrow(message)
})

it('a missing file is said to be missing', async () => {
  await expect(readMatrix('/nowhere/basis.npy')).rejects.toThrow('There is no file /nowhere/basis.npy')
})
