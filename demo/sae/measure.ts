/** How well an autoencoder does on tokens that it was not trained on. */
import type { Engine } from '../../src/tensor/engine.ts'
import { float32 } from '../../src/tensor/ops.ts'
import type { Activations } from './activations.ts'
import { type Sae, saeForward } from './program.ts'

export interface SaeFigures {
  /** Mean number of active features at a token (L0). */
  active: number
  /** 1 − Σ‖x − x̂‖² / Σ‖x − mean‖² */
  explained: number
  /** Features that are active nowhere. */
  dead: number
  tokens: number
}

const ROWS = 4096

/** Calls `visit` with activations [rows, F] of block after block; returns the summed squared error. */
export async function encodeAll(
  engine: Engine, sae: Sae, { x, rows }: Activations, visit: (activations: ArrayLike<number>, from: number, count: number) => void,
): Promise<number> {
  const { D, F } = sae.shape
  const executable = await engine.compile(saeForward(sae.shape))
  let missed = 0
  for (let from = 0; from < rows; from += ROWS) {
    const count = Math.min(ROWS, rows - from)
    const { activations, error } = await executable.run({
      x: float32(x.subarray(from * D, (from + count) * D), [count, D]), W_enc: float32(sae.W_enc, [D, F]),
      W_dec: float32(sae.W_dec, [F, D]), b_enc: float32(sae.b_enc, [F]), b_dec: float32(sae.b_dec, [D]),
      threshold: float32(sae.threshold, [F]),
    })
    for (let r = 0; r < count; r++) missed += error!.data[r]!
    visit(activations!.data, from, count)
  }
  await executable.dispose()
  return missed
}

export async function measure(engine: Engine, sae: Sae, activations: Activations): Promise<SaeFigures> {
  const { F } = sae.shape
  const counts = new Int32Array(F)
  const missed = await encodeAll(engine, sae, activations, (values, _, count) => {
    for (let at = 0; at < count * F; at++) if (values[at]! > 0) counts[at % F]!++
  })
  return {
    active: counts.reduce((sum, count) => sum + count, 0) / activations.rows,
    explained: 1 - missed / spread(activations, sae.shape.D),
    dead: counts.filter((count) => count === 0).length,
    tokens: activations.rows,
  }
}

/** Σ‖x − mean‖² */
function spread({ x, rows }: Activations, D: number): number {
  const sums = new Float64Array(D)
  let squares = 0
  for (let at = 0; at < rows * D; at++) {
    sums[at % D]! += x[at]!
    squares += x[at]! ** 2
  }
  return squares - sums.reduce((sum, value) => sum + value * value, 0) / rows
}
