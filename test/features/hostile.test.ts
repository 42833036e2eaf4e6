/** Broken and hostile files end with one sentence that says what is wrong, before memory or time are spent on them. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError, type UserErrorCode } from '../../src/errors.ts'
import { openFeatureSet, type OpenOptions } from '../../src/features/open.ts'
import { float32, temporaryFolder, writeSafetensors, type TestTensor } from '../model/safetensors-files.ts'
import { globalName, npy, pickle, text, torchZip, zipFile } from './container-files.ts'
import { featuresFolder } from './fixtures.ts'

/** What a refusal says, in one sentence. */
async function refusal(path: string, options?: OpenOptions): Promise<{ code: UserErrorCode; message: string }> {
  const error: unknown = await openFeatureSet(path, options).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw new Error(`${path} was not refused with a UserError`, { cause: error })
  expect(error.message).toMatch(/^\S[^\n]*\.$/)
  return { code: error.code, message: error.message }
}

const expectRefusal = async (path: string, code: UserErrorCode, message: RegExp | string, options?: OpenOptions) => {
  const found = await refusal(path, options)
  expect(found.message).toMatch(message)
  expect(found.code).toBe(code)
}

/** A copy of a fixture's folder, to break. */
function copyOf(name: string): string {
  const copy = join(temporaryFolder(), name)
  cpSync(join(featuresFolder, name), copy, { recursive: true })
  return copy
}

const fill = (shape: number[], value = 0.1): TestTensor =>
  float32(shape, new Float32Array(shape.reduce((n, d) => n * d, 1)).fill(value))

/** A SAELens folder of D 3 and F 5. */
function saelens(settings: Record<string, unknown> = {}, tensors: Record<string, TestTensor | null> = {}): string {
  const dir = temporaryFolder()
  const config = { architecture: 'standard', d_in: 3, d_sae: 5, hook_name: 'blocks.0.hook_resid_pre', ...settings }
  writeFileSync(join(dir, 'cfg.json'), JSON.stringify(config))
  const all = { W_enc: fill([3, 5]), W_dec: fill([5, 3]), b_enc: fill([5]), b_dec: fill([3]), ...tensors }
  writeSafetensors(
    join(dir, 'sae_weights.safetensors'),
    Object.fromEntries(Object.entries(all).flatMap(([k, v]) => (v === null ? [] : [[k, v]]))),
  )
  return dir
}

function folderWith(files: Record<string, string | Uint8Array>): string {
  const dir = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content)
  return dir
}

describe('what is no feature set', () => {
  it('is a path where nothing is', () => expectRefusal('/no/such/place', 'NOT_FOUND', /There is no file or folder/))
  it('is an empty folder, with what was looked for', () =>
    expectRefusal(
      temporaryFolder(),
      'BAD_FEATURES',
      /no feature set of a known format; expected cfg\.json with sae_weights\.safetensors \(saelens\), params\.npz/,
    ))
  it('is a text file', () =>
    expectRefusal(join(folderWith({ 'notes.txt': 'hello' }), 'notes.txt'), 'BAD_FEATURES', /no feature set/))
})

