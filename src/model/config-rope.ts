/**
 * Rotary position embedding: which angle each pair of a head's numbers turns by, with the scalings that stretch a model
 * beyond the length it was trained on. Names and formulas as in transformers' `modeling_rope_utils`.
 */
import { z } from 'zod'
import { UserError } from '../errors.ts'

type RopeScaling =
  | { type: 'default' }
  /** All positions divided by `factor`. */
  | { type: 'linear'; factor: number }
  /** NTK-aware: the base grows with the sequence once it is longer than `originalMaxPositions`. */
  | { type: 'dynamic'; factor: number; originalMaxPositions: number }
  /** Llama 3.1: long waves divided by `factor`, short ones kept, a ramp between. */
  | {
    type: 'llama3'
    factor: number
    lowFrequencyFactor: number
    highFrequencyFactor: number
    originalMaxPositions: number
  }
  /** https://arxiv.org/abs/2309.00071 */
  | {
    type: 'yarn'
    factor: number
    betaFast: number
    betaSlow: number
    attentionFactor: number
    originalMaxPositions: number
    truncate: boolean
  }

export interface RopeConfig {
  theta: number
  /** Leading numbers of each head that turn; the others stay. Even. */
  rotaryWidth: number
  /** false: number j turns with number j + rotaryWidth/2 (the layout of every supported architecture). */
  interleaved: false
  scaling: RopeScaling
}

interface RopeFrequencies {
  /** [rotaryWidth/2]: radians per position. */
  inverse: Float64Array
  /** Multiplies cosine and sine, so query·key grows by its square. 1 except for yarn. */
  attentionFactor: number
}

/** Frequencies for a sequence of N positions (N matters to the dynamic scaling only). */
export function ropeFrequencies(rope: RopeConfig, N: number): RopeFrequencies {
  const { theta, rotaryWidth, scaling } = rope
  switch (scaling.type) {
    case 'default':
      return { inverse: plainFrequencies(theta, rotaryWidth), attentionFactor: 1 }
    case 'linear':
      return { inverse: plainFrequencies(theta, rotaryWidth).map((f) => f / scaling.factor), attentionFactor: 1 }
    case 'dynamic': {
      const length = Math.max(N, scaling.originalMaxPositions)
      const growth = scaling.factor * length / scaling.originalMaxPositions - (scaling.factor - 1)
      const stretched = theta * growth ** (rotaryWidth / (rotaryWidth - 2))
      return { inverse: plainFrequencies(stretched, rotaryWidth), attentionFactor: 1 }
    }
    case 'llama3':
      return { inverse: plainFrequencies(theta, rotaryWidth).map((f) => llama3Frequency(f, scaling)), attentionFactor: 1 }
    case 'yarn':
      return { inverse: yarnFrequencies(theta, rotaryWidth, scaling), attentionFactor: scaling.attentionFactor }
  }
}

/** How long a sequence the rotation is made for, where `maxPositions` is what config.json says. */
export function longestSequence({ scaling }: RopeConfig, maxPositions: number): number {
  if (scaling.type === 'dynamic') return Math.floor(scaling.factor * maxPositions)
  // Files that switch yarn on often leave the trained length in max_position_embeddings.
  if (scaling.type === 'yarn') return Math.max(maxPositions, Math.floor(scaling.factor * scaling.originalMaxPositions))
  return maxPositions
}

/** theta^(−2j / width) */
const plainFrequencies = (theta: number, width: number): Float64Array =>
  Float64Array.from({ length: width / 2 }, (_, j) => theta ** (-2 * j / width))

function llama3Frequency(frequency: number, scaling: RopeScaling & { type: 'llama3' }): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling
  /** Turns completed within the original length. */
  const turns = originalMaxPositions * frequency / (2 * Math.PI)
  if (turns < low) return frequency / factor
  if (turns > high) return frequency
  const keep = (turns - low) / (high - low)
  return (1 - keep) * frequency / factor + keep * frequency
}

