import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { type Linear, type Norm, readWeight, type WeightRef, weightShape } from '../../src/model/weight-ref.ts'
import { attentionWeights, globalWeights, mlpWeights } from '../../src/model/weights.ts'
import { smallConfigs, smallTensors, usualTensors, writeModel } from './folder-models.ts'
import { float32, half, temporaryFolder } from './safetensors-files.ts'

const open = (config: object, tensors = smallTensors(config)) =>
  openModelFolder(writeModel(join(temporaryFolder(), 'model'), config, tensors))

const namesOf = (config: object) => usualTensors(config).map(([name]) => name)

/** Names written out as the transformers classes have them, so that a slip in the table shows. */
describe('tensor names', () => {
  const layer1 = (config: object) => namesOf(config).filter((name) => name.includes('.1.')).sort()
  const llamaLayer = [
    'layers.1.input_layernorm.weight',
    'layers.1.mlp.down_proj.weight',
    'layers.1.mlp.gate_proj.weight',
    'layers.1.mlp.up_proj.weight',
    'layers.1.post_attention_layernorm.weight',
    'layers.1.self_attn.k_proj.weight',
    'layers.1.self_attn.o_proj.weight',
    'layers.1.self_attn.q_proj.weight',
    'layers.1.self_attn.v_proj.weight',
  ]
  const cases: [string, object, string[]][] = [
    ['Llama', smallConfigs.llama, llamaLayer],
    ['Mistral', smallConfigs.mistral, llamaLayer],
    ['Llama with biases', { ...smallConfigs.llama, attention_bias: true, mlp_bias: true }, [
      ...llamaLayer,
      ...['mlp.down_proj', 'mlp.gate_proj', 'mlp.up_proj', 'self_attn.k_proj', 'self_attn.o_proj', 'self_attn.q_proj',
        'self_attn.v_proj'].map((module) => `layers.1.${module}.bias`),
    ].sort()],
    ['Qwen 2', smallConfigs.qwen2,
      [...llamaLayer, ...['q', 'k', 'v'].map((part) => `layers.1.self_attn.${part}_proj.bias`)].sort()],
    ['Qwen 3', smallConfigs.qwen3,
      [...llamaLayer, 'layers.1.self_attn.k_norm.weight', 'layers.1.self_attn.q_norm.weight'].sort()],
    ['Gemma 2', smallConfigs.gemma2,
      [...llamaLayer, 'layers.1.pre_feedforward_layernorm.weight', 'layers.1.post_feedforward_layernorm.weight'].sort()],
    ['GPT-2', smallConfigs.gpt2,
      ['ln_1', 'ln_2', 'attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj']
        .flatMap((module) => [`h.1.${module}.bias`, `h.1.${module}.weight`]).sort()],
    ['GPT-NeoX', smallConfigs.gpt_neox,
      ['input_layernorm', 'post_attention_layernorm', 'attention.query_key_value', 'attention.dense', 'mlp.dense_h_to_4h',
        'mlp.dense_4h_to_h'].flatMap((module) => [`layers.1.${module}.bias`, `layers.1.${module}.weight`]).sort()],
  ]
  it.each(cases)('%s: one layer', (_name, config, expected) => expect(layer1(config)).toEqual(expected))

  it.each<[string, object, string[]]>([
    ['Llama', smallConfigs.llama, ['embed_tokens.weight', 'lm_head.weight', 'norm.weight']],
    ['Gemma 2', smallConfigs.gemma2, ['embed_tokens.weight', 'norm.weight']],
    ['GPT-2', smallConfigs.gpt2, ['ln_f.bias', 'ln_f.weight', 'wpe.weight', 'wte.weight']],
    ['GPT-NeoX', smallConfigs.gpt_neox,
      ['embed_in.weight', 'embed_out.weight', 'final_layer_norm.bias', 'final_layer_norm.weight']],
  ])('%s: outside of the layers', (_name, config, expected) => {
    expect(namesOf(config).filter((name) => !/\.\d\./.test(name)).sort()).toEqual(expected)
  })
})

/** W as [out, in], whatever its orientation. */
async function matrix(weight: WeightRef): Promise<number[][]> {
  const values = await readWeight(weight)
  const [rows, columns] = weightShape(weight) as [number, number]
  const asStored = Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)])
  return weight.orientation === 'out,in' ? asStored : asStored[0]!.map((_, j) => asStored.map((row) => row[j]!))
}

