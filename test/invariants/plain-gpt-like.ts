/** GPT-2, GPT-NeoX and Falcon as plain models, written from the classes of Hugging Face's transformers. */
import { erf } from '../tensor/plain.ts'
import {
  chosenRows, linearOf, matrix, numbers, onlyMlp, row, rowsOf, sum, transpose, usual, usualLayer, vector, type Config,
  type Layer, type Linear, type Norm, type PlainModel, type PlainTensors,
} from './plain-model.ts'
import { ropeOf } from './rope.ts'

const activations: Record<string, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_new: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}
export const gated = (name: string) => (gate: number, up: number): number => activations[name]!(gate) * up

/** `modeling_gpt2.py`: Conv1D keeps its weights [in, out]. */
export function gpt2(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const [H, D] = [n('n_head'), n('n_embd')]
  const norm = layerNorm(tensors, n('layer_norm_epsilon'))
  // The published gpt2 is saved without the class's prefix.
  const prefix = tensors.has('wte.weight') ? '' : 'transformer.'
  const conv = (name: string): Linear =>
    ({ weight: transpose(matrix(tensors, `${name}.weight`)), bias: vector(tensors, `${name}.bias`) })
  return {
    ...usual,
    H, K: H, width: D / H,
    embed: (ids) => ids.map((id, i) => sum(row(tensors, `${prefix}wte.weight`, id), row(tensors, `${prefix}wpe.weight`, i))),
    layers: Array.from({ length: n('n_layer') }, (_, layer): Layer => {
      const at = `${prefix}h.${layer}`
      const [q, k, v] = [0, 1, 2].map((third) => rowsOf(conv(`${at}.attn.c_attn`), third * D, D))
      return {
        ...usualLayer,
        attnNorm: norm(`${at}.ln_1`), q: q!, k: k!, v: v!, output: conv(`${at}.attn.c_proj`), mlpNorm: norm(`${at}.ln_2`),
        mixture: onlyMlp({ gate: null, up: conv(`${at}.mlp.c_fc`), down: conv(`${at}.mlp.c_proj`) }), rotary: null,
      }
    }),
    finalNorm: norm(`${prefix}ln_f`),
    head: matrix(tensors, `${prefix}wte.weight`),
    attentionScale: (D / H) ** -0.5,
    activate: gated('gelu_new'),
  }
}

/** `modeling_gpt_neox.py`: one tensor holds query, key and value of head after head. */
export function gptNeox(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const [H, D] = [n('num_attention_heads'), n('hidden_size')]
  const width = D / H
  const norm = layerNorm(tensors, n('layer_norm_eps'))
  const rotated = Math.floor(width * n('rotary_pct'))
  return {
    ...usual,
    H, K: H, width,
    embed: (ids) => ids.map((id) => row(tensors, 'gpt_neox.embed_in.weight', id)),
    layers: Array.from({ length: n('num_hidden_layers') }, (_, layer): Layer => {
      const at = `gpt_neox.layers.${layer}`
      const fused = linearOf(tensors, `${at}.attention.query_key_value`)
      return {
        ...usualLayer,
        attnNorm: norm(`${at}.input_layernorm`), ...byGroup(fused, { H, K: H, width }),
        output: linearOf(tensors, `${at}.attention.dense`), mlpNorm: norm(`${at}.post_attention_layernorm`),
        mixture: onlyMlp({
          gate: null, up: linearOf(tensors, `${at}.mlp.dense_h_to_4h`), down: linearOf(tensors, `${at}.mlp.dense_4h_to_h`),
        }),
        rotary: { width: rotated, ...ropeOf(config, rotated, n('rotary_emb_base')), interleaved: false },
      }
    }),
    finalNorm: norm('gpt_neox.final_layer_norm'),
    head: matrix(tensors, 'embed_out.weight'),
    attentionScale: width ** -0.5,
    activate: gated('gelu'), parallel: config.use_parallel_residual === true,
  }
}

/** `modeling_falcon.py`: the queries of a key head, the key and the value, group after group; often one norm for both. */
export function falcon(config: Config, tensors: PlainTensors): PlainModel {
  const n = numbers(config)
  const [H, D] = [n('num_attention_heads'), n('hidden_size')]
  const width = D / H
  const K = config.new_decoder_architecture ? n('num_kv_heads') : 1
  const norm = layerNorm(tensors, 1e-5)
  return {
    ...usual,
    H, K, width,
    embed: (ids) => ids.map((id) => row(tensors, 'transformer.word_embeddings.weight', id)),
    layers: Array.from({ length: n('num_hidden_layers') }, (_, layer): Layer => {
      const at = `transformer.h.${layer}`
      const [before, beforeMlp] = tensors.has(`${at}.ln_attn.weight`) ? ['ln_attn', 'ln_mlp'] : ['input_layernorm', 'input_layernorm']
      return {
        ...usualLayer,
        attnNorm: norm(`${at}.${before}`), ...byGroup(linearOf(tensors, `${at}.self_attention.query_key_value`), { H, K, width }),
        output: linearOf(tensors, `${at}.self_attention.dense`), mlpNorm: norm(`${at}.${beforeMlp}`),
        mixture: onlyMlp({
          gate: null, up: linearOf(tensors, `${at}.mlp.dense_h_to_4h`), down: linearOf(tensors, `${at}.mlp.dense_4h_to_h`),
        }),
        rotary: { width, ...ropeOf(config, width, n('rope_theta')), interleaved: false },
      }
    }),
    finalNorm: norm('transformer.ln_f'),
    head: matrix(tensors, 'transformer.word_embeddings.weight'),
    attentionScale: width ** -0.5,
    activate: gated('gelu'), parallel: true,
  }
}

function byGroup(fused: Linear, { H, K, width }: { H: number; K: number; width: number }): Pick<Layer, 'q' | 'k' | 'v'> {
  const queries = H / K
  const part = (first: number, heads: number) => chosenRows(fused, Array.from({ length: K * heads * width }, (_, at) =>
    (Math.floor(at / (heads * width)) * (queries + 2) + first) * width + (at % (heads * width))))
  return { q: part(0, queries), k: part(queries, 1), v: part(queries + 1, 1) }
}

const layerNorm = (tensors: PlainTensors, epsilon: number) => (name: string): Norm =>
  ({ kind: 'layer', epsilon, gain: vector(tensors, `${name}.weight`), bias: vector(tensors, `${name}.bias`) })
