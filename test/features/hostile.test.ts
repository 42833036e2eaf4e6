/** Broken and hostile files end with one sentence that says what is wrong, before memory or time are spent on them. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFeatureSet } from '../../src/features/open.ts'
import { float32, temporaryFolder, type TestTensor, writeSafetensors } from '../model/safetensors-files.ts'
import { featuresFolder } from './fixtures.ts'
import { copyOf, expectRefusal, folderWith } from './refusals.ts'

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
