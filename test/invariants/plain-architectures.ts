/** Every architecture as a plain model, written from the classes of Hugging Face's transformers and not from the product. */
import { falcon, gated, gpt2, gptNeox } from './plain-gpt-like.ts'
import {
  chosenRows, linearOf, matrix, matrixAt, numbers, onlyMlp, row, rowsOf, transpose, usual, usualLayer, vector,
  type Config, type Layer, type Linear, type Mixture, type Mlp, type Norm, type PlainModel, type PlainTensors, type Rotary,
  type Vector,
} from './plain-model.ts'
import { ropeOf } from './rope.ts'

export function plainModel(config: Config, tensors: PlainTensors): PlainModel {
  switch (config.model_type) {
    case 'gpt2':
      return gpt2(config, tensors)
    case 'gpt_neox':
      return gptNeox(config, tensors)
    case 'falcon':
      return falcon(config, tensors)
    default:
      return llamaLike(config, tensors)
  }
}

/** What the classes that began as `modeling_llama.py` change of it. */
function llamaLike(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const type = String(config.model_type)
  const isGemma = type === 'gemma2' || type === 'gemma3_text'
  const centres = type === 'stablelm' || type === 'cohere'
  const [H, K, D, width] = [n('num_attention_heads'), n('num_key_value_heads'), n('hidden_size'), headDim(config)]
  const epsilon = n(centres ? 'layer_norm_eps' : 'rms_norm_eps')
  const norm = (name: string): Norm => ({
    kind: centres ? 'layer' : 'rms', epsilon,
    bias: tensors.has(`${name}.bias`) ? vector(tensors, `${name}.bias`) : null,
    gain: vector(tensors, `${name}.weight`).map((w) => (isGemma ? 1 + w : w)),
  })
  const optional = (name: string) => (tensors.has(`${name}.weight`) ? norm(name) : null)
  const or1 = (name: string) => (typeof config[name] === 'number' ? n(name) : 1)
  const cap = (name: string) => (typeof config[name] === 'number' ? n(name) : Infinity)
  const embeddingScale = isGemma ? Math.sqrt(D) : or1('embedding_multiplier')
  const isParallel = type === 'stablelm' || type === 'cohere'
  const normsBehindOnly = type === 'olmo2'
  return {
    ...usual,
    H, K, width,
    embed: (ids) => ids.map((id) => row(tensors, 'model.embed_tokens.weight', id).map((x) => x * embeddingScale)),
    layers: Array.from({ length: n('num_hidden_layers') }, (_, layer): Layer => {
      const at = `model.layers.${layer}`
      const attnNorm = optional(`${at}.input_layernorm`)
      return {
        ...usualLayer,
        attnNorm,
        ...queriesKeysValues(tensors, `${at}.self_attn`, { H, K, width }),
        output: linearOf(tensors, `${at}.self_attn.o_proj`),
        ...headNorms(tensors, `${at}.self_attn`, { H, K, width, norm, kind: centres ? 'layer' : 'rms', epsilon }),
        sinks: tensors.has(`${at}.self_attn.sinks`) ? vector(tensors, `${at}.self_attn.sinks`) : null,
        postAttnNorm: isGemma || normsBehindOnly ? norm(`${at}.post_attention_layernorm`) : null,
        mlpNorm: mlpNormOf(),
        mixture: mixtureOf(config, tensors, at),
        postMlpNorm: optional(`${at}.post_feedforward_layernorm`),
        window: windowOf(config, layer),
        rotary: rotaryOf(config, width, layer),
      }

      function mlpNormOf(): Norm | null {
        if (normsBehindOnly) return null
        if (isParallel) return attnNorm
        return norm(`${at}.${isGemma ? 'pre_feedforward_layernorm' : 'post_attention_layernorm'}`)
      }
    }),
    finalNorm: norm('model.norm'),
    head: matrix(tensors, config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight'),
    attentionScale: type === 'granite' ? n('attention_multiplier') : (isGemma ? n('query_pre_attn_scalar') : width) ** -0.5,
    attentionCap: cap('attn_logit_softcapping'),
    logitCap: cap('final_logit_softcapping'),
    logitScale: or1('logit_scale') / or1('logits_scaling'),
    residualScale: or1('residual_multiplier'),
    activate: type === 'gpt_oss' ? clampedSwiglu : gated(isGemma ? 'gelu_new' : 'silu'),
    parallel: isParallel,
  }
}

/** `GptOssExperts._apply_gate` */
function clampedSwiglu(gate: number, up: number): number {
  const cut = Math.min(gate, 7)
  return (Math.max(-7, Math.min(up, 7)) + 1) * cut / (1 + Math.exp(-1.702 * cut))
}

const headDim = (config: Config): number => {
  const n = numbers(config)
  return typeof config.head_dim === 'number' ? config.head_dim : n('hidden_size') / n('num_attention_heads')
}

interface Heads {
  H: number
  K: number
  width: number
}

/** Modules of their own, or one whose outputs are all queries, all keys, all values (Phi-3). */
function queriesKeysValues(tensors: PlainTensors, at: string, { H, K, width }: Heads): Pick<Layer, 'q' | 'k' | 'v'> {
  if (!tensors.has(`${at}.qkv_proj.weight`)) {
    return { q: linearOf(tensors, `${at}.q_proj`), k: linearOf(tensors, `${at}.k_proj`), v: linearOf(tensors, `${at}.v_proj`) }
  }
  const fused = linearOf(tensors, `${at}.qkv_proj`)
  const [queries, keys] = [H * width, K * width]
  return { q: rowsOf(fused, 0, queries), k: rowsOf(fused, queries, keys), v: rowsOf(fused, queries + keys, keys) }
}

interface HeadNorms extends Heads {
  norm(name: string): Norm
  kind: Norm['kind']
  epsilon: number
}

function headNorms(
  tensors: PlainTensors, at: string, { H, K, width, norm, kind, epsilon }: HeadNorms,
): Pick<Layer, 'queryNorms' | 'keyNorms'> {
  const of = (part: 'q' | 'k', heads: number): Norm[] | null => {
    const own = (gain: Vector): Norm => ({ kind, epsilon, gain, bias: null })
    if (tensors.has(`${at}.${part}_layernorm.norms.0.weight`)) {
      return Array.from({ length: heads }, (_, h) => own(vector(tensors, `${at}.${part}_layernorm.norms.${h}.weight`)))
    }
    const name = `${at}.${part}_norm`
    const shape = tensors.get(`${name}.weight`)?.shape
    if (shape === undefined) return null
    if (shape.length === 2) return Array.from({ length: heads }, (_, h) => own(row(tensors, `${name}.weight`, h)))
    return shape[0] === width ? Array<Norm>(heads).fill(norm(name)) : [norm(name)]
  }
  return { queryNorms: of('q', H), keyNorms: of('k', K) }
}

/** The MLP of a layer, or its experts with their router, by the names that it has. */
function mixtureOf(config: Config, tensors: PlainTensors, at: string): Mixture {
  const linear = (name: string) => linearOf(tensors, `${at}.${name}`)
  if (tensors.has(`${at}.mlp.gate_up_proj.weight`)) {
    const fused = linear('mlp.gate_up_proj')
    const I = fused.weight.length / 2
    return onlyMlp({ gate: rowsOf(fused, 0, I), up: rowsOf(fused, I, I), down: linear('mlp.down_proj') })
  }
  if (tensors.has(`${at}.mlp.gate_proj.weight`)) {
    return onlyMlp({ gate: linear('mlp.gate_proj'), up: linear('mlp.up_proj'), down: linear('mlp.down_proj') })
  }
  if (tensors.has(`${at}.mlp.router.weight`)) {
    const router = linear('mlp.router')
    const experts = router.weight.map((_, e) => gptOssExpert(tensors, `${at}.mlp.experts`, e))
    return { mlps: experts, weights: routing(config, router, true) }
  }
  const [block, gate, up, down] = tensors.has(`${at}.block_sparse_moe.gate.weight`)
    ? ['block_sparse_moe', 'w1', 'w3', 'w2'] : ['mlp', 'gate_proj', 'up_proj', 'down_proj']
  const router = linear(`${block}.gate`)
  return {
    mlps: router.weight.map((_, e): Mlp => ({
      gate: linear(`${block}.experts.${e}.${gate}`), up: linear(`${block}.experts.${e}.${up}`),
      down: linear(`${block}.experts.${e}.${down}`),
    })),
    weights: routing(config, router, config.model_type === 'mixtral' || config.norm_topk_prob === true),
  }
}

/** Stored [in, out], gates and ups in turn. */
function gptOssExpert(tensors: PlainTensors, at: string, e: number): Mlp {
  const inwards: Linear = { weight: transpose(matrixAt(tensors, `${at}.gate_up_proj`, e)), bias: row(tensors, `${at}.gate_up_proj_bias`, e) }
  const every = (from: number) => chosenRows(inwards, Array.from({ length: inwards.weight.length / 2 }, (_, k) => 2 * k + from))
  const outwards: Linear = { weight: transpose(matrixAt(tensors, `${at}.down_proj`, e)), bias: row(tensors, `${at}.down_proj_bias`, e) }
  return { gate: every(0), up: every(1), down: outwards }
}

/** Softmax over all experts, of which the largest are kept, and made to sum to 1 where the model does so. */
function routing(config: Config, router: Linear, normalised: boolean): Mixture['weights'] {
  const chosen = numbers(config)('num_experts_per_tok')
  return (normed) => {
    const logits = router.weight.map((line, e) => line.reduce((total, w, d) => total + w * normed[d]!, router.bias?.[e] ?? 0))
    const powers = logits.map(Math.exp)
    const all = powers.reduce((a, b) => a + b, 0)
    const least = [...powers].sort((a, b) => b - a)[chosen - 1]!
    const kept = powers.map((p) => (p >= least ? p / all : 0))
    const total = normalised ? kept.reduce((a, b) => a + b, 0) : 1
    return kept.map((p) => p / total)
  }
}

function windowOf(config: Config, layer: number): number {
  const window = typeof config.sliding_window === 'number' ? config.sliding_window : Infinity
  switch (config.model_type) {
    case 'mistral':
    case 'mixtral':
      return window
    case 'gemma2':
    case 'gpt_oss':
      return layer % 2 === 0 ? window : Infinity
    case 'gemma3_text':
      return (config.layer_types as string[])[layer] === 'sliding_attention' ? window : Infinity
    case 'qwen2':
      return config.use_sliding_window && layer >= numbers(config)('max_window_layers') ? window : Infinity
    default:
      return Infinity
  }
}

function rotaryOf(config: Config, width: number, layer: number): Rotary | null {
  const base = typeof config.rope_theta === 'number' ? config.rope_theta : 10_000
  const isLocal = config.model_type === 'gemma3_text' && windowOf(config, layer) !== Infinity
  if (config.model_type === 'smollm3' && (config.no_rope_layers as number[])[layer] === 0) return null
  const share = typeof config.partial_rotary_factor === 'number' ? config.partial_rotary_factor : 1
  const turning = Math.floor(width * share)
  const rope = isLocal
    ? ropeOf({ ...config, rope_scaling: undefined }, turning, numbers(config)('rope_local_base_freq'))
    : ropeOf(config, turning, base)
  return { width: turning, ...rope, interleaved: config.model_type === 'cohere' }
}
