import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { renamed, smallConfigs, smallTensors, writeModel, writeShardedModel } from './folder-models.ts'
import { float32, half, temporaryFolder } from './safetensors-files.ts'

const fixture = (name: string) => join(import.meta.dirname, '../fixtures/models', name)

let dir = ''
beforeEach(() => { dir = join(temporaryFolder(), 'my-model') })

const llama = smallConfigs.llama
const open = () => openModelFolder(dir)

describe('openModelFolder', () => {
  it('describes a real GPT-2 folder', async () => {
    const { identity, tokenizerPath } = await openModelFolder(fixture('gpt2-random'))
    expect(identity).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      tokenizerHash: null,
      name: 'gpt2-random',
      architecture: 'gpt2',
      layers: 3,
      residualWidth: 80,
      heads: 5,
      keyValueHeads: 5,
      headWidth: 16,
      neurons: 320,
      vocabularySize: 300,
      maxPositions: 64,
      parameters: 262_800,
    })
    expect(tokenizerPath).toBeNull()
  })

  it('describes a real Qwen 2 folder', async () => {
    const { identity, tensors } = await openModelFolder(fixture('qwen2-random'))
    expect(identity).toMatchObject({ architecture: 'qwen2', keyValueHeads: 2, parameters: 452_320 })
    expect(tensors.get('layers.3.self_attn.k_proj.bias')!.shape).toEqual([32])
  })

  it('opens the same model from one file, from shards, and with or without prefixes', async () => {
    const tensors = smallTensors(llama)
    const prefixed = renamed(tensors, (name) => (name.startsWith('lm_head') ? name : `model.${name}`))
    const folders = await Promise.all([
      openModelFolder(writeModel(join(dir, 'plain'), llama, tensors)),
      openModelFolder(writeModel(join(dir, 'prefixed'), llama, prefixed)),
      openModelFolder(writeShardedModel(join(dir, 'sharded'), llama, prefixed)),
    ])
    const names = folders.map((folder) => [...folder.tensors.keys()].sort())
    expect(names[1]).toEqual(names[0])
    expect(names[2]).toEqual(names[0])
    expect(new Set(folders.map((folder) => folder.identity.hash)).size).toBe(1)
  })

  it('leaves tensors aside that the computation does not use', async () => {
    const tensors = smallTensors(llama)
    const plain = await openModelFolder(writeModel(join(dir, 'plain'), llama, tensors))
    const withBuffers = { ...tensors, 'model.layers.0.self_attn.rotary_emb.inv_freq': float32([3], [1, 2, 3]) }
    const { tensors: used, identity } = await openModelFolder(writeModel(join(dir, 'buffers'), llama, withBuffers))
    expect([...used.keys()].some((name) => name.includes('inv_freq'))).toBe(false)
    expect(identity).toMatchObject({ hash: plain.identity.hash, parameters: plain.identity.parameters })
  })

  it('needs no head where it is tied to the embedding', async () => {
    const tied = { ...llama, tie_word_embeddings: true }
    const tensors = smallTensors(tied)
    expect(Object.keys(tensors)).not.toContain('lm_head.weight')
    writeModel(dir, tied, tensors)
    expect((await open()).config.tiedHead).toBe(true)
  })

  it('finds the tokenizer and hashes it', async () => {
    writeModel(dir, llama, smallTensors(llama))
    writeFileSync(join(dir, 'tokenizer.json'), 'abc')
    const { tokenizerPath, identity } = await open()
    expect(tokenizerPath).toBe(join(dir, 'tokenizer.json'))
    expect(identity.tokenizerHash).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('follows the links of a download cache and takes the name of its repository', async () => {
    const repository = join(dir, 'models--someone--a-model')
    const blobs = writeModel(join(repository, 'blobs'), llama, smallTensors(llama))
    const snapshot = join(repository, 'snapshots', '0123abcd')
    mkdirSync(snapshot, { recursive: true })
    for (const file of ['config.json', 'model.safetensors']) symlinkSync(join(blobs, file), join(snapshot, file))
    const { identity, tensors } = await openModelFolder(snapshot)
    expect(identity.name).toBe('someone/a-model')
    expect(tensors.get('norm.weight')!.file).toBe(join(blobs, 'model.safetensors'))
    await expect(openModelFolder(repository)).rejects.toThrow(`give its folder ${snapshot}.`)
  })
})

