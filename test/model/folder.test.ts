import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { renamed, smallConfigs, smallTensors, writeModel, writeShardedModel } from './folder-models.ts'
import { float32, half, temporaryFolder, writeSafetensors } from './safetensors-files.ts'

const fixture = (name: string) => join(import.meta.dirname, '../fixtures/models', name)

let dir = ''
beforeEach(() => { dir = join(temporaryFolder(), 'my-model') })

const llama = smallConfigs.llama
const open = () => openModelFolder(dir)

describe('openModelFolder', () => {
  it('describes a real GPT-2 folder', async () => {
    const { identity, tokenizerPath } = await openModelFolder(fixture('gpt2-random'))
    expect(identity).toEqual({
      hash: '261b6fa933455b518a316904d9280c86151a1ced1ff89e04d5e41a5881c194ac',
      formerHashes: expect.any(Array),
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

  it('takes one of a tied pair as both', async () => {
    const tied = { ...llama, tie_word_embeddings: true }
    const tensors = smallTensors(tied)
    const plain = await openModelFolder(writeModel(join(dir, 'plain'), tied, tensors))
    const headOnly = renamed(tensors, (name) => (name === 'embed_tokens.weight' ? 'lm_head.weight' : name))
    expect((await openModelFolder(writeModel(join(dir, 'head'), tied, headOnly))).identity.hash).toBe(plain.identity.hash)
    const both = { ...tensors, 'lm_head.weight': tensors['embed_tokens.weight']! }
    const { identity, config } = await openModelFolder(writeModel(join(dir, 'both'), tied, both))
    expect([identity.hash, config.tiedHead]).toEqual([plain.identity.hash, true])
  })

  it('takes a head of its own although config.json calls it tied, as soon as one number differs', async () => {
    const tied = { ...llama, tie_word_embeddings: true }
    const tensors = smallTensors(tied)
    const { shape, bytes } = tensors['embed_tokens.weight']!
    const values = Float32Array.from(new Float32Array(bytes.buffer))
    values[values.length - 1]! += 1
    writeModel(dir, tied, { ...tensors, 'lm_head.weight': float32(shape, values) })
    const { config, tensors: used, identity } = await open()
    expect(config.tiedHead).toBe(false)
    expect(used.get('lm_head.weight')!.name).toBe('lm_head.weight')
    const plain = await openModelFolder(writeModel(join(dir, 'plain'), tied, tensors))
    expect(identity.hash).not.toBe(plain.identity.hash)
    expect(identity.formerHashes).not.toContain(plain.identity.hash)
  })

  it('finds the tokenizer and hashes it', async () => {
    writeModel(dir, llama, smallTensors(llama))
    writeFileSync(join(dir, 'tokenizer.json'), '{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}')
    const { tokenizerPath, identity } = await open()
    expect(tokenizerPath).toBe(join(dir, 'tokenizer.json'))
    expect(identity.tokenizerHash).toBe('047ddc2c01f7e3826ef4744bcce6d1766e7974110e93d77ba2bf50f939f3d7b4')
  })

  it('asks an index for files alone: entries of the wrong file, and of tensors that no file has, do no harm', async () => {
    const tensors = smallTensors(llama)
    const plain = await openModelFolder(writeModel(join(dir, 'plain'), llama, tensors))
    const sharded = writeShardedModel(join(dir, 'sharded'), llama, tensors)
    const path = join(sharded, 'model.safetensors.index.json')
    const { weight_map: map } = JSON.parse(readFileSync(path, 'utf8')) as { weight_map: Record<string, string> }
    const [first, second] = [...new Set(Object.values(map))]
    const other = map['norm.weight'] === first ? second : first
    const changed = { ...map, 'norm.weight': other, 'layers.0.self_attn.rotary_emb.inv_freq': first, 'visual.weight': second }
    writeFileSync(path, JSON.stringify({ weight_map: changed }))
    expect((await openModelFolder(sharded)).identity.hash).toBe(plain.identity.hash)
  })

  it('reads tensors under the names that the metadata gives them', async () => {
    const tied = { ...llama, tie_word_embeddings: true }
    const { 'embed_tokens.weight': embedding, ...others } = smallTensors(tied)
    const plain = await openModelFolder(writeModel(join(dir, 'plain'), tied, { ...others, 'embed_tokens.weight': embedding! }))
    const folder = writeModel(join(dir, 'aliased'), tied, others)
    writeSafetensors(join(folder, 'model.safetensors'), { ...others, 'lm_head.weight': embedding! }, {
      metadata: { format: 'pt', 'embed_tokens.weight': 'lm_head.weight', 'no.such': 'tensor' },
    })
    const { tensors, identity, config } = await openModelFolder(folder)
    expect(tensors.get('embed_tokens.weight')!.name).toBe('lm_head.weight')
    expect([identity.hash, config.tiedHead]).toEqual([plain.identity.hash, true])
  })

  it('takes the text of a Gemma 3 with a vision tower, and the head of a Pythia by either name', async () => {
    const { gemma3, gpt_neox: neox } = smallConfigs
    const whole = { model_type: 'gemma3', text_config: gemma3, vision_config: {} }
    const text = smallTensors(gemma3)
    const plain = await openModelFolder(writeModel(join(dir, 'text'), gemma3, text))
    for (const prefix of ['language_model.model.', 'model.language_model.']) {
      const stored = { ...renamed(text, (name) => prefix + name), 'vision_tower.layers.0.weight': float32([1], [1]) }
      const { identity } = await openModelFolder(writeModel(join(dir, prefix), whole, stored))
      expect(identity).toMatchObject({ hash: plain.identity.hash, architecture: 'gemma3' })
    }
    const pythia = smallTensors(neox)
    const [one, other] = await Promise.all([pythia, renamed(pythia, (name) => name.replace('embed_out', 'lm_head'))]
      .map((tensors, n) => openModelFolder(writeModel(join(dir, `neox${n}`), neox, tensors))))
    expect(other!.identity.hash).toBe(one!.identity.hash)
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

  it('takes half floats', async () => {
    writeModel(dir, llama, { ...smallTensors(llama), 'norm.weight': half('BF16', [8], new Uint16Array(8)) })
    expect((await open()).tensors.get('norm.weight')!.dtype).toBe('BF16')
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
