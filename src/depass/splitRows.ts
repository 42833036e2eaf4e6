/** The first rows of a split: what each component is where the split begins. Sums are taken in float64. */
import type { Split } from './partition.ts'
import type { Mode } from './rule.ts'

/** Which positions component `m` of an input split has when it begins; BIAS has none yet. */
export function existsAtInput(split: Extract<Split, { at: 'input' }>, m: number, position: number): boolean {
  switch (split.by) {
    case 'token':
      return m === position
    case 'group':
      return split.groups[m]?.includes(position) ?? false
    case 'subspace':
      return m < 2
  }
}

/** Row [D] of component `m` of an input split at a position where it exists. */
export function inputRow(split: Extract<Split, { at: 'input' }>, m: number, x: Float32Array, row: Float32Array): void {
  if (split.by !== 'subspace') {
    row.set(x)
    return
  }
  const inside = project(x, split.basis)
  for (let d = 0; d < row.length; d++) row[d] = m === 0 ? inside[d]! : x[d]! - inside[d]!
}

/** Σ (x·u) u over orthonormal vectors u. */
function project(x: Float32Array, basis: readonly Float64Array[]): Float64Array {
  const inside = new Float64Array(x.length)
  for (const u of basis) {
    let along = 0
    for (let d = 0; d < x.length; d++) along += x[d]! * u[d]!
    for (let d = 0; d < x.length; d++) inside[d]! += along * u[d]!
  }
  return inside
}

/** What is known of an MLP at one position once it has run. */
export interface MlpOutcome {
  /** [D] before and after. */
  middle: Float32Array
  output: Float32Array
  /** [I] */
  activations: Float32Array
  /** Multiplies the down projection's output, elementwise [D]; null without a norm behind the MLP. */
  postScale: Float64Array | null
}

export interface DownProjection {
  /** [I, D] */
  rows: Float32Array
  /** [D] */
  bias: Float32Array | null
}

/**
 * Rows of a neuron split at one position, [1 + neurons (+ 1), D]: the rest first. The rest holds what is not split out,
 * and the down projection's bias; BIAS begins as zero. REFERENCE repeats a slip of the authors' code, x_mid − mlp_out.
 */
export function neuronRows(
  neurons: readonly number[], outcome: MlpOutcome, down: DownProjection, mode: Mode, write: (m: number, row: Float32Array) => void,
): void {
  const { middle, output, activations, postScale } = outcome
  const D = middle.length
  const rest = Float64Array.from(output)
  const row = new Float32Array(D)
  for (const [n, k] of neurons.entries()) {
    const h = activations[k]!
    const at = k * D
    for (let d = 0; d < D; d++) {
      const value = h * down.rows[at + d]! * (postScale === null ? 1 : postScale[d]!)
      row[d] = value
      rest[d]! -= value
    }
    write(n + 1, row)
  }
  if (mode === 'reference') for (let d = 0; d < D; d++) rest[d] = 2 * middle[d]! - output[d]!
  write(0, Float32Array.from(rest))
}

/** Rows of a split in the stream before an MLP and what the MLP adds; its own bias goes to BIAS where there is one. */
export function mlpRows(
  outcome: MlpOutcome, bias: Float32Array | null, hasBias: boolean, write: (m: number, row: Float32Array) => void,
): void {
  const { middle, output } = outcome
  const ownBias = hasBias ? bias : null
  write(0, middle)
  write(1, output.map((value, d) => value - middle[d]! - (ownBias?.[d] ?? 0)))
  // Also where the MLP has no bias of its own: the row holds whatever its memory held before.
  if (hasBias) write(2, ownBias ?? new Float32Array(middle.length))
}
