import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openSafetensors, type TensorEntry } from '../../src/model/safetensors.ts'
import { readRowsAsFloat32, readTensorAsFloat32, visitBlocks } from '../../src/model/safetensors-read.ts'
import { float32, half, temporaryFolder, type TestTensor, writeRaw, writeSafetensors } from './safetensors-files.ts'

let path = ''
beforeEach(() => { path = join(temporaryFolder(), 'model.safetensors') })

const write = (tensors: Record<string, TestTensor>, pad = 0) => writeSafetensors(path, tensors, { pad })
async function openOnly(): Promise<TensorEntry> {
  const [entry] = await openSafetensors(path)
  return entry!
}

describe('openSafetensors', () => {
  it('lists every tensor by name with its place in the file', async () => {
    write({ b: float32([2, 2], [1, 2, 3, 4]), a: half('F16', [3], [0, 0, 0]) })
    const entries = await openSafetensors(path)
    expect(entries.map(({ name, dtype, shape, byteLength }) => ({ name, dtype, shape, byteLength }))).toEqual([
      { name: 'a', dtype: 'F16', shape: [3], byteLength: 6 },
      { name: 'b', dtype: 'F32', shape: [2, 2], byteLength: 16 },
    ])
    expect(entries[0]!.byteOffset - entries[1]!.byteOffset).toBe(16)
  })

  it('accepts scalars, empty tensors and tensors with odd names', async () => {
    write({ scalar: float32([], [7]), empty: float32([0, 5], []), __proto__x: float32([1], [1]) })
    expect((await openSafetensors(path)).map(({ name, shape }) => [name, shape])).toEqual([
      ['__proto__x', [1]], ['empty', [0, 5]], ['scalar', []],
    ])
  })

  it('resolves symbolic links, as in a download cache', async () => {
    write({ a: float32([1], [1]) })
    const link = join(temporaryFolder(), 'linked.safetensors')
    symlinkSync(path, link)
    expect((await openSafetensors(link))[0]!.file).toBe(path)
  })

  it('says that a file is absent', async () => {
    await expect(openSafetensors(path)).rejects.toMatchObject({
      code: 'NOT_FOUND', message: expect.stringContaining(path),
    })
  })

  it('refuses a folder', async () => {
    mkdirSync(path)
    await expect(openSafetensors(path)).rejects.toThrow(/it is not a file/)
  })

  const tensor = (fields: object) => JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } })
  const two = (a: [number, number], b: [number, number]) =>
    JSON.stringify({ a: { dtype: 'U8', shape: [a[1] - a[0]], data_offsets: a }, b: { dtype: 'U8', shape: [b[1] - b[0]], data_offsets: b } })
  const broken: [string, string, number, RegExp, bigint?][] = [
    ['a header that is longer than the file', '{}', 0, /claims 1000 bytes but the file has only 10/, 1000n],
    ['a header over the limit', '{}', 0, /claims 9223372036854775807 bytes, more than the 100000000/, 2n ** 63n - 1n],
    ['a header that is not JSON', '{"w":', 8, /header is not JSON/],
    ['a header that is not an object', '[1]', 0, /not a JSON object/],
    ['an entry without shape', '{"w":{"dtype":"F32","data_offsets":[0,8]}}', 8, /entry of w is wrong at shape/],
    ['a negative extent', tensor({ shape: [-2] }), 8, /entry of w is wrong at shape\.0/],
    ['a fractional extent', tensor({ shape: [2.5] }), 8, /entry of w is wrong at shape\.0/],
    ['offsets that are not a pair', tensor({ data_offsets: [0] }), 8, /wrong at data_offsets/],
    ['a shape that overflows', tensor({ shape: [2 ** 40, 2 ** 40] }), 8, /impossible shape/],
    ['a shape that does not fill its offsets', tensor({ shape: [3] }), 8, /needs 12 bytes but its offsets 0–8 hold 8/],
    ['offsets in the wrong order', tensor({ data_offsets: [8, 0] }), 8, /hold -8/],
    ['tensors that overlap', two([0, 6], [4, 8]), 8, /b overlaps a/],
    ['bytes between tensors', two([0, 2], [4, 8]), 8, /unclaimed bytes between a and b/],
    ['bytes before the first tensor', tensor({ data_offsets: [4, 12] }), 12, /unclaimed bytes between the header and w/],
    ['bytes after the last tensor', tensor({}), 11, /last 3 bytes belong to no tensor/],
    ['a name that stands there twice', `{"w":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\\u0077":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`,
      2, /header names w twice/],
    ['data that is cut short', tensor({}), 5, /cut short: the tensors need \d+ bytes and the file has \d+/],
  ]
  it.each(broken)('refuses %s', async (_what, header, dataBytes, message, claimed) => {
    writeRaw(path, header, new Uint8Array(dataBytes), claimed)
    await expect(openSafetensors(path)).rejects.toMatchObject({
      code: 'BAD_MODEL', message: expect.stringMatching(message),
    })
  })

  it('refuses a number type it does not know, and names those it does', async () => {
    writeRaw(path, tensor({ dtype: 'F4' }), new Uint8Array(8))
    await expect(openSafetensors(path)).rejects.toMatchObject({
      code: 'UNSUPPORTED', message: expect.stringMatching(/w has the number type F4; expected one of .*BF16/),
    })
  })

  it('refuses a file of fewer than 8 bytes', async () => {
    writeFileSync(path, 'abc')
    await expect(openSafetensors(path)).rejects.toThrow(/it has 3 bytes, fewer than the 8/)
  })
})

