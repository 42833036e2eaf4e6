/** Files that hold arrays among other things, zip and pickle, from strangers: nothing of them is run, and nothing inflated without a limit. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFeatureSet } from '../../src/features/open.ts'
import { temporaryFolder } from '../model/safetensors-files.ts'
import { globalName, npy, pickle, text, torchZip, zipFile } from './container-files.ts'
import { featuresFolder } from './fixtures.ts'
import { expectRefusal, folderWith, refusal } from './refusals.ts'

describe('an npz file', () => {
  const floats = (count: number, value = 0.5) => Buffer.from(new Float32Array(count).fill(value).buffer)
  const arrays = { W_enc: [3, 5], W_dec: [5, 3], b_enc: [5], b_dec: [3], threshold: [5] }
  const folder = (change: (name: string, array: Buffer) => Buffer = (_, array) => array, compressed = false): string =>
    folderWith({
      'params.npz': zipFile(
        Object.entries(arrays).map(([name, shape]) => ({
          name: `${name}.npy`,
          content: change(name, npy('<f4', shape, floats(shape.reduce((n, d) => n * d, 1)))),
          compressed,
        })),
      ),
    })
  const site = { layer: 0, name: 'resid_post' } as const
  const only = (name: string, content: Buffer) => folder((each, array) => (each === name ? content : array))

  it.each([false, true])('opens when nothing is wrong with it, compressed: %s', async (compressed) => {
    await expect(openFeatureSet(folder(undefined, compressed), { site })).resolves.toMatchObject({ D: 3, F: 5 })
  })
  it('asks for its site where the path names none', () => expectRefusal(folder(), 'BAD_INPUT', /give the site/))
  it.each([
    ['no zip file', () => folderWith({ 'params.npz': 'hello' }), /params\.npz is not a usable zip file/],
    [
      'cut short',
      () => folderWith({ 'params.npz': zipFile([{ name: 'W_enc.npy', content: floats(15) }]).subarray(0, 80) }),
      /Either not a zip file, or file is truncated/,
    ],
    ['an array of objects', () => only('W_enc', npy('|O', [3, 5], floats(15))), /number type '\|O'/],
    [
      'an array whose shape does not fit its bytes',
      () => only('W_enc', npy('<f4', [3, 6], floats(15))),
      /its shape \[3, 6\] needs 72 bytes and it has 60/,
    ],
    [
      'an array of an impossible shape',
      () => only('W_enc', npy('<f4', [4294967296, 4294967296, 16], floats(15))),
      /its shape/,
    ],
    [
      'an array without a header',
      () => only('W_enc', npy('<f4', [3, 5], floats(15), '{}')),
      /does not give descr, fortran_order and shape/,
    ],
    ['what is no array', () => only('W_enc', Buffer.from('W_enc is not here')), /it is no NumPy array/],
    [
      'a header longer than its file',
      () =>
        only(
          'W_enc',
          Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, 0xff, 0xff]), floats(15)]),
        ),
      /its header claims 65535 bytes/,
    ],
    ['NaN', () => only('b_enc', npy('<f4', [5], floats(5, NaN))), /b_enc holds NaN or infinity at \[0\]/],
    [
      'a missing array',
      () => folderWith({ 'params.npz': zipFile([{ name: 'W_enc.npy', content: npy('<f4', [3, 5], floats(15)) }]) }),
      /lacks the tensor threshold; it has W_enc/,
    ],
    [
      'two members of one name',
      () =>
        folderWith({
          'params.npz': zipFile([
            { name: 'a.npy', content: floats(1) },
            { name: 'a.npy', content: floats(1) },
          ]),
        }),
      /two members a\.npy/,
    ],
  ])('is refused with %s', async (_, make, message) => {
    const found = await refusal(make(), { site })
    expect(found.message).toMatch(message)
    expect(['BAD_FEATURES', 'UNSUPPORTED']).toContain(found.code)
  })

  it('is refused when it names a place beyond what any file has', () => {
    const locator = Buffer.concat([Buffer.from('PK\x06\x07'), Buffer.alloc(4), Buffer.alloc(8, 0xff), Buffer.alloc(4)])
    const whole = zipFile([{ name: 'W_enc.npy', content: floats(15) }])
    const file = Buffer.concat([whole.subarray(0, -22), locator, whole.subarray(-22)])
    return expectRefusal(folderWith({ 'params.npz': file }), 'BAD_FEATURES', /names a place that it does not have/)
  })

  it('is refused before it is inflated when it claims to be enormous', () => {
    const bomb = zipFile([
      { name: 'W_enc.npy', content: new Uint8Array(1_000_000), compressed: true, claimedSize: 4_000_000_000 },
    ])
    return expectRefusal(
      folderWith({ 'params.npz': bomb }),
      'TOO_LARGE',
      /W_enc\.npy claims 4000000000 bytes; expected at most/,
      { site },
    )
  })

  it('is refused while it is inflated when it is longer than it claims', () => {
    const bomb = zipFile([
      { name: 'W_enc.npy', content: new Uint8Array(30_000_000), compressed: true, claimedSize: 200 },
    ])
    return expectRefusal(folderWith({ 'params.npz': bomb }), 'BAD_FEATURES', /too many bytes|longer than it claims/, {
      site,
    })
  })
})

describe('a PyTorch file', () => {
  const open = (bytes: Uint8Array) => join(folderWith({ 'layer0.sae.pt': bytes }), 'layer0.sae.pt')
  const emptyDict = Buffer.from('}')

  it('never runs what it asks for', async () => {
    const mark = join(temporaryFolder(), 'it-ran')
    const bytes = torchZip(pickle(globalName('os', 'system'), text(`touch ${mark}`), Buffer.from([0x85, 0x52])))
    await expectRefusal(open(bytes), 'BAD_FEATURES', /asks for os\.system, which weights do not need; a pickle may run any program/)
    expect(existsSync(mark)).toBe(false)
  })
  it('never runs it in the protocol that names functions on the stack either', () =>
    expectRefusal(
      open(torchZip(pickle(text('builtins'), text('eval'), Buffer.from([0x93])))),
      'BAD_FEATURES',
      /asks for builtins\.eval/,
    ))
  it.each([
    ['objects of classes (INST)', Buffer.from('(iposix\nsystem\n'), /opcode 0x69/],
    [
      'objects of classes (NEWOBJ)',
      Buffer.concat([globalName('collections', 'OrderedDict'), Buffer.from([0x29, 0x81])]),
      /opcode 0x81/,
    ],
    ['extensions', Buffer.from([0x82, 1]), /opcode 0x82/],
    [
      'a call of a name that makes no tensor',
      Buffer.concat([globalName('torch', 'float32'), Buffer.from([0x29, 0x52])]),
      /calls torch\.float32/,
    ],
    [
      'a call of what is no function',
      Buffer.concat([text('os'), Buffer.from([0x29, 0x52])]),
      /calls what is no function/,
    ],
    [
      'state for what it may not make',
      Buffer.concat([text('x'), text('y'), Buffer.from('b')]),
      /sets the state of an object/,
    ],
    ['an empty stack', Buffer.from('0'), /takes from an empty stack/],
    ['no mark', Buffer.from('t'), /lacks a mark/],
    ['a value that it never kept', Buffer.from([0x68, 7]), /recalls a value 7/],
    ['a text longer than the file', Buffer.from([0x58, 0xff, 0xff, 0xff, 0x7f]), /holds a text of 2147483647 bytes/],
    ['a number of many bytes', Buffer.from([0x8a, 0xff, ...Array<number>(255).fill(1)]), /holds a number of 255 bytes/],
    ['a later protocol', Buffer.from([0x80, 9]), /the protocol 9/],
    [
      'a storage that is none',
      Buffer.concat([text('storage'), Buffer.from([0x85, 0x51])]),
      /refers to a storage in a way/,
    ],
    ['no dict', Buffer.from(']'), /holds no dict of tensors/],
  ])('is refused with %s in its pickle', (_, code, message) =>
    expectRefusal(open(torchZip(pickle(code))), 'BAD_FEATURES', message),
  )

  it.each([
    ['lists within lists', Buffer.alloc(1_000_000, ']'), /stacks more than 100000 values/],
    ['marks without end', Buffer.alloc(1_000_000, '('), /stacks more than 100000 values/],
    [
      'more steps than weights need',
      Buffer.concat([emptyDict, Buffer.alloc(3_000_000, Buffer.from('N0'))]),
      /more than 2000000 steps/,
    ],
    [
      'more kept values than weights have',
      Buffer.concat([emptyDict, Buffer.alloc(300_000, 0x94)]),
      /remembers more than 200000 values/,
    ],
  ])('is refused with %s', (_, code, message) => expectRefusal(open(torchZip(pickle(code))), 'BAD_FEATURES', message))

  it.each([
    ['no zip file and no pickle', Buffer.from('hello, world'), /neither a zip file nor a pickle/],
    ['a pickle that torch.save did not write', pickle(Buffer.from('}')), /torch\.save did not write/],
    [
      'a zip file without an object',
      zipFile([{ name: 'archive/version', content: Buffer.from('3') }]),
      /has no data\.pkl/,
    ],
    ['three bytes', Buffer.from('abc'), /it has 3 bytes/],
    ['no tensors', torchZip(pickle(emptyDict)), /no feature set of a known format/],
    ['an enormous object', torchZip(Buffer.alloc(16_000_001, 'N')), /claims 16000001 bytes/],
  ])('is refused with %s', async (_, bytes, message) => {
    const found = await refusal(open(bytes))
    expect(found.message).toMatch(message)
  })

  it('of a big-endian machine is refused', () =>
    expectRefusal(
      open(torchZip(pickle(emptyDict), [{ name: 'archive/byteorder', content: Buffer.from('big') }])),
      'UNSUPPORTED',
      /big-endian/,
    ))

  it.each(['openai-topk', 'openai-topk-legacy'])('%s that is cut short is refused', async (name) => {
    const fixture = JSON.parse(readFileSync(join(featuresFolder, `${name}.expected.json`), 'utf8')) as { path: string }
    const bytes = readFileSync(join(featuresFolder, fixture.path))
    const dir = join(temporaryFolder(), 'resid_post_mlp_v5_32k')
    mkdirSync(dir)
    for (const share of [0.05, 0.5, 0.99]) {
      writeFileSync(join(dir, '6.pt'), bytes.subarray(0, Math.floor(bytes.length * share)))
      expect((await refusal(join(dir, '6.pt'))).code).toBe('BAD_FEATURES')
    }
  })

  it('of neurons is refused by name', () => {
    const dir = join(temporaryFolder(), 'mlp_post_act_v4', 'autoencoders')
    cpSync(join(featuresFolder, 'resid_delta_mlp_v4', 'autoencoders'), dir, { recursive: true })
    return expectRefusal(join(dir, '2.pt'), 'UNSUPPORTED', /reads the MLP's neurons \(mlp_post_act\)/)
  })
})
