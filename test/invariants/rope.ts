/** Angles of rotary positions as transformers' `modeling_rope_utils` computes them, in float64. */

interface Rope {
  /** [width / 2] */
  frequencies: number[]
  /** Multiplies cosine and sine. */
  factor: number
}

type Config = Readonly<Record<string, unknown>>
const numberOf = (config: Config, name: string): number => {
  const value = config[name]
  if (typeof value !== 'number') throw new Error(`the test's config has no number ${name}`)
  return value
}

export function ropeOf(config: Config, width: number, base: number): Rope {
  const plain = Array.from({ length: width / 2 }, (_, i) => 1 / base ** ((2 * i) / width))
  const scaling = config.rope_scaling as Config | undefined
  switch (scaling?.rope_type ?? scaling?.type) {
    case undefined:
      return { frequencies: plain, factor: 1 }
    case 'linear':
      return { frequencies: plain.map((f) => f / numberOf(scaling!, 'factor')), factor: 1 }
    case 'llama3':
      return { frequencies: plain.map((f) => llama3(f, scaling!)), factor: 1 }
    case 'yarn':
      return yarn(scaling!, width, base)
    default:
      throw new Error('a rope scaling that the test does not know')
  }
}

/** `_compute_llama3_parameters` */
function llama3(frequency: number, scaling: Config): number {
  const factor = numberOf(scaling, 'factor')
  const lowFactor = numberOf(scaling, 'low_freq_factor')
  const highFactor = numberOf(scaling, 'high_freq_factor')
  const oldLength = numberOf(scaling, 'original_max_position_embeddings')
  const wavelength = (2 * Math.PI) / frequency
  if (wavelength > oldLength / lowFactor) return frequency / factor
  if (wavelength < oldLength / highFactor) return frequency
  const smooth = (oldLength / wavelength - lowFactor) / (highFactor - lowFactor)
  return ((1 - smooth) * frequency) / factor + smooth * frequency
}

/** `_compute_yarn_parameters` */
function yarn(scaling: Config, width: number, base: number): Rope {
  const factor = numberOf(scaling, 'factor')
  const oldLength = numberOf(scaling, 'original_max_position_embeddings')
  const dimension = (rotations: number) => (width * Math.log(oldLength / (rotations * 2 * Math.PI))) / (2 * Math.log(base))
  const low = Math.max(Math.floor(dimension(numberOf(scaling, 'beta_fast'))), 0)
  let high = Math.min(Math.ceil(dimension(numberOf(scaling, 'beta_slow'))), width - 1)
  if (low === high) high += 0.001
  const frequencies = Array.from({ length: width / 2 }, (_, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / (high - low)))
    const positive = base ** ((2 * i) / width)
    return (1 / (factor * positive)) * ramp + (1 / positive) * (1 - ramp)
  })
  return { frequencies, factor: 0.1 * Math.log(factor) + 1 }
}
