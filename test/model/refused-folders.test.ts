/** Folders that are refused, with what is wrong with them. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { smallConfigs, smallTensors, writeModel, writeShardedModel } from './folder-models.ts'
import { float32, temporaryFolder, writeSafetensors } from './safetensors-files.ts'

let dir = ''
beforeEach(() => { dir = join(temporaryFolder(), 'my-model') })

const llama = smallConfigs.llama
const open = () => openModelFolder(dir)
const refusal = async () => open().then(() => { throw new Error('it was opened') }, (error: unknown) => error)
const write = (tensors = smallTensors(llama)) => writeModel(dir, llama, tensors)

it('a folder that is absent', async () => {
  expect(await refusal()).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(`no folder ${dir}`) })
})

it('a file', async () => {
  writeFileSync(dir, '')
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/is a file; expected the folder/),
  })
})

it('a folder without config.json', async () => {
  mkdirSync(dir)
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/no config\.json; give the folder/),
  })
})

it('a config.json that is not JSON, by its path', async () => {
  write()
  writeFileSync(join(dir, 'config.json'), '{')
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: `${join(dir, 'config.json')} is not JSON; download it again.`,
  })
})

it('missing tensors, by name', async () => {
  const tensors = smallTensors(llama)
  delete tensors['layers.1.mlp.up_proj.weight']
  write(tensors)
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL',
    message: expect.stringMatching(/lacks the llama tensors layers\.1\.mlp\.up_proj\.weight \(with or without "model\."/),
  })
})

it('many missing tensors, by the first few and their number', async () => {
  write({ 'embed_tokens.weight': smallTensors(llama)['embed_tokens.weight']! })
  expect(await refusal()).toMatchObject({
    message: expect.stringMatching(/norm\.weight, lm_head\.weight, .* and 15 more/),
  })
})

it('a tensor of another shape, with both shapes', async () => {
  write({ ...smallTensors(llama), 'layers.0.self_attn.q_proj.weight': float32([8, 24], new Float32Array(192)) })
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL',
    message: expect.stringMatching(/layers\.0\.self_attn\.q_proj\.weight has the shape \[8, 24\] but config\.json asks for \[24, 8\]/),
  })
})

it('a number type that no engine reads', async () => {
  write({ ...smallTensors(llama), 'norm.weight': { dtype: 'F8_E4M3', shape: [8], bytes: new Uint8Array(8) } })
  expect(await refusal()).toMatchObject({
    code: 'UNSUPPORTED', message: expect.stringMatching(/stored as F8_E4M3; expected F32, F16, BF16/),
  })
})

it('weights of more layers than config.json has, and of fewer', async () => {
  writeModel(dir, { ...llama, num_hidden_layers: 1 }, smallTensors(llama))
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/has the weights of 2 layers but config\.json says 1; correct/),
  })
  writeModel(dir, { ...llama, num_hidden_layers: 3 }, smallTensors(llama))
  expect(await refusal()).toMatchObject({ message: expect.stringMatching(/lacks the llama tensors layers\.2\./) })
})

it.each<[string, string, string]>([
  ['a bias that config.json knows nothing of', 'layers.1.self_attn.q_proj.bias', 'layers.1.self_attn.q_proj.bias'],
  ['a norm of another family', 'model.layers.0.self_attn.q_norm.weight', 'model.layers.0.self_attn.q_norm.weight'],
  ['a bias of the head', 'lm_head.bias', 'lm_head.bias'],
])('%s', async (_what, name, told) => {
  write({ ...smallTensors(llama), [name]: float32([1], [1]) })
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringContaining(`weights that config.json leaves no place for: ${told}; check`),
  })
})

it('a tensor that is there with and without its prefix, and one that two shards have', async () => {
  const tensors = smallTensors(llama)
  write({ ...tensors, 'model.norm.weight': float32([8], new Float32Array(8)) })
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/has norm\.weight twice, as model\.norm\.weight and as norm\.weight; keep one/),
  })
  rmSync(dir, { recursive: true })
  writeShardedModel(dir, llama, tensors)
  const [one] = readdirSync(dir).filter((file) => file.endsWith('.safetensors'))
  writeSafetensors(join(dir, one!), tensors)
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/is in model-0000\d-of-00002\.safetensors and in model-0000\d-of-00002\.safetensors again/),
  })
})

it('the same weights in two forms', async () => {
  const { phi3 } = smallConfigs
  const tensors = smallTensors(phi3)
  for (const layer of [0, 1]) {
    for (const [name, rows] of [['q', 24], ['k', 12], ['v', 12]] as const) {
      tensors[`layers.${layer}.self_attn.${name}_proj.weight`] = float32([rows, 8], new Float32Array(rows * 8))
    }
  }
  writeModel(dir, phi3, tensors)
  expect(await refusal()).toMatchObject({
    message: expect.stringMatching(/the same weights in two forms, layers\.0\.self_attn\.qkv_proj\.weight and layers\.0\.self_attn\.q_proj\.weight/),
  })
})

it('an adapter, which would change what the weights compute', async () => {
  write()
  writeFileSync(join(dir, 'adapter_config.json'), '{}')
  expect(await refusal()).toMatchObject({ code: 'UNSUPPORTED', message: expect.stringMatching(/an adapter would change.*Merge it/) })
})

it('PyTorch weights, and says how to convert them', async () => {
  write()
  rmSync(join(dir, 'model.safetensors'))
  writeFileSync(join(dir, 'pytorch_model.bin'), '')
  expect(await refusal()).toMatchObject({
    code: 'BAD_MODEL', message: expect.stringMatching(/PyTorch weights only.*save_pretrained/),
  })
})

it('a folder without weights, and shards without an index', async () => {
  write()
  rmSync(join(dir, 'model.safetensors'))
  expect(await refusal()).toMatchObject({
    message: expect.stringMatching(/has no weights; expected model\.safetensors, or/),
  })
  writeFileSync(join(dir, 'model-00001-of-00002.safetensors'), '')
  expect(await refusal()).toMatchObject({
    message: expect.stringMatching(/neither model\.safetensors nor model\.safetensors\.index\.json/),
  })
})

describe('an index', () => {
  const indexPath = () => join(dir, 'model.safetensors.index.json')
  const readIndex = () => JSON.parse(readFileSync(indexPath(), 'utf8')) as { weight_map: Record<string, string> }
  const changeIndex = (weightMap: unknown) => writeFileSync(indexPath(), JSON.stringify({ weight_map: weightMap }))
  beforeEach(() => { writeShardedModel(dir, llama, smallTensors(llama)) })

  it.each(['../secret.safetensors', '/etc/secret.safetensors', 'a/b.safetensors', '..', 'a\\b.safetensors'])(
    'that leads outside of the folder: %s', async (file) => {
      changeIndex({ ...readIndex().weight_map, 'norm.weight': file })
      expect(await refusal()).toMatchObject({
        code: 'BAD_MODEL', message: expect.stringContaining('outside of the model folder'),
      })
    })

  it('that names a file which is not there', async () => {
    changeIndex({ ...readIndex().weight_map, 'norm.weight': 'model-3.safetensors' })
    expect(await refusal()).toMatchObject({
      message: expect.stringMatching(/names model-3\.safetensors, which is not in the folder/),
    })
  })

  it.each([['[]'], ['{"weight_map": {"a": 1}}'], ['{']])('that is malformed: %s', async (content) => {
    writeFileSync(indexPath(), content)
    expect(await refusal()).toMatchObject({
      code: 'BAD_MODEL', message: expect.stringContaining('is not a usable index'),
    })
  })
})
