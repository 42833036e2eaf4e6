/**
 * Small random models of every architecture, as folders that Hugging Face's transformers would read. Biases are not 0 and
 * gains not 1, so that one that is forgotten shows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { float32, half, writeSafetensors } from './model/safetensors-files.ts'
import { Random } from './random.ts'
import {
  D, denseMlp, expertEach, falcon, gemma, gpt2, gptNeox, gptOss, H, I, K, L, llamaLike, mixtureConfig, phi3, qwenMixtureConfig, V,
  type Kind,
} from './random-layouts.ts'

export interface Tensor {
  shape: readonly number[]
  data: Float32Array
}

interface RandomModel {
  dir: string
  config: Readonly<Record<string, unknown>>
  /** As in the file. */
  tensors: ReadonlyMap<string, Tensor>
}

/** Trained at 8 positions, stretched 4 times: some of the frequencies are kept, some divided, some in between. */
const llama3Scaling = {
  rope_type: 'llama3', factor: 4, low_freq_factor: 0.5, high_freq_factor: 1.1, original_max_position_embeddings: 8,
}

const variants = {
  'llama 2': () => llamaLike({ num_key_value_heads: H }),
  'llama 3': () => llamaLike({ rope_scaling: llama3Scaling, tie_word_embeddings: true }),
  'llama, linear rope': () => llamaLike({ rope_scaling: { type: 'linear', factor: 3 } }),
  'llama, yarn rope': () =>
    llamaLike({ rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 8, beta_fast: 1.2, beta_slow: 0.3 } }),
  'llama with biases': () =>
    llamaLike({ attention_bias: true, mlp_bias: true }, { qkvBias: true, outputBias: true, mlpBias: true }),
  'llama with MLP biases': () => llamaLike({ mlp_bias: true }, { mlpBias: true }),
  mistral: () => llamaLike({ model_type: 'mistral', sliding_window: 3 }),
  qwen2: () => llamaLike(
    { model_type: 'qwen2', use_sliding_window: true, sliding_window: 2, max_window_layers: 1, tie_word_embeddings: true },
    { qkvBias: true }),
  qwen3: () => llamaLike({ model_type: 'qwen3' }, { qkNorm: 'head' }),
  gemma2: () => llamaLike({
    model_type: 'gemma2', hidden_activation: 'gelu_pytorch_tanh', query_pre_attn_scalar: 10, sliding_window: 3,
    // Low enough to bend.
    attn_logit_softcapping: 2, final_logit_softcapping: 3, tie_word_embeddings: true,
  }, gemma),
  gpt2,
  gpt_neox: () => gptNeox({}),
  'gpt_neox, sequential': () => gptNeox({ use_parallel_residual: false, rotary_pct: 1 }),
  gemma3: () => llamaLike({
    model_type: 'gemma3_text', query_pre_attn_scalar: 10, sliding_window: 3, tie_word_embeddings: true, rope_local_base_freq: 30,
    layer_types: ['sliding_attention', 'full_attention', 'sliding_attention'], rope_scaling: { rope_type: 'linear', factor: 8 },
  }, { ...gemma, qkNorm: 'head' }),
  phi3,
  'olmo2 with biases': () => llamaLike(
    { model_type: 'olmo2', attention_bias: true }, { norms: 'behind', qkNorm: 'all', qkvBias: true, outputBias: true }),
  granite: () => llamaLike({
    model_type: 'granite', embedding_multiplier: 1.7, attention_multiplier: 0.3, residual_multiplier: 0.4, logits_scaling: 2.5,
    attention_bias: true, mlp_bias: true,
  }, { qkvBias: true, outputBias: true, mlpBias: true }),
  smollm3: () => llamaLike({ model_type: 'smollm3', no_rope_layers: [1, 0, 1] }),
  stablelm: () => llamaLike(
    { model_type: 'stablelm', head_dim: undefined, layer_norm_eps: 1e-5, qk_layernorm: true, partial_rotary_factor: 0.5, use_parallel_residual: true },
    { qkNorm: 'tensor a head', normBias: true, sharedNorm: true }),
  cohere: () => llamaLike(
    { model_type: 'cohere', layer_norm_eps: 1e-5, use_qk_norm: true, logit_scale: 0.3, tie_word_embeddings: true },
    { qkNorm: 'each head', sharedNorm: true }),
  falcon: () => falcon({ new_decoder_architecture: true, num_kv_heads: K }, { K, norms: 'two' }),
  'falcon, one key head': () => falcon({ multi_query: true }, { K: 1, norms: 'one', bias: true }),
  mixtral: () => llamaLike(
    { model_type: 'mixtral', ...mixtureConfig, sliding_window: 4 }, { mlp: expertEach('block_sparse_moe', ['w1', 'w3', 'w2']) }),
  'qwen3 with experts': () => llamaLike({ model_type: 'qwen3_moe', ...qwenMixtureConfig, mlp_only_layers: [1] }, {
    qkNorm: 'head',
    mlp: (at, layer) => (layer === 1 ? denseMlp(at) : expertEach('mlp', ['gate_proj', 'up_proj', 'down_proj'])(at)),
  }),
  gpt_oss: gptOss,
}

/**
 * Those whose pass is built differently. The others differ in numbers alone (multipliers, names, which layers rotate), so
 * that the dearest tests can do without them.
 */
