/** Mixtral: Mistral with a mixture of experts in every layer; the weights of the chosen experts sum to 1. */
import { family } from './family.ts'
import { size, windows } from './fields.ts'
import { llamaLike, llamaLikeFields, llamaNaming, rmsNormEps } from './llama-like.ts'
import { expertFields, mixture, stackedExperts } from './mixture.ts'

export const mixtral = family({
  title: 'Mixtral',
  modelTypes: ['mixtral'],
  fields: {
    ...llamaLikeFields({
      hidden_size: 4096, intermediate_size: 14_336, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8,
      vocab_size: 32_000, max_position_embeddings: 131_072,
    }),
    ...rmsNormEps(1e-5),
    ...expertFields,
    sliding_window: size.nullable().default(null),
  },
  implied: { norm_topk_prob: (value) => value === true },
  config: (raw) => mixture(
    {
      ...llamaLike('mixtral', raw, { epsilon: raw.rms_norm_eps, theta: 1_000_000 }),
      slidingWindow: windows(raw.num_hidden_layers, raw.sliding_window, () => true),
    },
    raw,
    { defaults: { count: 8, chosen: 2 }, width: raw.intermediate_size, normalised: true },
  ),
  naming: () => ({
    ...llamaNaming,
    // Published files use the older name.
    spellings: [['mlp.', 'block_sparse_moe.']],
    experts: {
      router: 'mlp.gate',
      forms: [
        { store: 'each', gate: 'mlp.experts.{e}.w1', up: 'mlp.experts.{e}.w3', down: 'mlp.experts.{e}.w2' },
        stackedExperts,
      ],
    },
  }),
})