describe('reading', () => {
  it('reads float32 from any offset', async () => {
    const values = [1.5, -2, 3e-40, 4e30]
    // Odd lengths of the header put the data on every alignment.
    for (const pad of [0, 1, 2, 3]) {
      write({ w: float32([2, 2], values) }, pad)
      expect(await readTensorAsFloat32(await openOnly())).toEqual(Float32Array.from(values))
    }
  })

  it('converts every bfloat16', async () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i)
    write({ w: half('BF16', [65536], bits) })
    const expected = new Float32Array(Uint32Array.from(bits, (b) => b * 65536).buffer)
    expect(await readTensorAsFloat32(await openOnly())).toEqual(expected)
  })

  it.each([
    ['zero', 0x0000, 0],
    ['minus zero', 0x8000, -0],
    ['one', 0x3c00, 1],
    ['the largest', 0x7bff, 65504],
    ['the smallest normal', 0x0400, 2 ** -14],
    ['the smallest subnormal', 0x0001, 2 ** -24],
    ['the largest subnormal', 0x03ff, 1023 * 2 ** -24],
    ['a third', 0x3555, 0.333251953125],
    ['a negative', 0xc100, -2.5],
    ['infinity', 0x7c00, Infinity],
    ['minus infinity', 0xfc00, -Infinity],
    ['NaN', 0x7e00, NaN],
  ])('converts the half float %s', async (_name, bits, value) => {
    write({ w: half('F16', [1], [bits]) })
    expect([...await readTensorAsFloat32(await openOnly())]).toEqual([value])
  })

  it('reads tensors larger than one chunk', async () => {
    const count = 9_000_001
    const bits = new Uint16Array(count)
    for (let i = 0; i < count; i++) bits[i] = 0x3f80 + (i % 100)
    write({ w: half('BF16', [count], bits) })
    const values = await readTensorAsFloat32(await openOnly())
    expect(values.length).toBe(count)
    expect(values.every((value, i) => value === 1 + (i % 100) / 128)).toBe(true)
  })

  it('gathers rows in the order asked, repeated ones too', async () => {
    write({ w: half('F16', [3, 2], [0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600]), x: float32([1], [9]) })
    expect([...await readRowsAsFloat32((await openSafetensors(path))[0]!, [2, 0, 2])]).toEqual([5, 6, 1, 2, 5, 6])
  })

  it('refuses rows that are not there', async () => {
    write({ w: float32([2, 2], [1, 2, 3, 4]) })
    const entry = await openOnly()
    await expect(readRowsAsFloat32(entry, [2])).rejects.toThrow('Row 2 of w was asked for; it has rows 0 to 1')
    await expect(readRowsAsFloat32({ ...entry, shape: [4] }, [0])).rejects.toThrow(/rows are read of matrices only/)
  })

  it('refuses integers as weights', async () => {
    write({ w: { dtype: 'I32', shape: [1], bytes: new Uint8Array(4) } })
    await expect(readTensorAsFloat32(await openOnly())).rejects.toMatchObject({
      code: 'UNSUPPORTED', message: expect.stringMatching(/stored as I32; expected F32, BF16, F16, F64/),
    })
  })

  it('notices a file that shrank after it was opened', async () => {
    write({ w: float32([4], [1, 2, 3, 4]) })
    const entry = await openOnly()
    truncateSync(path, entry.byteOffset + 8)
    await expect(readTensorAsFloat32(entry)).rejects.toThrow(/ended while w was read/)
  })
})

describe('visitBlocks', () => {
  it('shows every byte of every tensor once', async () => {
    const a = Float32Array.from({ length: 100 }, (_, i) => i)
    write({ a: float32([100], a), b: float32([3], [1, 2, 3]), none: float32([0], []) })
    const seen = new Map<string, Uint8Array[]>()
    await visitBlocks(await openSafetensors(path), 64, ({ entry, index, bytes }) => {
      const blocks = seen.get(entry.name) ?? []
      // A copy: the bytes are used again once the visit has ended.
      blocks[index] = bytes.slice()
      seen.set(entry.name, blocks)
    })
    expect([...seen.keys()].sort()).toEqual(['a', 'b'])
    expect(seen.get('a')!.map((block) => block.length)).toEqual([64, 64, 64, 64, 64, 64, 16])
    expect(Buffer.concat(seen.get('a')!)).toEqual(Buffer.from(a.buffer))
  })

  it('fails when a visit fails, and stops when told to', async () => {
    write({ a: float32([100], new Float32Array(100)) })
    const entries = await openSafetensors(path)
    await expect(visitBlocks(entries, 8, ({ index }) => { if (index === 7) throw new Error('seven') })).rejects.toThrow('seven')
    const stop = new AbortController()
    let visits = 0
    const visiting = visitBlocks(entries, 8, () => { if (++visits === 3) stop.abort() }, stop.signal)
    await expect(visiting).rejects.toThrow(/abort/i)
    expect(visits).toBeLessThan(50)
  })
})
