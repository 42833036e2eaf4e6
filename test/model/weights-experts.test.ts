/** Experts out of the forms in which files keep them: the same maps, in place where they lie side by side. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModelFolder } from '../../src/model/folder.ts'
import { readWeight, weightShape, type Linear } from '../../src/model/weight-ref.ts'
import { mlpWeights, routerWeights } from '../../src/model/weights.ts'
import { writeModel } from './folder-models.ts'
import { float32, temporaryFolder, type TestTensor } from './safetensors-files.ts'

const [D, I, E] = [4, 3, 2]
const base = {
  hidden_size: D, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 2, head_dim: 2, vocab_size: 5,
  max_position_embeddings: 8,
}

let next = 0
const numbers = (...shape: number[]): TestTensor =>
  float32(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++))

const attention = (bias: boolean): Record<string, TestTensor> => ({
  'embed_tokens.weight': numbers(5, D), 'norm.weight': numbers(D), 'lm_head.weight': numbers(5, D),
  'layers.0.input_layernorm.weight': numbers(D), 'layers.0.post_attention_layernorm.weight': numbers(D),
  ...Object.fromEntries(['q', 'k', 'v', 'o'].flatMap((part) => [
    [`layers.0.self_attn.${part}_proj.weight`, numbers(4, 4)], ...(bias ? [[`layers.0.self_attn.${part}_proj.bias`, numbers(4)]] : []),
  ])),
})

const open = (config: object, tensors: Record<string, TestTensor>) =>
  openModelFolder(writeModel(join(temporaryFolder(), 'model'), { ...base, ...config }, tensors))

/** [out, in] */
async function matrix({ weight }: Linear): Promise<number[][]> {
  const values = await readWeight(weight)
  const [rows = 0, columns = 0] = weightShape(weight)
  const stored = Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)])
  return weight.orientation === 'out,in' ? stored : stored[0]!.map((_, j) => stored.map((line) => line[j]!))
}

describe('experts of Mixtral', () => {
  const config = { model_type: 'mixtral', intermediate_size: I, num_local_experts: E, num_experts_per_tok: 1 }

  it('are the same from a module each and from one tensor for all, which stays in the file', async () => {
    const each = attention(false)
    each['layers.0.block_sparse_moe.gate.weight'] = numbers(E, D)
    for (let e = 0; e < E; e++) {
      for (const [name, shape] of [['w1', [I, D]], ['w3', [I, D]], ['w2', [D, I]]] as const) {
        each[`layers.0.block_sparse_moe.experts.${e}.${name}.weight`] = numbers(...shape)
      }
    }
    const bytes = (...names: string[]) => names.flatMap((name) => [...new Float32Array(each[`layers.0.block_sparse_moe.experts.${name}.weight`]!.bytes.buffer)])
    const stacked = Object.fromEntries(Object.entries(each).filter(([name]) => !name.includes('experts')))
    stacked['layers.0.block_sparse_moe.experts.gate_up_proj'] = float32([E, 2 * I, D], bytes('0.w1', '0.w3', '1.w1', '1.w3'))
    stacked['layers.0.block_sparse_moe.experts.down_proj'] = float32([E, D, I], bytes('0.w2', '1.w2'))
    const [one, other] = [await open(config, each), await open(config, stacked)]
    for (let e = 0; e < E; e++) {
      const [a, b] = [await mlpWeights(one, 0, e), await mlpWeights(other, 0, e)]
      for (const part of ['gate', 'up', 'down'] as const) {
        expect(await matrix(b[part]!), `${part} of ${e}`).toEqual(await matrix(a[part]!))
        expect(b[part]!.weight.source).toBe('file')
      }
    }
    expect(weightShape(routerWeights(one, 0).router.weight)).toEqual([E, D])
  })
})

describe('experts of gpt-oss', () => {
  it('take gates and ups in turn out of [in, out], with their biases', async () => {
    const tensors = attention(true)
    const at = 'layers.0.mlp.experts'
    tensors['layers.0.self_attn.sinks'] = numbers(2)
    tensors['layers.0.mlp.router.weight'] = numbers(E, D)
    tensors['layers.0.mlp.router.bias'] = numbers(E)
    const gateUp = (tensors[`${at}.gate_up_proj`] = numbers(E, D, 2 * I))
    const gateUpBias = (tensors[`${at}.gate_up_proj_bias`] = numbers(E, 2 * I))
    tensors[`${at}.down_proj`] = numbers(E, I, D)
    tensors[`${at}.down_proj_bias`] = numbers(E, D)
    const folder = await open(
      { model_type: 'gpt_oss', intermediate_size: I, num_local_experts: E, num_experts_per_tok: 1, rope_parameters: { rope_type: 'default' } },
      tensors)
    const { gate, up, down } = await mlpWeights(folder, 0, 1)
    const all = new Float32Array(gateUp.bytes.buffer)
    const output = (k: number) => Array.from({ length: D }, (_, d) => all[(D + d) * 2 * I + k]!)
    expect(await matrix(gate!)).toEqual([0, 2, 4].map(output))
    expect(await matrix(up)).toEqual([1, 3, 5].map(output))
    const biases = [...new Float32Array(gateUpBias.bytes.buffer)].slice(2 * I)
    expect([...await readWeight(gate!.bias!)]).toEqual([biases[0], biases[2], biases[4]])
    expect([...await readWeight(up.bias!)]).toEqual([biases[1], biases[3], biases[5]])
    expect(down).toMatchObject({ weight: { source: 'file', orientation: 'in,out' }, bias: { source: 'file' } })
    expect([...await readWeight(down.bias!)]).toEqual([...new Float32Array(tensors[`${at}.down_proj_bias`]!.bytes.buffer)].slice(D))
    expect(routerWeights(folder, 0).router.bias).not.toBeNull()
  })
})