export const structuralNames = variantNamesWithout([
  'llama, linear rope', 'llama with MLP biases', 'phi3', 'granite', 'smollm3', 'falcon', 'mixtral',
])

/** Rows of these widths are padded (src/tensor/padding.ts), which those of small models never are. */
const wide = { D: 1024, WIDTH: 1024 / H, I: 1024 }
const wideVariants = {
  'wide llama': () => llamaLike({ num_hidden_layers: 1 }, {}, wide),
  'wide llama with biases': () => llamaLike(
    { num_hidden_layers: 1, attention_bias: true, mlp_bias: true }, { qkvBias: true, outputBias: true, mlpBias: true }, wide),
}

const allVariants = { ...variants, ...wideVariants }
export type VariantName = keyof typeof allVariants
/** The small ones. */
export const variantNames = Object.keys(variants) as (keyof typeof variants)[]
export const wideNames = Object.keys(wideVariants) as (keyof typeof wideVariants)[]

/** Token ids that repeat none; N ≤ V. */
export const tokensOf = (seed: number, N: number): number[] => {
  const random = new Random(seed)
  const left = Array.from({ length: V }, (_, id) => id)
  return Array.from({ length: N }, () => left.splice(random.integer(left.length), 1)[0]!)
}

export const sizes = { D, H, K, I, L, V }

interface RandomModelOptions {
  seed?: number
  /** Changes tensors before they are written. */
  edit?: (tensors: Map<string, Tensor>) => void
  /** How the file keeps them; half floats are exact only for numbers cut by `cutToHalf`. */
  dtype?: 'F32' | 'F16' | 'BF16'
}

/**
 * Written below a folder for temporary files; `removeModels` takes them away. Two that nobody edits are one, so that what is
 * opened for one test serves the others.
 */
export function randomModel(name: VariantName, options: RandomModelOptions = {}): RandomModel {
  if (options.edit !== undefined) return makeRandomModel(name, options)
  const key = JSON.stringify([name, options])
  const known = unedited.get(key) ?? makeRandomModel(name, options)
  unedited.set(key, known)
  return known
}

function makeRandomModel(name: VariantName, { seed = 1, edit, dtype = 'F32' }: RandomModelOptions): RandomModel {
  const { config, layout } = allVariants[name]()
  const random = new Random(seed)
  const tensors = new Map<string, Tensor>()
  for (const [tensor, shape, kind] of layout) tensors.set(tensor, { shape, data: draw(random, shape, kind, tensor) })
  edit?.(tensors)
  const dir = mkdtempSync(join(tmpdir(), 'tributary-model-'))
  made.push(dir)
  writeModelFolder(dir, config, tensors, dtype)
  return { dir, config, tensors }
}

function writeModelFolder(
  dir: string, config: object, tensors: ReadonlyMap<string, Tensor>, dtype: 'F32' | 'F16' | 'BF16',
): void {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config))
  const stored = [...tensors].map(([name, { shape, data }]) =>
    [name, dtype === 'F32' ? float32([...shape], data) : half(dtype, [...shape], halfBits(dtype, data))] as const)
  writeSafetensors(join(dir, 'model.safetensors'), Object.fromEntries(stored))
}

function variantNamesWithout(left: readonly (keyof typeof variants)[]): (keyof typeof variants)[] {
  return (Object.keys(variants) as (keyof typeof variants)[]).filter((name) => !left.includes(name))
}

/** Drops what neither kind of half float can hold: all but 7 bits of the fraction, and numbers under 2⁻¹⁴. */
export function cutToHalf(tensors: ReadonlyMap<string, Tensor>): void {
  for (const { data } of tensors.values()) {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
    for (let at = 0; at < bits.length; at++) bits[at] = Math.abs(data[at]!) < 2 ** -14 ? 0 : bits[at]! & 0xffff0000
  }
}

function halfBits(dtype: 'F16' | 'BF16', data: Float32Array): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
  return Uint16Array.from(bits, (b) => {
    if (dtype === 'BF16') return b >>> 16
    const exponent = (b >>> 23) & 0xff
    return ((b >>> 16) & 0x8000) | (exponent === 0 ? 0 : ((exponent - 112) << 10) | ((b >>> 13) & 0x3ff))
  })
}

const made: string[] = []
const unedited = new Map<string, RandomModel>()
export function removeModels(): void {
  unedited.clear()
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
}

function draw(random: Random, shape: readonly number[], kind: Kind, name: string): Float32Array {
  const count = shape.reduce((product, extent) => product * extent, 1)
  switch (kind) {
    case 'embedding':
      return random.normals(count)
    case 'weight': {
      // Stored [in, out]: GPT-2's maps, and the experts of gpt-oss.
      const isTurned = /c_attn|c_fc|c_proj|experts\.(gate_up|down)_proj$/.test(name)
      return random.normals(count, 1 / Math.sqrt(isTurned ? shape.at(-2)! : shape.at(-1)!))
    }
    case 'router':
      // A router that is nearly indifferent would decide by rounding.
      return random.normals(count, 3 / Math.sqrt(shape[1]!))
    case 'gain':
      return random.normals(count, 0.3, 1)
    case 'gainLessOne':
    case 'bias':
      return random.normals(count, 0.3)
  }
}
