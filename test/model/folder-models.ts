/** Makes small model folders with random weights, for any architecture. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../../src/model/read-config.ts'
import { wantedTensors } from '../../src/model/weights-names.ts'
import { float32, type TestTensor, writeSafetensors } from './safetensors-files.ts'

const llama = {
  model_type: 'llama', hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, num_attention_heads: 4,
  num_key_value_heads: 2, vocab_size: 10, max_position_embeddings: 16, head_dim: 6,
}

/** D 8 (GPT-2 and NeoX: headWidth 2, others 6), H 4, K 2, I 12, L 2, V 10. */
export const smallConfigs = {
  llama,
  mistral: { ...llama, model_type: 'mistral' },
  qwen2: { ...llama, model_type: 'qwen2' },
  qwen3: { ...llama, model_type: 'qwen3' },
  gemma2: { ...llama, model_type: 'gemma2' },
  gemma3: { ...llama, model_type: 'gemma3_text', tie_word_embeddings: true },
  phi3: { ...llama, model_type: 'phi3' },
  gpt2: { model_type: 'gpt2', n_embd: 8, n_layer: 2, n_head: 4, n_positions: 16, n_inner: 12, vocab_size: 10 },
  gpt_neox: {
    model_type: 'gpt_neox', hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, num_attention_heads: 4,
    vocab_size: 10, max_position_embeddings: 16, rotary_pct: 1,
  },
}

/** Name and shape of every tensor of a configuration, in the usual one of its forms. */
export const usualTensors = (config: object): [string, readonly number[]][] =>
  wantedTensors(parseConfig(JSON.stringify(config), 'config.json'))
    .flatMap(([usual]) => usual.map(({ name, shape }): [string, readonly number[]] => [name, shape]))

/** Every value differs from every other, so that a wrong cut or a wrong tensor shows. */
export function smallTensors(config: object): Record<string, TestTensor> {
  let next = 0
  const tensors: Record<string, TestTensor> = {}
  for (const [name, shape] of usualTensors(config)) {
    const count = shape.reduce((product, extent) => product * extent, 1)
    tensors[name] = float32([...shape], Array.from({ length: count }, () => next++))
  }
  return tensors
}

export function writeModel(dir: string, config: object, tensors: Record<string, TestTensor>): string {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config))
  writeSafetensors(join(dir, 'model.safetensors'), tensors)
  return dir
}

/** The same model in two files with an index. */
export function writeShardedModel(dir: string, config: object, tensors: Record<string, TestTensor>): string {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config))
  const names = Object.keys(tensors).reverse()
  const weightMap: Record<string, string> = {}
  for (const [shard, part] of [names.slice(0, 5), names.slice(5)].entries()) {
    const file = `model-0000${shard + 1}-of-00002.safetensors`
    for (const name of part) weightMap[name] = file
    writeSafetensors(join(dir, file), Object.fromEntries(part.map((name) => [name, tensors[name]!])))
  }
  writeFileSync(join(dir, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: weightMap }))
  return dir
}

export const renamed = (tensors: Record<string, TestTensor>, rename: (name: string) => string): Record<string, TestTensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]))
