/** Runs one layer's attention, block by block, from a state to its plan's output layout. */
import type { ModelConfig } from '../../model/config.ts'
import type { Executable } from '../../tensor/engine.ts'
import { float32, type HostTensor } from '../../tensor/ops.ts'
import type { RowBuffers, State } from '../state/state.ts'
import type { AttentionPlan } from './plan.ts'
import type { AttentionGift } from './program.ts'

/** What attention adds to x, by track and query position, for splits that begin after it. */
export interface SplitAttention {
  /** [H, X, D] */
  heads: Float32Array
  /** [X, D], of the output projection; null where it has none. */
  outputBias: Float32Array | null
}

export interface AttentionOutputs {
  /** null if the program does not output it. */
  split: SplitAttention | null
  /**
   * By name, the additional outputs of the variant: vectors [R·width] in the output layout's rows, and the pattern [B, H,
   * J, N].
   */
  given: ReadonlyMap<AttentionGift, Float32Array>
}

export interface AttentionRun {
  executable: Executable
  plan: AttentionPlan
  config: ModelConfig
  /** A block that makes only a part of the rows writes them into one of these buffers. */
  buffers: RowBuffers
}

/**
 * Writes the rows after attention to `rows` [R·D], in the plan's output layout. Rows of starts that begin here are not
 * written.
 */
export async function runAttention(
  { executable, plan, config, buffers }: AttentionRun, state: State, rows: Float32Array,
): Promise<AttentionOutputs> {
  const { D } = config
  const input = float32(state.rows, [state.layout.rowCount, D])
  const base: Record<string, HostTensor> = plan.variant.steady
    ? { base: float32(state.rows.subarray(D), [state.layout.rowCount - 1, D]) }
    : {}
  const widths = { z: config.H * config.headWidth, attn_out_raw: D, attn_out: D }
  const given = new Map<AttentionGift, Float32Array>()
  let split: SplitAttention | null = null
  for (const [b, block] of plan.blocks.entries()) {
    const P = block.made.length
    const whole = P === plan.output.rowCount - 1
    // Without a buffer, the engine would allocate the rows and hand out a copy.
    const made = whole ? rows.subarray(D) : buffers.take(P)
    const outputs = await executable.run({ rows: input, ...base, ...block.inputs }, { made: float32(made, [P, D]) })
    const { heads, biasRows } = outputs
    if (heads !== undefined) {
      split ??= { heads: heads.data as Float32Array, outputBias: (biasRows?.data as Float32Array | undefined) ?? null }
    }
    for (const name of plan.variant.gives) {
      const values = outputs[name]!.data as Float32Array
      // The first block holds x, and the pattern is that of x.
      if (name === 'pattern') {
        if (b === 0) given.set(name, values)
        continue
      }
      const all = given.get(name) ?? new Float32Array(plan.output.rowCount * widths[name])
      scatter(values, block.made, all, widths[name])
      given.set(name, all)
    }
    if (whole) continue
    scatter(made, block.made, rows, D)
    buffers.give(made)
  }
  return { split, given }
}

/** Rows [P, width] to their places in `all` [R·width]. */
function scatter(values: Float32Array, places: Int32Array, all: Float32Array, width: number): void {
  places.forEach((row, at) => all.set(values.subarray(at * width, (at + 1) * width), row * width))
}
