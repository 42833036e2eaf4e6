/** How well a set reconstructs given rows, and how many features fire. */
import type { Engine } from '../../tensor/engine.ts'
import { float32 } from '../../tensor/ops.ts'
import { encode, reconstruct } from '../encode.ts'
import type { FeatureSet } from '../feature-set.ts'
import { encodeProgram } from '../program.ts'

/** Runs a set on rows [T, D]: gives activations [T, F] and the reconstruction [T, E]. */
export type Runner = (
  set: FeatureSet,
  rows: Float32Array,
) => Promise<{ activations: ArrayLike<number>; reconstruction: ArrayLike<number> }>

/** Runs on the host: good for small sets, slow for large ones. */
export const hostRunner: Runner = async (set, rows) => {
  const encoded = await encode(set, rows)
  return { activations: encoded.activations, reconstruction: await reconstruct(set, rows, encoded) }
}

export const engineRunner =
  (engine: Engine): Runner =>
  async (set, rows) => {
    const executable = await engine.compile(encodeProgram(set, ['activations', 'reconstruction']))
    try {
      const { activations, reconstruction } = await executable.run({ x: float32(rows, [rows.length / set.D, set.D]) })
      if (activations === undefined || reconstruction === undefined)
        throw new Error('the encoding program gave no output')
      return { activations: activations.data, reconstruction: reconstruction.data }
    } finally {
      await executable.dispose()
    }
  }

export interface Fit {
  /** 1 − Σ‖y − ŷ‖² ÷ Σ‖y − mean y‖² over the rows. 0 is what the mean row alone would reach; it may be negative. */
  varianceExplained: number
  /** Features that fire per row. */
  l0: number
  /** Share of the features that fire in none of the rows. */
  silent: number
  /** The best factor for the reconstructed rows minus their mean, and the variance explained with it. */
  bestFactor: number
  explainedWithFactor: number
}

/** `targets` [T, E]: the rows themselves, except for transcoders. */
export async function measureFit(
  run: Runner,
  set: FeatureSet,
  rows: Float32Array,
  targets: Float32Array,
): Promise<Fit> {
  const { activations, reconstruction } = await run(set, rows)
  const { E, F } = set
  const T = targets.length / E
  const [targetMean, rebuiltMean] = [columnMeans(targets, E), columnMeans(reconstruction, E)]
  let [total, error, cross, own, centredError] = [0, 0, 0, 0, 0]
  for (let at = 0; at < targets.length; at++) {
    const y = targets[at]! - targetMean[at % E]!
    const z = reconstruction[at]! - rebuiltMean[at % E]!
    total += y * y
    error += (targets[at]! - reconstruction[at]!) ** 2
    cross += y * z
    own += z * z
  }
  const bestFactor = own === 0 ? 1 : cross / own
  for (let at = 0; at < targets.length; at++) {
    const y = targets[at]! - targetMean[at % E]!
    centredError += (y - bestFactor * (reconstruction[at]! - rebuiltMean[at % E]!)) ** 2
  }
  const fired = new Uint8Array(F)
  let count = 0
  for (let at = 0; at < activations.length; at++) {
    if (activations[at] === 0) continue
    count += 1
    fired[at % F] = 1
  }
  const explained = (left: number) => (total === 0 ? 0 : 1 - left / total)
  return {
    varianceExplained: explained(error),
    l0: count / Math.max(1, T),
    silent: 1 - fired.reduce((sum, each) => sum + each, 0) / F,
    bestFactor,
    explainedWithFactor: explained(centredError),
  }
}

function columnMeans(values: ArrayLike<number>, width: number): Float64Array {
  const means = new Float64Array(width)
  for (let at = 0; at < values.length; at++) means[at % width]! += values[at]!
  const rows = values.length / width
  return means.map((sum) => sum / Math.max(1, rows))
}