describe('a SAELens folder', () => {
  it('opens when nothing is wrong with it', async () => {
    await expect(openFeatureSet(saelens())).resolves.toMatchObject({ D: 3, F: 5 })
  })
  it.each([
    ['a matrix of another shape', {}, { W_enc: fill([3, 6]) }, /W_enc has the shape \[3, 6\]; expected one side of 5/],
    [
      'a decoder of another width',
      {},
      { W_dec: fill([5, 4]), b_dec: fill([4]) },
      /reads vectors of 3 numbers and its decoder writes 4/,
    ],
    ['a bias of another length', {}, { b_dec: fill([4]) }, /b_dec has the shape \[4\]; expected 3 numbers/],
    ['a vector where a matrix should be', {}, { W_enc: fill([15]) }, /W_enc has the shape \[15\]; expected a matrix/],
    ['sizes that it does not state', { d_in: 4 }, {}, /states d_in 4 and its tensors have 3/],
    ['more features than it states', { d_sae: 4 }, {}, /states d_sae 4 and its tensors have 5/],
    ['a missing tensor', {}, { b_enc: null }, /lacks the tensor b_enc; it has W_dec, W_enc, b_dec\./],
    [
      'NaN',
      {},
      { W_enc: float32([3, 5], [...Array<number>(14).fill(0), NaN]) },
      /W_enc holds NaN or infinity at \[2, 4\]/,
    ],
    ['infinity', {}, { b_dec: float32([3], [0, Infinity, 0]) }, /b_dec holds NaN or infinity at \[1\]/],
    [
      'a tensor that its architecture does not use',
      {},
      { threshold: fill([5]) },
      /architecture "standard" does not use \(threshold\)/,
    ],
    ['a gated set without its gate', { architecture: 'gated' }, { b_enc: null }, /lacks the tensor b_gate/],
    ['a k of more features than there are', { architecture: 'topk', k: 6 }, {}, /its k is 6; expected 1 to 5/],
    ['a k that is no count', { architecture: 'topk', k: 1.5 }, {}, /its k is 1\.5/],
    ['no k', { activation_fn_str: 'topk' }, {}, /does not say how many features fire/],
    ['a size that is no number', { d_in: 'many' }, {}, /wrong at "d_in"/],
    [
      'joined heads of a hook without any',
      { reshape_activations: 'hook_z' },
      {},
      /joins heads \(reshape_activations hook_z\) of blocks\.0\.hook_resid_pre/,
    ],
    ['a scaling factor that was not finetuned', {}, { scaling_factor: fill([5]) }, /scaling_factor other than 1/],
  ])('is refused with %s', (_, settings, tensors, message) =>
    expectRefusal(saelens(settings, tensors), 'BAD_FEATURES', message),
  )

  it.each([
    [
      'the architecture matching_pursuit',
      { architecture: 'matching_pursuit' },
      /"matching_pursuit", which chooses its features one after another.*expected standard, gated/,
    ],
    ['the architecture temporal', { architecture: 'temporal' }, /"temporal", which reads earlier positions/],
    ['a word of the language as architecture', { architecture: 'constructor' }, /architecture "constructor"/],
    ['an unknown architecture', { architecture: 'clt' }, /the architecture "clt"; expected standard/],
    ['an unknown activation', { activation_fn_str: 'tanh-relu' }, /"tanh-relu"; expected relu or topk/],
    [
      'whitening that was not folded',
      { normalize_activations: 'covariance_whitening' },
      /"covariance_whitening"; expected none.*folded into the weights when a training ends/,
    ],
    ['one head of a hook', { hook_head_index: 3 }, /reads head 3 of its hook only/],
  ])('is refused by name with %s', (_, settings, message) => expectRefusal(saelens(settings), 'UNSUPPORTED', message))

  it('is refused in one sentence whatever names it gives', () => {
    const hook_name = `blocks.0.\n\u001b[31m${'x'.repeat(100_000)}`
    return expectRefusal(
      saelens({ hook_name }),
      'BAD_INPUT',
      /\("blocks\.0\. {2}\[31mx+…" is none that is known here\)/,
    )
  })

  it.each(['refused-matching-pursuit', 'refused-temporal'])('%s, as the library saves it, is refused by name', (name) =>
    expectRefusal(join(featuresFolder, name), 'UNSUPPORTED', /has the architecture/),
  )

  it('asks for the scale that its training applied and nobody wrote down', () =>
    expectRefusal(
      join(featuresFolder, 'saelens-expected-average-bare'),
      'BAD_INPUT',
      /inputs were scaled .* give the scale/,
    ))

  it('asks for a site that its hook does not name', async () => {
    const dir = saelens({ hook_name: 'blocks.0.mlp.hook_post' })
    await expectRefusal(
      dir,
      'BAD_INPUT',
      /does not say which vector it reads \("blocks\.0\.mlp\.hook_post" is none that is known here\); give the site/,
    )
    await expect(openFeatureSet(dir, { site: { layer: 0, name: 'mlp_out' } })).resolves.toMatchObject({
      site: { layer: 0, name: 'mlp_out' },
    })
  })

  it('is refused when its weights are cut short', async () => {
    const dir = copyOf('saelens-standard')
    const file = join(dir, 'sae_weights.safetensors')
    writeFileSync(file, readFileSync(file).subarray(0, 900))
    await expectRefusal(dir, 'BAD_FEATURES', /cut short/)
  })

  it.each([
    ['is no JSON', '{"d_in": 3,', /cfg\.json is not a usable configuration: it is not JSON/],
    ['is a list', '[]', /it holds no JSON object/],
    ['is nested beyond reason', '['.repeat(100_000), /it is not JSON/],
    ['is too large', `{"d_in": 3, "more": "${'x'.repeat(4_000_001)}"}`, /expected at most 4000000/],
  ])('is refused when its configuration %s', (_, content, message) => {
    const dir = saelens()
    writeFileSync(join(dir, 'cfg.json'), content)
    return expectRefusal(dir, 'BAD_FEATURES', message)
  })
})

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

  it('never runs what it asks for', () =>
    expectRefusal(
      open(torchZip(pickle(globalName('os', 'system'), text('touch /tmp/owned'), Buffer.from([0x85, 0x52])))),
      'BAD_FEATURES',
      /asks for os\.system, which weights do not need; a pickle may run any program/,
    ))
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