function yarnFrequencies(theta: number, width: number, scaling: RopeScaling & { type: 'yarn' }): Float64Array {
  /** The (fractional) pair that completes `turns` turns within the original length. */
  const pairOf = (turns: number) =>
    width * Math.log(scaling.originalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.log(theta))
  const [first, last] = [pairOf(scaling.betaFast), pairOf(scaling.betaSlow)]
  const low = Math.max(scaling.truncate ? Math.floor(first) : first, 0)
  const high = Math.min(scaling.truncate ? Math.ceil(last) : last, width - 1)
  const span = low === high ? 0.001 : high - low
  return plainFrequencies(theta, width).map((frequency, j) => {
    const interpolate = Math.min(Math.max((j - low) / span, 0), 1)
    return interpolate * frequency / scaling.factor + (1 - interpolate) * frequency
  })
}

const positive = z.number().positive().finite()
const scalingSchema = z.looseObject({
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
})
type RawScaling = z.infer<typeof scalingSchema>

/** The fields of config.json that describe the rotation: `rope_parameters` since transformers 5, before it the others. */
export const ropeFields = {
  rope_theta: positive.nullish(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: scalingSchema.nullish(),
  partial_rotary_factor: positive.max(1).nullish(),
}
type RawRope = z.infer<z.ZodObject<typeof ropeFields>>

export interface RopeDefaults {
  headWidth: number
  maxPositions: number
  theta: number
  rotaryFraction: number
}

export function parseRope(raw: RawRope, defaults: RopeDefaults): RopeConfig {
  const scaling = { ...raw.rope_scaling, ...raw.rope_parameters }
  const fraction = scaling.partial_rotary_factor ?? raw.partial_rotary_factor ?? defaults.rotaryFraction
  const rotaryWidth = Math.floor(defaults.headWidth * fraction)
  if (rotaryWidth < 2 || rotaryWidth % 2 !== 0) {
    throw new UserError('BAD_MODEL', `config.json makes ${rotaryWidth} of a head's ${defaults.headWidth} numbers rotate; ` +
      'expected an even number of at least 2. Check head_dim and the rotary fraction.')
  }
  return {
    theta: scaling.rope_theta ?? raw.rope_theta ?? defaults.theta,
    rotaryWidth,
    interleaved: false,
    scaling: parseScaling(scaling, defaults.maxPositions),
  }
}

function parseScaling(raw: RawScaling, maxPositions: number): RopeScaling {
  const type = raw.rope_type ?? raw.type ?? 'default'
  const original = raw.original_max_position_embeddings ?? maxPositions
  const need = (name: 'factor' | 'low_freq_factor' | 'high_freq_factor'): number => {
    const value = raw[name]
    if (value == null) {
      throw new UserError('BAD_MODEL', `config.json names the RoPE scaling "${type}" without its ${name}; add it.`)
    }
    return value
  }
  switch (type) {
    case 'default':
      return { type }
    case 'linear':
      return { type, factor: need('factor') }
    case 'dynamic':
      // The length that was trained on is max_position_embeddings here, whatever else the folder says.
      return { type, factor: need('factor'), originalMaxPositions: maxPositions }
    case 'llama3': {
      const [low, high] = [need('low_freq_factor'), need('high_freq_factor')]
      if (low >= high) {
        throw new UserError('BAD_MODEL', `config.json has low_freq_factor ${low} and high_freq_factor ${high}; the ` +
          'first must be the smaller one.')
      }
      return {
        type, factor: need('factor'), lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original,
      }
    }
    case 'yarn': {
      const factor = raw.factor ?? maxPositions / original
      return {
        type,
        factor,
        betaFast: raw.beta_fast ?? 32,
        betaSlow: raw.beta_slow ?? 1,
        attentionFactor: raw.attention_factor ?? yarnAttentionFactor(factor, raw.mscale, raw.mscale_all_dim),
        originalMaxPositions: original,
        truncate: raw.truncate ?? true,
      }
    }
    default:
      throw new UserError('UNSUPPORTED', `config.json asks for the RoPE scaling "${type}"; supported are default, linear, ` +
        'dynamic, llama3 and yarn.')
  }
}

function yarnAttentionFactor(factor: number, mscale?: number | null, mscaleAllDim?: number | null): number {
  const scale = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1)
  return mscale && mscaleAllDim ? scale(mscale) / scale(mscaleAllDim) : scale(1)
}
