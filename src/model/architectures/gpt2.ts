/** GPT-2: learned positions, LayerNorm, biases everywhere, plain MLPs, weights stored [in, out]. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { plainDecoder } from '../config.ts'
import { family } from './family.ts'
import { activation, epsilon, evenHeadWidth, everyLayer, flag, layerCount, size } from './fields.ts'

export const gpt2 = family({
  title: 'GPT-2',
  modelTypes: ['gpt2'],
  fields: {
    n_embd: size.default(768),
    n_layer: layerCount.default(12),
    n_head: size.default(12),
    n_positions: size.default(1024),
  // Other families' names for the same settings. If a file has both, transformers follows these.
    hidden_size: size.optional(),
    num_hidden_layers: layerCount.optional(),
    num_attention_heads: size.optional(),
    max_position_embeddings: size.optional(),
    n_inner: size.nullish(),
    vocab_size: size.default(50_257),
    layer_norm_epsilon: epsilon.default(1e-5),
    activation_function: z.string().default('gelu_new'),
    scale_attn_weights: flag(true),
    scale_attn_by_inverse_layer_idx: flag(false),
    tie_word_embeddings: flag(true),
  },
  config: (raw) => {
    if (raw.scale_attn_by_inverse_layer_idx) {
      throw new UserError('UNSUPPORTED', 'config.json sets scale_attn_by_inverse_layer_idx, which is not computed here; use ' +
        'a plain GPT-2.')
    }
    const D = raw.hidden_size ?? raw.n_embd
    const H = raw.num_attention_heads ?? raw.n_head
    const L = raw.num_hidden_layers ?? raw.n_layer
    const headWidth = evenHeadWidth(D, H)
    const positions = raw.max_position_embeddings ?? raw.n_positions
    return {
      ...plainDecoder(L),
      architecture: 'gpt2',
      D,
      H,
      K: H,
      headWidth,
      I: raw.n_inner ?? 4 * D,
      L,
      V: raw.vocab_size,
      trainedPositions: positions,
      maxPositions: positions,
      norm: { kind: 'layer', epsilon: raw.layer_norm_epsilon, gainOffset: 0, hasGain: true },
      activation: activation(raw.activation_function),
      gatedMlp: false,
      rope: everyLayer(L, null),
      learnedPositions: true,
      biases: { qkv: true, output: true, mlp: true, norm: true },
      attentionScale: raw.scale_attn_weights ? 1 / Math.sqrt(headWidth) : 1,
      tiedHead: raw.tie_word_embeddings,
    }
  },
  naming: () => ({
    prefixes: ['transformer.'],
    layer: 'h.{i}.',
    orientation: 'in,out',
    embedding: 'wte',
    positionEmbedding: 'wpe',
    finalNorm: 'ln_f',
    head: 'lm_head',
    attnNorm: 'ln_1',
    qkv: [{ fused: 'attn.c_attn', layout: 'inOrder' }],
    output: 'attn.c_proj',
    mlpNorm: 'ln_2',
    mlp: [{ up: 'mlp.c_fc', down: 'mlp.c_proj' }],
  }),
})
