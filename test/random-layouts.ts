/**
 * Small configurations of every architecture, and the tensors that a folder of each has. Names and shapes are written out
 * here as transformers' classes have them, apart from the tables that the product reads them by.
 */

/** How a tensor's numbers are drawn. */
export type Kind = 'weight' | 'embedding' | 'gain' | 'gainLessOne' | 'bias' | 'router'
export type Layout = [name: string, shape: readonly number[], kind: Kind][]

export interface Variant {
  config: Record<string, unknown>
  layout: Layout
}

export const D = 16
export const H = 4
export const K = 2
export const I = 20
export const L = 3
export const V = 40
const WIDTH = 6
/** Experts, and neurons of one. */
const E = 4
const EXPERT_I = 7

const llamaConfig = {
  model_type: 'llama', hidden_size: D, intermediate_size: I, num_hidden_layers: L, num_attention_heads: H,
  num_key_value_heads: K, head_dim: WIDTH, vocab_size: V, max_position_embeddings: 32, rms_norm_eps: 1e-5,
  hidden_act: 'silu', rope_theta: 100, tie_word_embeddings: false,
}

interface LlamaLike {
  qkvBias?: boolean
  outputBias?: boolean
  mlpBias?: boolean
  /** Norms of queries and keys, by what they share. */
  qkNorm?: 'head' | 'all' | 'each head' | 'tensor a head'
  /** Norms that stand where: before the sublayers, behind them, or both. */
  norms?: 'before' | 'behind' | 'both'
  gainLessOne?: boolean
  /** Norms that centre have a bias, unless they are Cohere's. */
  normBias?: boolean
  /** One norm for both sublayers. */
  sharedNorm?: boolean
  /** Tensors of the attention and of the MLP of a layer, where they are others. */
  attention?: (at: string) => Layout
  mlp?: (at: string, layer: number) => Layout
}

const small = { D, WIDTH, I }

export function llamaLike(changes: Record<string, unknown>, parts: LlamaLike = {}, widths = small): Variant {
  const { D, WIDTH, I } = widths
  const config = { ...llamaConfig, hidden_size: D, head_dim: WIDTH, intermediate_size: I, ...changes }
  const width = typeof config.head_dim === 'number' ? config.head_dim : D / H
  const gain: Kind = parts.gainLessOne ? 'gainLessOne' : 'gain'
  const norm = (name: string): Layout => {
    const bias: Layout = parts.normBias ? [[`${name}.bias`, [D], 'bias']] : []
    return [[`${name}.weight`, [D], gain], ...bias]
  }
  const layout: Layout = [['model.embed_tokens.weight', [V, D], 'embedding']]
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `model.layers.${layer}.`
    const linear = (name: string, outputs: number, inputs: number, bias: boolean | undefined) =>
      layout.push(...linearMap(`${at}${name}`, outputs, inputs, bias))
    if (parts.norms !== 'behind') layout.push(...norm(`${at}input_layernorm`))
    if (parts.attention) layout.push(...parts.attention(at))
    else {
      linear('self_attn.q_proj', H * width, D, parts.qkvBias)
      linear('self_attn.k_proj', config.num_key_value_heads * width, D, parts.qkvBias)
      linear('self_attn.v_proj', config.num_key_value_heads * width, D, parts.qkvBias)
      layout.push(...qkNorms(parts.qkNorm, at, width, config.num_key_value_heads))
    }
    linear('self_attn.o_proj', D, H * width, parts.outputBias)
    if (!parts.sharedNorm) layout.push(...norm(`${at}post_attention_layernorm`))
    if (parts.norms === 'both') layout.push(...norm(`${at}pre_feedforward_layernorm`))
    if (parts.norms === 'both' || parts.norms === 'behind') layout.push(...norm(`${at}post_feedforward_layernorm`))
    if (parts.mlp) layout.push(...parts.mlp(at, layer))
    else {
      linear('mlp.gate_proj', I, D, parts.mlpBias)
      linear('mlp.up_proj', I, D, parts.mlpBias)
      linear('mlp.down_proj', D, I, parts.mlpBias)
    }
  }
  layout.push(...norm('model.norm'))
  if (!config.tie_word_embeddings) layout.push(['lm_head.weight', [V, D], 'weight'])
  return { config, layout }
}

const linearMap = (name: string, outputs: number, inputs: number, bias: boolean | undefined): Layout => [
  [`${name}.weight`, [outputs, inputs], 'weight'], ...(bias ? [[`${name}.bias`, [outputs], 'bias'] as Layout[number]] : []),
]

