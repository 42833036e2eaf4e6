/**
 * A set in memory and the data that it was as good as trained on: rows are sums of a few of its directions, each with a
 * weight between 1 and 2. What a wrong reading makes of it is then known.
 */
import { noClaims } from '../../src/features/description.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { Random } from '../random.ts'

export interface Trained {
  set: FeatureSet
  /** [T, D]: 200 rows. */
  rows: Float32Array
  /** For every row, the features in it and their weights. */
  parts: readonly (readonly { feature: number; weight: number }[])[]
}

const ROWS = 200
export const ACTIVE = 3

/** Up to D features are orthonormal; more have random directions, which interfere. */
export function trainedSet(D: number, F: number, seed = 1): Trained {
  const random = new Random(seed)
  const directions = F <= D ? orthonormal(random, F, D) : unitRows(random, F, D)
  const bias = random.normals(D, 0.3)
  const parts = Array.from({ length: ROWS }, () =>
    Array.from({ length: ACTIVE }, () => ({ feature: random.integer(F), weight: 1 + random.uniform() })),
  )
  const set: FeatureSet = {
    id: '1-res-test',
    format: 'saelens',
    path: '/nowhere',
    site: { layer: 1, name: 'resid_post' },
    writes: null,
    D,
    E: D,
    F,
    encoder: { source: 'data', data: directions, shape: [F, D], orientation: 'out,in' },
    decoder: { source: 'data', data: directions, shape: [F, D], orientation: 'in,out' },
    encoderScale: null,
    encoderBias: new Float32Array(F),
    decoderScale: null,
    decoderBias: bias,
    subtractsDecoderBias: true,
    activation: { kind: 'jumprelu', threshold: new Float32Array(F).fill(0.7), relu: true },
    normalisation: { kind: 'none' },
    skip: null,
    hash: 'test',
    claims: { ...noClaims, l0: ACTIVE },
  }
  return { set, rows: sums(parts, directions, D, bias), parts }
}

/** [T, width]: Σ weight · direction + bias. */
export function sums(
  parts: Trained['parts'],
  directions: Float32Array,
  width: number,
  bias: Float32Array,
): Float32Array {
  const rows = new Float32Array(parts.length * width)
  parts.forEach((each, t) => {
    for (let d = 0; d < width; d++) {
      rows[t * width + d] =
        bias[d]! + each.reduce((sum, { feature, weight }) => sum + weight * directions[feature * width + d]!, 0)
    }
  })
  return rows
}

export function unitRows(random: Random, count: number, width: number): Float32Array {
  return Float32Array.from(Array.from({ length: count }, () => unit([...random.normals(width)])).flat())
}

/** [count, width], by Gram and Schmidt. */
function orthonormal(random: Random, count: number, width: number): Float32Array {
  const rows: number[][] = []
  while (rows.length < count) {
    const row = [...random.normals(width)]
    for (const other of rows) {
      const shared = row.reduce((sum, value, i) => sum + value * other[i]!, 0)
      other.forEach((value, i) => {
        row[i]! -= shared * value
      })
    }
    rows.push(unit(row))
  }
  return Float32Array.from(rows.flat())
}

function unit(row: number[]): number[] {
  const length = Math.hypot(...row)
  return row.map((value) => value / length)
}