describe('a config.yaml', () => {
  const withYaml = (content: string): string => {
    const dir = copyOf('circuit-tracer-relu')
    writeFileSync(join(dir, 'config.yaml'), content)
    return join(dir, 'layer_0.safetensors')
  }
  const hooks = 'feature_input_hook: mlp.hook_in\nfeature_output_hook: mlp.hook_out\n'
  const laughs = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array<string>(9).fill(`*a${i}`).join(', ')}]`,
  ).join('\n')

  it.each([
    ['aliases that multiply', `a0: &a0 [x]\n${laughs}\nmodel_kind: transcoder_set\n${hooks}`, /it is not YAML/],
    ['nesting beyond reason', '['.repeat(100_000), /it is not YAML/],
    [
      'a tag of another language',
      `model_kind: !!python/object/apply:os.system ["true"]\n${hooks}`,
      /it is not YAML|is wrong at "model_kind"/,
    ],
    ['what is no YAML', 'a: b: c: {', /it is not YAML/],
    [
      'more than a configuration',
      `model_kind: transcoder_set\n${hooks}# ${'x'.repeat(200_000)}`,
      /expected at most 200000/,
    ],
    ['no hooks', 'model_kind: transcoder_set\n', /wrong at "feature_input_hook"/],
  ])('is refused with %s', (_, content, message) => expectRefusal(withYaml(content), 'BAD_FEATURES', message))

  it('of a cross-layer transcoder is refused by name', () =>
    expectRefusal(
      withYaml(`model_kind: cross_layer_transcoder\n${hooks}`),
      'UNSUPPORTED',
      /of the kind "cross_layer_transcoder"; expected transcoder_set/,
    ))

  it('that lists files elsewhere says where to look', () =>
    expectRefusal(
      folderWith({
        'config.yaml':
          `model_kind: transcoder_set\n${hooks}transcoders:\n- "hf://google/gemma-scope-2b-pt-transcoders/` +
          'layer_0/width_16k/average_l0_76/params.npz?revision=1"\n',
      }),
      'BAD_FEATURES',
      /it lists hf:\/\/google\/gemma-scope-2b-pt-transcoders\/layer_0.*to be opened where they are downloaded/,
    ))
})

describe('a Llama Scope folder', () => {
  const withParameters = (change: Record<string, unknown>): string => {
    const dir = copyOf('Llama3_1-8B-Base-L6R-8x')
    const file = join(dir, 'hyperparams.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
    return dir
  }
  it.each([
    [
      'no norm of its data',
      { dataset_average_activation_norm: null },
      'BAD_FEATURES',
      /does not give it \(dataset_average_activation_norm\)/,
    ],
    ['no threshold', { jump_relu_threshold: null }, 'BAD_FEATURES', /names no jump_relu_threshold/],
    ['another activation', { act_fn: 'topk' }, 'UNSUPPORTED', /activation function "topk"/],
    ['another normalisation', { norm_activation: 'batch-wise' }, 'UNSUPPORTED', /norm_activation "batch-wise"/],
    ['a gated linear encoder', { use_glu_encoder: true }, 'UNSUPPORTED', /use_glu_encoder/],
  ] as const)('is refused with %s', (_, change, code, message) => expectRefusal(withParameters(change), code, message))
})

describe('sets of other formats', () => {
  it('sparsify with another activation is refused by name', () => {
    const dir = copyOf('sparsify-sae')
    const file = join(dir, 'layers.2', 'cfg.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), activation: 'groupmax' }))
    return expectRefusal(dir, 'UNSUPPORTED', /activation "groupmax"; expected topk/)
  })
  it('dictionary_learning with an unknown class is refused by name', () => {
    const dir = copyOf('dictionary-learning-AutoEncoder')
    const file = join(dir, 'trainer_0', 'config.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"AutoEncoder"', '"constructor"'))
    return expectRefusal(dir, 'UNSUPPORTED', /dict_class "constructor"; expected AutoEncoder, AutoEncoderNew/)
  })
  it('Qwen-Scope asks for k where no folder says it', () => {
    const dir = temporaryFolder()
    cpSync(join(featuresFolder, 'SAE-Res-Qwen3-1.7B-Base-W32K-L0_4', 'layer0.sae.pt'), join(dir, 'layer0.sae.pt'))
    return expectRefusal(dir, 'BAD_INPUT', /does not say how many features are kept.*give k/)
  })
})