describe('the hash', () => {
  const hashOf = async (name: string, config: object, tensors = smallTensors(config)) =>
    (await openModelFolder(writeModel(join(dir, name), config, tensors))).identity.hash

  it('changes with one bit of one weight', async () => {
    const tensors = smallTensors(llama)
    const bytes = Uint8Array.from(tensors['norm.weight']!.bytes)
    bytes[bytes.length - 1]! ^= 1
    const changed = { ...tensors, 'norm.weight': { ...tensors['norm.weight']!, bytes } }
    expect(await hashOf('a', llama, changed)).not.toBe(await hashOf('b', llama, tensors))
  })

  it('changes with two tensors of one shape exchanged', async () => {
    const tensors = smallTensors(llama)
    const exchanged = {
      ...tensors, 'norm.weight': tensors['layers.0.input_layernorm.weight']!, 'layers.0.input_layernorm.weight': tensors['norm.weight']!,
    }
    expect(await hashOf('a', llama, exchanged)).not.toBe(await hashOf('b', llama, tensors))
  })

  it('changes with a setting that changes the computation, and with no other', async () => {
    const hash = await hashOf('a', llama)
    expect(await hashOf('b', { ...llama, rope_theta: 20_000 })).not.toBe(hash)
    expect(await hashOf('c', { ...llama, rms_norm_eps: 1e-5 })).not.toBe(hash)
    expect(await hashOf('d', { ...llama, transformers_version: '4.0', torch_dtype: 'bfloat16' })).toBe(hash)
  })

  it('is computed again when a file was replaced', async () => {
    const tensors = smallTensors(llama)
    const before = await hashOf('a', llama, tensors)
    // A clock tick may be coarser than this test is slow.
    utimesSync(join(dir, 'a', 'model.safetensors'), 0, 0)
    expect(await hashOf('a', llama, { ...tensors, 'norm.weight': float32([8], new Float32Array(8)) })).not.toBe(before)
  })

  it('covers tensors of several blocks in their order', async () => {
    // 32 bytes a row: two blocks of 4 MiB, which change places.
    const wide = { ...llama, vocab_size: 2 ** 18 }
    const tensors = smallTensors(wide)
    const embedding = tensors['embed_tokens.weight']!
    const half = embedding.bytes.length / 2
    const swapped = Buffer.concat([embedding.bytes.subarray(half), embedding.bytes.subarray(0, half)])
    const changed = { ...tensors, 'embed_tokens.weight': { ...embedding, bytes: swapped } }
    expect(await hashOf('a', wide, changed)).not.toBe(await hashOf('b', wide, tensors))
  })
})

describe('what is refused', () => {
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
      message: expect.stringMatching(/lm_head\.weight, norm\.weight, .* and 15 more/),
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

    it('that names the wrong file', async () => {
      const { weight_map: map } = readIndex()
      const name = 'norm.weight'
      const other = Object.values(map).find((file) => file !== map[name])!
      changeIndex({ ...map, [name]: other })
      expect(await refusal()).toMatchObject({ message: expect.stringMatching(/holds norm\.weight, but it does not/) })
    })

    it.each([['[]'], ['{"weight_map": {"a": 1}}'], ['{']])('that is malformed: %s', async (content) => {
      writeFileSync(indexPath(), content)
      expect(await refusal()).toMatchObject({
        code: 'BAD_MODEL', message: expect.stringContaining('is not a usable index'),
      })
    })
  })

  it('half floats are welcome', async () => {
    write({ ...smallTensors(llama), 'norm.weight': half('BF16', [8], new Uint16Array(8)) })
    expect((await open()).tensors.get('norm.weight')!.dtype).toBe('BF16')
  })
})
