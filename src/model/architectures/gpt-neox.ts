/**
 * GPT-NeoX and Pythia: LayerNorm, attention and MLP in parallel with a norm each, rotary positions on a part of each
 * head.
 */
import { z } from 'zod'
import { plainDecoder } from '../config.ts'
import { longestSequence, parseRope, ropeFields } from '../rope/rope.ts'
import { family } from './family.ts'
import { activation, epsilon, evenHeadWidth, everyLayer, flag, layerCount, size } from './fields.ts'

export const gptNeox = family({
  title: 'GPT-NeoX and Pythia',
  modelTypes: ['gpt_neox'],
  fields: {
    hidden_size: size.default(6144),
    intermediate_size: size.default(24_576),
    num_hidden_layers: layerCount.default(44),
    num_attention_heads: size.default(64),
    vocab_size: size.default(50_432),
    max_position_embeddings: size.default(2048),
    layer_norm_eps: epsilon.default(1e-5),
    hidden_act: z.string().default('gelu'),
    rotary_pct: z.number().positive().max(1).default(0.25),
    rotary_emb_base: z.number().positive().finite().default(10_000),
    use_parallel_residual: flag(true),
    attention_bias: flag(true),
    tie_word_embeddings: flag(false),
    ...ropeFields,
  },
  config: (raw) => {
    const { hidden_size: D, num_attention_heads: H, num_hidden_layers: L, max_position_embeddings: trainedPositions } = raw
    const headWidth = evenHeadWidth(D, H)
    const rope = parseRope(raw, {
      headWidth, maxPositions: trainedPositions, theta: raw.rotary_emb_base, rotaryFraction: raw.rotary_pct, partial: true,
    })
    return {
      ...plainDecoder(L),
      architecture: 'gpt_neox',
      D,
      H,
      K: H,
      headWidth,
      I: raw.intermediate_size,
      L,
      V: raw.vocab_size,
      trainedPositions,
      maxPositions: longestSequence(rope, trainedPositions),
      norm: { kind: 'layer', epsilon: raw.layer_norm_eps, gainOffset: 0, hasGain: true },
      activation: activation(raw.hidden_act),
      gatedMlp: false,
      rope: everyLayer(L, rope),
      parallelResidual: raw.use_parallel_residual,
      biases: { qkv: raw.attention_bias, output: raw.attention_bias, mlp: true, norm: true },
      attentionScale: 1 / Math.sqrt(headWidth),
      tiedHead: raw.tie_word_embeddings,
    }
  },
  naming: () => ({
    prefixes: ['gpt_neox.'],
    // Files of transformers 5 may use either spelling.
    spellings: [['embed_out.', 'lm_head.']],
    layer: 'layers.{i}.',
    orientation: 'out,in',
    embedding: 'embed_in',
    finalNorm: 'final_layer_norm',
    head: 'embed_out',
    attnNorm: 'input_layernorm',
    qkv: [{ fused: 'attention.query_key_value', layout: 'byGroup' }],
    output: 'attention.dense',
    mlpNorm: 'post_attention_layernorm',
    mlp: [{ up: 'mlp.dense_h_to_4h', down: 'mlp.dense_4h_to_h' }],
  }),
})
