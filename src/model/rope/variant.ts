/**
 * The interface of a rotary position embedding (RoPE). Each variant is one file beside this one, `variants.ts` lists them,
 * and `rope.ts` reads config.json. Formulas as in transformers' `modeling_rope_utils`. Shapes: r numbers of a head that
 * rotate, N positions.
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'

const positive = z.number().positive().finite()
const factors = z.array(positive).max(100_000)

/** `rope_scaling`, and `rope_parameters` since transformers 5. */
export const scalingSchema = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: positive.nullish(),
  partial_rotary_factor: positive.max(1).nullish(),
  factor: positive.nullish(),
  original_max_position_embeddings: positive.nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  attention_factor: positive.nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
  short_factor: factors.nullish(),
  long_factor: factors.nullish(),
})
export type RawScaling = z.infer<typeof scalingSchema>

/** The other parts of config.json that a variant depends on. */
export interface ScalingContext {
  rotaryWidth: number
  /** `max_position_embeddings`. */
  maxPositions: number
  /** The length that the model was trained on, if the file states it separately. */
  originalMaxPositions: number
}

export interface RopeFrequencies {
  /** [r/2]: radians per position. */
  inverse: Float64Array
  /** Multiplies cosine and sine, so query · key is multiplied by its square. */
  attentionFactor: number
}

export interface RopeVariant<S extends { type: string }> {
  /** Refuses (BAD_MODEL) settings from which the variant cannot be computed. */
  parse(raw: RawScaling, context: ScalingContext): S
  /** Frequencies for a sequence of N positions. */
  frequencies(rope: { theta: number; rotaryWidth: number }, scaling: S, N: number): RopeFrequencies
  /** Whether the angles depend on the length of the whole sequence. */
  dependsOnLength: boolean
  /** The longest sequence that the scaling is made for; `maxPositions` is the number in config.json. */
  reach(scaling: S, maxPositions: number): number
}

/** theta^(−2j / r) */
export const plainFrequencies = (theta: number, rotaryWidth: number): Float64Array =>
  Float64Array.from({ length: rotaryWidth / 2 }, (_, j) => theta ** ((-2 * j) / rotaryWidth))

/** A field that the variant requires. */
export function needField<K extends keyof RawScaling>(raw: RawScaling, name: K & string): NonNullable<RawScaling[K]> {
  const value = raw[name]
  if (value != null) return value as NonNullable<RawScaling[K]>
  const type = raw.rope_type ?? raw.type
  throw new UserError('BAD_MODEL', `config.json names the RoPE scaling "${type}" without its ${name}; add it.`)
}
