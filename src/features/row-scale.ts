/**
 * How rows are normalised before a set reads them, and how reconstructions are scaled back. In an attribution, the
 * scale and the mean of the whole row are frozen. If the set centres, each component is centred by its own mean.
 */
import { SMALLEST_NORMAL } from '../tensor/ops.ts'
import type { FeatureSet } from './feature-set.ts'

/**
 * The scales of T rows. A row is read as (x − mean) · scale, and its reconstruction is multiplied by unscale;
 * restored is added.
 */
export interface RowScales {
  /** [T]: subtracted from every number of the row; 0 if the set does not centre. */
  mean: Float64Array
  /** [T] */
  scale: Float64Array
  /** [T] */
  unscale: Float64Array
  /** [T]: added to every reconstructed number: the mean, or 0 for transcoders, which write another vector. */
  restored: Float64Array
}

/** x: [T, D], row-major. */
export function rowScales(
  { normalisation, D }: Pick<FeatureSet, 'normalisation' | 'D'>,
  x: ArrayLike<number>,
): RowScales {
  const T = x.length / D
  const scales: RowScales = {
    mean: new Float64Array(T),
    scale: new Float64Array(T).fill(1),
    unscale: new Float64Array(T).fill(1),
    restored: new Float64Array(T),
  }
  switch (normalisation.kind) {
    case 'none':
      return scales
    case 'constant':
      scales.scale.fill(normalisation.scale)
      scales.unscale.fill(normalisation.unscale)
      return scales
    case 'length':
      for (let t = 0; t < T; t++) {
        const squares = sum(x, t, D, (value) => value * value)
        // A row of zeros cannot be scaled to the length √D, so it stays as it is.
        scales.scale[t] = squares < SMALLEST_NORMAL ? 1 : Math.sqrt(D / squares)
        if (normalisation.restores) scales.unscale[t] = 1 / scales.scale[t]!
      }
      return scales
    case 'layer_norm':
      for (let t = 0; t < T; t++) {
        const mean = sum(x, t, D, (value) => value) / D
        // The sample's standard deviation, with D − 1 degrees of freedom, like torch.std.
        const deviation = Math.sqrt(sum(x, t, D, (value) => (value - mean) ** 2) / (D - 1))
        scales.mean[t] = mean
        scales.scale[t] = 1 / (deviation + normalisation.epsilon)
        if (normalisation.restores) {
          scales.unscale[t] = deviation
          scales.restored[t] = mean
        }
      }
      return scales
    default:
      return normalisation satisfies never
  }
}

function sum(x: ArrayLike<number>, row: number, D: number, of: (value: number) => number): number {
  let total = 0
  for (let at = row * D; at < (row + 1) * D; at++) total += of(x[at]!)
  return total
}