describe('the weights of a layer', () => {
  it('refers to Llama weights where they lie in the file', async () => {
    const folder = await open(smallConfigs.llama)
    const { q, k, norm, qNorm } = await attentionWeights(folder, 1)
    const { gate, postNorm } = await mlpWeights(folder, 1, null)
    expect(q).toEqual({
      weight: { source: 'file', entry: folder.tensors.get('layers.1.self_attn.q_proj.weight'), orientation: 'out,in' },
      bias: null,
    })
    expect(weightShape(k.weight)).toEqual([12, 8])
    expect(norm?.gain).toMatchObject({ entry: { name: 'layers.1.input_layernorm.weight' } })
    expect(gate?.weight).toMatchObject({ entry: { name: 'layers.1.mlp.gate_proj.weight' } })
    expect([qNorm, postNorm]).toEqual([null, null])
  })

  it('tells the four norms of Gemma 2 apart', async () => {
    const folder = await open(smallConfigs.gemma2)
    const [attention, mlp] = [await attentionWeights(folder, 0), await mlpWeights(folder, 0, null)]
    const nameOf = (norm: Norm | null) => norm?.gain?.source === 'file' && norm.gain.entry.name
    expect([attention.norm, attention.postNorm, mlp.norm, mlp.postNorm].map(nameOf)).toEqual([
      'layers.0.input_layernorm.weight', 'layers.0.post_attention_layernorm.weight',
      'layers.0.pre_feedforward_layernorm.weight', 'layers.0.post_feedforward_layernorm.weight',
    ])
  })

  it('cuts the fused columns of GPT-2 into thirds', async () => {
    const folder = await open(smallConfigs.gpt2)
    const fused = await matrix({ source: 'file', entry: folder.tensors.get('h.1.attn.c_attn.weight')!, orientation: 'in,out' })
    const fusedBias = [...await readWeight({ source: 'file', entry: folder.tensors.get('h.1.attn.c_attn.bias')!, orientation: 'out,in' })]
    const { q, k, v } = await attentionWeights(folder, 1)
    const { up, gate } = await mlpWeights(folder, 1, null)
    for (const [part, linear] of [q, k, v].entries()) {
      expect(linear.weight.orientation).toBe('in,out')
      expect(weightShape(linear.weight)).toEqual([8, 8])
      expect(await matrix(linear.weight)).toEqual(fused.slice(part * 8, part * 8 + 8))
      expect([...await readWeight(linear.bias!)]).toEqual(fusedBias.slice(part * 8, part * 8 + 8))
    }
    expect(up.weight).toMatchObject({ orientation: 'in,out', entry: { shape: [8, 12] } })
    expect(gate).toBeNull()
  })

  it('cuts the fused rows of GPT-NeoX head by head', async () => {
    const folder = await open(smallConfigs.gpt_neox)
    const name = 'layers.0.attention.query_key_value'
    const fused = await matrix({ source: 'file', entry: folder.tensors.get(`${name}.weight`)!, orientation: 'out,in' })
    const { q, k, v } = await attentionWeights(folder, 0)
    const headWidth = 2
    const rowsOf = async (linear: Linear) => {
      expect(linear.weight).toMatchObject({ orientation: 'out,in', shape: [8, 8] })
      return matrix(linear.weight)
    }
    for (const [part, rows] of [await rowsOf(q), await rowsOf(k), await rowsOf(v)].entries()) {
      for (let head = 0; head < 4; head++) {
        const from = (head * 3 + part) * headWidth
        expect(rows.slice(head * headWidth, (head + 1) * headWidth)).toEqual(fused.slice(from, from + headWidth))
      }
    }
    expect(weightShape(k.bias!)).toEqual([8])
  })

  it('cuts half floats too', async () => {
    const tensors = smallTensors(smallConfigs.gpt2)
    const bits = Array.from({ length: 24 }, (_, i) => 0x3f80 + i)
    const folder = await open(smallConfigs.gpt2, { ...tensors, 'h.0.attn.c_attn.bias': half('BF16', [24], bits) })
    const { k } = await attentionWeights(folder, 0)
    expect([...await readWeight(k.bias!)]).toEqual(Array.from({ length: 8 }, (_, i) => 1 + (8 + i) / 128))
  })
})

describe('globalWeights', () => {
  it('takes the embedding as head where the two are tied', async () => {
    const { embedding, head, positionEmbedding, finalNorm } = globalWeights(await open(smallConfigs.gpt2))
    expect(head).toEqual(embedding)
    expect(weightShape(positionEmbedding!)).toEqual([16, 8])
    expect(finalNorm.bias).not.toBeNull()
  })

  it('takes the head of its own otherwise', async () => {
    const { head, positionEmbedding, finalNorm } = globalWeights(await open(smallConfigs.gpt_neox))
    expect(head).toMatchObject({ orientation: 'out,in', entry: { name: 'embed_out.weight' } })
    expect(positionEmbedding).toBeNull()
    expect(finalNorm.bias).not.toBeNull()
  })
})

describe('weights that are not all finite', () => {
  const withNorm = (norm: ReturnType<typeof float32>) => open(smallConfigs.llama, { ...smallTensors(smallConfigs.llama), 'norm.weight': norm })

  it('are refused where the folder is opened, the largest finite ones are not', async () => {
    await expect(withNorm(float32([8], [3.4e38, -3.4e38, 0, -0, 1e-45, 1, 1, 1]))).resolves.toMatchObject({ identity: {} })
  })

  it.each<[string, ReturnType<typeof float32>]>([
    ['NaN in float32', float32([8], [0, 0, 0, 0, 0, NaN, 0, 0])],
    ['minus infinity in float32', float32([8], [0, 0, 0, 0, 0, -Infinity, 0, 0])],
    ['infinity in half floats', half('F16', [8], [0x7bff, 0, 0, 0, 0, 0x7c00, 0, 0])],
    ['NaN in bfloat16', half('BF16', [8], [0x7f7f, 0x7c00, 0, 0, 0, 0xffc0, 0, 0])],
  ])('%s: says where', async (_what, norm) => {
    await expect(withNorm(norm)).rejects.toMatchObject({
      code: 'BAD_MODEL', message: expect.stringContaining('norm.weight holds NaN or infinity at [5]'),
    })
  })

  it('are found in a later block of a matrix', async () => {
    const wide = { ...smallConfigs.llama, vocab_size: 300_000 }
    const tensors = smallTensors(wide)
    const values = new Float32Array(tensors['embed_tokens.weight']!.bytes.buffer)
    values[8 * 299_999 + 3] = NaN
    await expect(open(wide, tensors)).rejects.toThrow('embed_tokens.weight holds NaN or infinity at [299999, 3]')
  })
})