function qkNorms(form: LlamaLike['qkNorm'], at: string, width: number, keyHeads: number): Layout {
  return ([['q', H], ['k', keyHeads]] as const).flatMap(([part, heads]): Layout => {
    const name = `${at}self_attn.${part}_norm.weight`
    switch (form) {
      case undefined:
        return []
      case 'head':
        return [[name, [width], 'gain']]
      case 'all':
        return [[name, [heads * width], 'gain']]
      case 'each head':
        return [[name, [heads, width], 'gain']]
      case 'tensor a head':
        return Array.from({ length: heads }, (_, h) => [`${at}self_attn.${part}_layernorm.norms.${h}.weight`, [width], 'gain'])
    }
  })
}

/** Gemma's norms: gains of 1 + w on both sides. */
export const gemma = { norms: 'both', gainLessOne: true } as const

/** A mixture of experts with a module for each map, as Qwen 3 and Mixtral are published. */
export const expertEach = (block: string, [gate, up, down]: readonly [string, string, string]) => (at: string): Layout => [
  [`${at}${block}.gate.weight`, [E, D], 'router'],
  ...Array.from({ length: E }, (_, e): Layout => [
    ...linearMap(`${at}${block}.experts.${e}.${gate}`, EXPERT_I, D, false),
    ...linearMap(`${at}${block}.experts.${e}.${up}`, EXPERT_I, D, false),
    ...linearMap(`${at}${block}.experts.${e}.${down}`, D, EXPERT_I, false),
  ]).flat(),
]

export const mixtureConfig = { num_local_experts: E, num_experts_per_tok: 2, intermediate_size: EXPERT_I }
export const qwenMixtureConfig = { num_experts: E, num_experts_per_tok: 2, moe_intermediate_size: EXPERT_I }

export const denseMlp = (at: string): Layout => [
  ...linearMap(`${at}mlp.gate_proj`, I, D, false), ...linearMap(`${at}mlp.up_proj`, I, D, false),
  ...linearMap(`${at}mlp.down_proj`, D, I, false),
]

/** gpt-oss: experts in one tensor each, [in, out], gates and ups in turn, biases on everything, sinks. */
export function gptOss(): Variant {
  const { config, layout } = llamaLike({
    ...mixtureConfig, model_type: 'gpt_oss', sliding_window: 3, rope_theta: 100, rope_parameters: { rope_type: 'default' },
  }, {
    qkvBias: true, outputBias: true,
    mlp: (at) => [
      [`${at}self_attn.sinks`, [H], 'embedding'],
      [`${at}mlp.router.weight`, [E, D], 'router'], [`${at}mlp.router.bias`, [E], 'bias'],
      [`${at}mlp.experts.gate_up_proj`, [E, D, 2 * EXPERT_I], 'weight'], [`${at}mlp.experts.gate_up_proj_bias`, [E, 2 * EXPERT_I], 'bias'],
      [`${at}mlp.experts.down_proj`, [E, EXPERT_I, D], 'weight'], [`${at}mlp.experts.down_proj_bias`, [E, D], 'bias'],
    ],
  })
  return { config, layout }
}

/** Phi-3: one map for queries, keys and values, one for gate and up, and three quarters of each head turn. */
export const phi3 = (): Variant => llamaLike(
  { model_type: 'phi3', head_dim: 8, partial_rotary_factor: 0.75 },
  {
    attention: (at) => linearMap(`${at}self_attn.qkv_proj`, (H + 2 * K) * 8, D, false),
    mlp: (at) => [...linearMap(`${at}mlp.gate_up_proj`, 2 * I, D, false), ...linearMap(`${at}mlp.down_proj`, D, I, false)],
  },
)

/** Falcon: K key heads, each with its queries, in one map; two norms, one, or one after the other. */
export function falcon(changes: Record<string, unknown>, { K, norms, bias = false }: {
  K: number
  norms: 'two' | 'one' | 'sequential'
  bias?: boolean
}): Variant {
  const width = D / H
  const config = {
    model_type: 'falcon', hidden_size: D, num_hidden_layers: L, num_attention_heads: H, vocab_size: V, ffn_hidden_size: I,
    max_position_embeddings: 32, rope_theta: 100, bias, ...changes,
  }
  const names = { two: ['ln_attn', 'ln_mlp'], one: ['input_layernorm'], sequential: ['input_layernorm', 'post_attention_layernorm'] }
  const layout: Layout = [['transformer.word_embeddings.weight', [V, D], 'embedding'], ...norm('transformer.ln_f')]
  for (let layer = 0; layer < L; layer++) {
    const at = `transformer.h.${layer}.`
    layout.push(
      ...names[norms].flatMap((name) => norm(at + name)),
      ...linearMap(`${at}self_attention.query_key_value`, (H + 2 * K) * width, D, bias),
      ...linearMap(`${at}self_attention.dense`, D, D, bias),
      ...linearMap(`${at}mlp.dense_h_to_4h`, I, D, bias),
      ...linearMap(`${at}mlp.dense_4h_to_h`, D, I, bias),
    )
  }
  return { config, layout }
}

export function gpt2(): Variant {
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

export function gptNeox(changes: Record<string, unknown>): Variant {
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
