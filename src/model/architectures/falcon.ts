/** Falcon (7B, 40B, 180B, Falcon 2): one map for queries, keys and values, attention and MLP in parallel, plain MLPs. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { plainDecoder, type ModelConfig } from '../config.ts'
import { longestSequence, parseRope, ropeFields } from '../rope/rope.ts'
import { family } from './family.ts'
import { activation, epsilon, evenHeadWidth, everyLayer, flag, layerCount, size } from './fields.ts'
import type { Naming } from './naming.ts'

const fields = {
  hidden_size: size.default(4544),
  /** The first releases' name for `hidden_size`. */
  n_embed: size.nullish(),
  num_hidden_layers: layerCount.default(32),
  num_attention_heads: size.default(71),
  num_kv_heads: size.nullish(),
  vocab_size: size.default(65_024),
  max_position_embeddings: size.default(2048),
  layer_norm_epsilon: epsilon.nullish().transform((value) => value ?? 1e-5),
  ffn_hidden_size: size.nullish(),
  activation: z.string().nullish().transform((name) => name ?? 'gelu'),
  alibi: flag(false),
  /** Falcon 40B and later: key heads shared by groups. */
  new_decoder_architecture: flag(false),
  /** All heads share one key head; ignored in the newer form. */
  multi_query: flag(true),
  /** Attention and MLP in parallel. */
  parallel_attn: flag(true),
  /** Norms before them: 2, or 1 for both. */
  num_ln_in_parallel_attn: z.union([z.literal(1), z.literal(2)]).nullish(),
  /** Biases of all linear maps. */
  bias: flag(false),
  tie_word_embeddings: flag(true),
  ...ropeFields,
}

export const falcon = family({
  title: 'Falcon',
  modelTypes: ['falcon'],
  fields,
  implied: {
    // A leftover of the class from which Falcon's was derived.
    apply_residual_connection_post_layernorm: (value) => value === false,
  },
  config: (raw) => falconConfig(raw),
  naming: (config) => falconNaming(config),
})

function falconConfig(raw: z.infer<z.ZodObject<typeof fields>>): ModelConfig {
  if (raw.alibi) {
    throw new UserError('UNSUPPORTED', 'config.json sets alibi, which is not computed here; supported are Falcons with ' +
      'rotary positions.')
  }
  if (raw.new_decoder_architecture && !raw.parallel_attn) {
    throw new UserError('UNSUPPORTED', 'config.json has new_decoder_architecture without parallel_attn, which no published ' +
      'Falcon has and which is not computed here.')
  }
  const D = raw.n_embed ?? raw.hidden_size
  const H = raw.num_attention_heads
  const L = raw.num_hidden_layers
  const headWidth = evenHeadWidth(D, H)
  const trainedPositions = raw.max_position_embeddings
  const rope = parseRope(raw, { headWidth, maxPositions: trainedPositions, theta: 10_000, rotaryFraction: 1 })
  return {
    ...plainDecoder(L),
    architecture: 'falcon',
    D,
    H,
    K: keyHeads(raw),
    headWidth,
    I: raw.ffn_hidden_size ?? 4 * D,
    L,
    V: raw.vocab_size,
    trainedPositions,
    maxPositions: longestSequence(rope, trainedPositions),
    norm: { kind: 'layer', epsilon: raw.layer_norm_epsilon, gainOffset: 0, hasGain: true },
    activation: activation(raw.activation),
    gatedMlp: false,
    rope: everyLayer(L, rope),
    parallelResidual: raw.parallel_attn,
    sharedNorm: raw.parallel_attn && !(raw.new_decoder_architecture && (raw.num_ln_in_parallel_attn ?? 2) === 2),
    biases: { qkv: raw.bias, output: raw.bias, mlp: raw.bias, norm: true },
    attentionScale: 1 / Math.sqrt(headWidth),
    tiedHead: raw.tie_word_embeddings,
  }
}

function keyHeads(raw: z.infer<z.ZodObject<typeof fields>>): number {
  if (raw.new_decoder_architecture) return raw.num_kv_heads ?? raw.num_attention_heads
  return raw.multi_query ? 1 : raw.num_attention_heads
}

const falconNaming = ({ parallelResidual, sharedNorm }: ModelConfig): Naming => ({
  prefixes: ['transformer.'],
  layer: 'h.{i}.',
  orientation: 'out,in',
  embedding: 'word_embeddings',
  finalNorm: 'ln_f',
  head: 'lm_head',
  attnNorm: parallelResidual && !sharedNorm ? 'ln_attn' : 'input_layernorm',
  qkv: [{ fused: 'self_attention.query_key_value', layout: 'byGroup' }],
  output: 'self_attention.dense',
  mlpNorm: parallelResidual ? 'ln_mlp' : 'post_attention_layernorm',
  mlp: [{ up: 'mlp.dense_h_to_4h', down: 'mlp.dense_4h_to_h' }],
})
