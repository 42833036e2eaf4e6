/**
 * What every rotary position embedding (RoPE) has to say of itself, in one interface. Each variant is one file beside this
 * one, `variants.ts` lists them, and `rope.ts` reads config.json. Formulas as in transformers' `modeling_rope_utils`.
 * Shapes: r numbers of a head that rotate, N positions.
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

/** What the rest of config.json says that a variant depends on. */
export interface ScalingContext {
  rotaryWidth: number
  /** `max_position_embeddings`. */
  maxPositions: number
  /** The length that was trained on, where the file tells it apart. */
  originalMaxPositions: number
}

export interface RopeFrequencies {
  /** [r/2]: radians per position. */
  inverse: Float64Array
  /** Multiplies cosine and sine, so that query · key grows by its square. */
  attentionFactor: number
}

export interface RopeVariant<S extends { type: string }> {
  /** Refuses (BAD_MODEL) what the variant cannot be computed from. */
  parse(raw: RawScaling, context: ScalingContext): S
  /** Of a sequence of N positions. */
  frequencies(rope: { theta: number; rotaryWidth: number }, scaling: S, N: number): RopeFrequencies
  /** The angles depend on how long the whole sequence is. */
  dependsOnLength: boolean
  /** The longest sequence that the scaling is made for; `maxPositions` is what config.json says. */
  reach(scaling: S, maxPositions: number): number
}

/** theta^(−2j / r) */
export const plainFrequencies = (theta: number, rotaryWidth: number): Float64Array =>
  Float64Array.from({ length: rotaryWidth / 2 }, (_, j) => theta ** ((-2 * j) / rotaryWidth))

/** A field that the variant cannot do without. */
export function needField<K extends keyof RawScaling>(raw: RawScaling, name: K & string): NonNullable<RawScaling[K]> {
  const value = raw[name]
  if (value != null) return value as NonNullable<RawScaling[K]>
  const type = raw.rope_type ?? raw.type
  throw new UserError('BAD_MODEL', `config.json names the RoPE scaling "${type}" without its ${name}; add it.`)
}
