/**
 * Rotary position embedding of one layer: the angle by which each pair of a head's numbers turns. Read from config.json in
 * the spellings of transformers 4 (`rope_theta`, `rope_scaling`) and 5 (`rope_parameters`).
 */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { scalingSchema, type RawScaling, type RopeFrequencies } from './variant.ts'
import { isRopeType, ropeVariants, variantOf, type RopeScaling } from './variants.ts'

export interface RopeConfig {
  theta: number
  /** Leading numbers of each head that turn; the others stay. Even. */
  rotaryWidth: number
  /** true: number 2j turns with 2j + 1; false: number j turns with j + rotaryWidth/2. */
  interleaved: boolean
  scaling: RopeScaling
}

const positive = z.number().positive().finite()

/** The fields of config.json that describe the rotation. */
export const ropeFields = {
  rope_theta: positive.nullish(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: scalingSchema.nullish(),
  original_max_position_embeddings: positive.nullish(),
  partial_rotary_factor: positive.max(1).nullish(),
}
export type RawRope = z.infer<z.ZodObject<typeof ropeFields>>

/** What the file leaves to its transformers class. */
export interface RopeDefaults {
  headWidth: number
  maxPositions: number
  theta: number
  /** Share of each head that turns. */
  rotaryFraction: number
  interleaved?: boolean
  /** Whether the class can rotate a part of each head, so that `partial_rotary_factor` has a meaning. */
  partial?: boolean
}

/** Refuses (BAD_MODEL, UNSUPPORTED) a rotation that cannot be computed. */
export function parseRope(raw: RawRope, defaults: RopeDefaults): RopeConfig {
  // If a file has both, transformers reads the older one.
  return parseScaling(hasEntries(raw.rope_scaling) ? raw.rope_scaling : raw.rope_parameters ?? {}, raw, defaults)
}

const hasEntries = (scaling: RawScaling | null | undefined): scaling is RawScaling =>
  scaling != null && Object.keys(scaling).length > 0

/** The rotation that one object of settings describes; missing settings are taken from `raw`. */
export function parseScaling(settings: RawScaling, raw: RawRope, defaults: RopeDefaults): RopeConfig {
  const { headWidth, maxPositions } = defaults
  const rotaryWidth = Math.floor(headWidth * fractionOf(settings.partial_rotary_factor ?? raw.partial_rotary_factor, defaults))
  if (rotaryWidth < 2 || rotaryWidth % 2 !== 0) {
    throw new UserError('BAD_MODEL', `config.json makes ${rotaryWidth} of a head's ${headWidth} numbers rotate; ` +
      'expected an even number of at least 2. Check head_dim and the rotary fraction.')
  }
  const type = settings.rope_type ?? settings.type ?? 'default'
  if (!isRopeType(type)) {
    throw new UserError('UNSUPPORTED', `config.json asks for the RoPE scaling "${type}"; supported are ` +
      `${Object.keys(ropeVariants).join(', ')}.`)
  }
  const originalMaxPositions =
    raw.original_max_position_embeddings ?? settings.original_max_position_embeddings ?? maxPositions
  return {
    theta: settings.rope_theta ?? raw.rope_theta ?? defaults.theta,
    rotaryWidth,
    interleaved: defaults.interleaved ?? false,
    scaling: ropeVariants[type].parse(settings, { rotaryWidth, maxPositions, originalMaxPositions }),
  }
}

function fractionOf(given: number | null | undefined, { partial, rotaryFraction }: RopeDefaults): number {
  if (partial || given == null || given === rotaryFraction) return given ?? rotaryFraction
  throw new UserError('UNSUPPORTED', `config.json has the partial_rotary_factor ${given}, but a model of this type turns ` +
    'whole heads; remove it, or correct the model_type.')
}

/**
 * Frequencies for a sequence of N positions. N counts all that the model is given, including positions after the one that
 * is read.
 */
export const ropeFrequencies = (rope: RopeConfig, N: number): RopeFrequencies =>
  variantOf(rope.scaling).frequencies(rope, rope.scaling, N)

export const dependsOnLength = ({ scaling }: RopeConfig): boolean => variantOf(scaling).dependsOnLength

/**
 * The longest sequence that can be computed; `maxPositions` is the number in config.json. In some files this is the
 * trained length, in others the stretched one. So the larger of it and the scaling's own reach counts.
 */
export const longestSequence = ({ scaling }: RopeConfig, maxPositions: number): number =>
  Math.max(maxPositions, Math.floor(variantOf(scaling).reach(scaling, maxPositions)))
