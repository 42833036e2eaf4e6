/**
 * Small random models of every architecture, as folders that Hugging Face's transformers would read. Names and shapes are
 * written out here, apart from the table that the product reads them by. Biases are not 0 and gains not 1, so that one
 * that is forgotten shows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { float32, half, writeSafetensors } from './model/safetensors-files.ts'
import { Random } from './random.ts'

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

/** How a tensor's numbers are drawn. */
type Kind = 'weight' | 'embedding' | 'gain' | 'gainLessOne' | 'bias'
type Layout = [name: string, shape: readonly number[], kind: Kind][]

interface Variant {
  config: Record<string, unknown>
  layout: Layout
}

const D = 16
const H = 4
const K = 2
const WIDTH = 6
const I = 20
const L = 3
const V = 40

const llamaConfig = {
  model_type: 'llama', hidden_size: D, intermediate_size: I, num_hidden_layers: L, num_attention_heads: H,
  num_key_value_heads: K, head_dim: WIDTH, vocab_size: V, max_position_embeddings: 32, rms_norm_eps: 1e-5,
  hidden_act: 'silu', rope_theta: 100, tie_word_embeddings: false,
}

interface LlamaLike {
  qkvBias?: boolean
  outputBias?: boolean
  mlpBias?: boolean
  qkNorm?: boolean
  gemma?: boolean
}

const small = { D, WIDTH, I }

function llamaLike(changes: Record<string, unknown>, parts: LlamaLike = {}, widths = small): Variant {
  const { D, WIDTH, I } = widths
  const config = { ...llamaConfig, hidden_size: D, head_dim: WIDTH, intermediate_size: I, ...changes }
  const gain: Kind = parts.gemma ? 'gainLessOne' : 'gain'
  const layout: Layout = [['model.embed_tokens.weight', [V, D], 'embedding']]
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `model.layers.${layer}.`
    const linear = (name: string, outputs: number, inputs: number, bias: boolean | undefined) => {
      layout.push([`${at}${name}.weight`, [outputs, inputs], 'weight'])
      if (bias) layout.push([`${at}${name}.bias`, [outputs], 'bias'])
    }
    layout.push([`${at}input_layernorm.weight`, [D], gain])
    linear('self_attn.q_proj', H * WIDTH, D, parts.qkvBias)
    linear('self_attn.k_proj', config.num_key_value_heads * WIDTH, D, parts.qkvBias)
    linear('self_attn.v_proj', config.num_key_value_heads * WIDTH, D, parts.qkvBias)
    linear('self_attn.o_proj', D, H * WIDTH, parts.outputBias)
    if (parts.qkNorm) {
      layout.push([`${at}self_attn.q_norm.weight`, [WIDTH], gain], [`${at}self_attn.k_norm.weight`, [WIDTH], gain])
    }
    layout.push([`${at}post_attention_layernorm.weight`, [D], gain])
    if (parts.gemma) {
      layout.push([`${at}pre_feedforward_layernorm.weight`, [D], gain], [`${at}post_feedforward_layernorm.weight`, [D], gain])
    }
    linear('mlp.gate_proj', I, D, parts.mlpBias)
    linear('mlp.up_proj', I, D, parts.mlpBias)
    linear('mlp.down_proj', D, I, parts.mlpBias)
  }
  layout.push(['model.norm.weight', [D], gain])
  if (!config.tie_word_embeddings) layout.push(['lm_head.weight', [V, D], 'weight'])
  return { config, layout }
}

function gpt2(): Variant {
  const config = {
    model_type: 'gpt2', n_embd: D, n_layer: L, n_head: H, n_positions: 32, n_inner: I, vocab_size: V,
    layer_norm_epsilon: 1e-5, activation_function: 'gelu_new',
  }
  const layout: Layout = [['transformer.wte.weight', [V, D], 'embedding'], ['transformer.wpe.weight', [32, D], 'weight']]
  for (let layer = 0; layer < L; layer++) {
    const at = `transformer.h.${layer}.`
    layout.push(...norm(`${at}ln_1`), ...norm(`${at}ln_2`))
    for (const [name, inputs, outputs] of [
      ['attn.c_attn', D, 3 * D], ['attn.c_proj', D, D], ['mlp.c_fc', D, I], ['mlp.c_proj', I, D],
    ] as const) {
      layout.push([`${at}${name}.weight`, [inputs, outputs], 'weight'], [`${at}${name}.bias`, [outputs], 'bias'])
    }
  }
  layout.push(...norm('transformer.ln_f'))
  return { config, layout }
}

function gptNeox(changes: Record<string, unknown>): Variant {
  const config = {
    model_type: 'gpt_neox', hidden_size: D, intermediate_size: I, num_hidden_layers: L, num_attention_heads: H, vocab_size: V,
    max_position_embeddings: 32, layer_norm_eps: 1e-5, hidden_act: 'gelu', rotary_pct: 0.5, rotary_emb_base: 100,
    use_parallel_residual: true, ...changes,
  }
  const layout: Layout = [['gpt_neox.embed_in.weight', [V, D], 'embedding']]
  for (let layer = 0; layer < L; layer++) {
    const at = `gpt_neox.layers.${layer}.`
    layout.push(...norm(`${at}input_layernorm`), ...norm(`${at}post_attention_layernorm`))
    for (const [name, outputs, inputs] of [
      ['attention.query_key_value', 3 * D, D], ['attention.dense', D, D], ['mlp.dense_h_to_4h', I, D], ['mlp.dense_4h_to_h', D, I],
    ] as const) {
      layout.push([`${at}${name}.weight`, [outputs, inputs], 'weight'], [`${at}${name}.bias`, [outputs], 'bias'])
    }
  }
  layout.push(...norm('gpt_neox.final_layer_norm'), ['embed_out.weight', [V, D], 'weight'])
  return { config, layout }
}

const norm = (name: string): Layout => [[`${name}.weight`, [D], 'gain'], [`${name}.bias`, [D], 'bias']]

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
  qwen3: () => llamaLike({ model_type: 'qwen3' }, { qkNorm: true }),
  gemma2: () => llamaLike({
    model_type: 'gemma2', hidden_activation: 'gelu_pytorch_tanh', query_pre_attn_scalar: 10, sliding_window: 3,
    // Low enough to bend.
    attn_logit_softcapping: 2, final_logit_softcapping: 3, tie_word_embeddings: true,
  }, { gemma: true }),
  gpt2,
  gpt_neox: () => gptNeox({}),
  'gpt_neox, sequential': () => gptNeox({ use_parallel_residual: false, rotary_pct: 1 }),
}

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

/** Written below a folder for temporary files; `removeModels` takes them away. */
export function randomModel(name: VariantName, { seed = 1, edit, dtype = 'F32' }: RandomModelOptions = {}): RandomModel {
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
export function removeModels(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
}

function draw(random: Random, shape: readonly number[], kind: Kind, name: string): Float32Array {
  const count = shape.reduce((product, extent) => product * extent, 1)
  switch (kind) {
    case 'embedding':
      return random.normals(count)
    case 'weight': {
      const inputs = /c_attn|c_fc|c_proj/.test(name) ? shape[0]! : shape[1]!
      return random.normals(count, 1 / Math.sqrt(inputs))
    }
    case 'gain':
      return random.normals(count, 0.3, 1)
    case 'gainLessOne':
    case 'bias':
      return random.normals(count, 0.3)
  }
}
