/** Runs one layer's MLP over a state, in blocks of positions. */
import type { ModelConfig } from '../../model/config.ts'
import type { Executable } from '../../tensor/engine.ts'
import { float32, int32, type HostTensor } from '../../tensor/ops.ts'
import type { Layout } from '../state/layout.ts'
import { needsBiasFlag, type MlpGift, type MlpVariant } from './program.ts'
import type { Group, MlpBlock } from './plan.ts'
import type { State } from '../state/state.ts'
import { hasBias } from '../state/track.ts'

export interface MlpRun {
  config: ModelConfig
  variant: MlpVariant
  executable: Executable
  blocks: readonly MlpBlock[]
  temperature: number
  /** What the MLP's norm reads, in the state's layout; null if it is the state itself. Set with a parallel residual. */
  normInput: Float32Array | null
  /** Called with the activations [I] of x at each (track, position). */
  onActivations: ((track: number, position: number, activations: Float32Array) => void) | null
}

/**
 * Writes the rows after the MLP to `rows` [R·D], in the layout of the state. Returns the variant's additional outputs by
 * name: vectors [R·D] in the same layout.
 */
export async function runMlp(run: MlpRun, state: State, rows: Float32Array): Promise<Map<MlpGift, Float32Array>> {
  const { D } = run.config
  const { layout } = state
  const flags = needsBiasFlag(run.config, run.variant.rule) ? biasFlags(layout) : null
  const given = new Map(run.variant.gives.map((name) => [name, new Float32Array(layout.rowCount * D)]))
  for (const block of run.blocks) {
    const { cells, rowCount } = block
    // The cells of a block are adjacent, so its rows need not be moved.
    const offset = cells[0]!.offset
    const view = (all: Float32Array) => float32(all.subarray(offset * D, (offset + rowCount) * D), [rowCount, D])
    const source = run.normInput ?? state.rows
    const inputs: Record<string, HostTensor> = {
      rows: view(source),
      ...(run.config.parallelResidual ? { base: view(state.rows) } : {}),
      ...indexTensors(run, layout, block, source),
      ...(flags === null ? {} : { biasFlag: float32(flags.subarray(offset, offset + rowCount), [rowCount, 1]) }),
      temperature: float32(Float32Array.of(run.temperature), [1]),
    }
    const wanted = Object.fromEntries([...given].map(([name, all]) => [name, view(all)]))
    const { activations } = await run.executable.run(inputs, { made: view(rows), ...wanted })
    if (run.onActivations === null) continue
    const values = activations!.data as Float32Array
    const I = values.length / cells.length
    for (const [x, { track, position }] of cells.entries()) {
      run.onActivations(track, position, values.subarray(x * I, (x + 1) * I))
    }
  }
  return given
}

/** 1 for the rows that biases enter, x and the components BIAS; 0 for the others: [R] of the layout. */
export function biasFlags(layout: Layout): Float32Array {
  const flags = new Float32Array(layout.rowCount)
  for (const { track, position, offset } of layout.cells) {
    flags[offset] = 1
    for (const [s, start] of layout.tracks[track]!.starts.entries()) {
      if (hasBias(start)) flags[layout.row(track, s, start.components.length - 1, position)] = 1
    }
  }
  flags[0] = 0
  return flags
}

/**
 * The index tensors that say what each row of a block is. The block's rows stand cell after cell, and within a cell in
 * the order of the layout. `source` [R·D] is what the norm reads, in the layout.
 */
export function indexTensors(
  { config, variant }: Pick<MlpRun, 'config' | 'variant'>, layout: Layout, block: MlpBlock, source: Float32Array,
): Record<string, HostTensor> {
  const { cells, rowCount: R } = block
  /** For each cell, the row number in the layout minus the row number in the block. */
  const shifts = new Int32Array(cells.length)
  let at = 0
  for (const [c, { offset, length }] of cells.entries()) {
    shifts[c] = offset - at
    at += length
  }
  // A layer without components runs with x as the only one: a plain pass is a decomposition into one.
  const groups: readonly (Group | null)[] = block.groups.length === 0 ? [null] : block.groups
  const Q = groups.length
  const M = block.places
  const X = cells.length
  const xRows = Int32Array.from(cells, (cell, c) => cell.offset - shifts[c]!)
  const scaleAt = new Int32Array(R)
  // Points to the zero entry until the row turns out to have a share.
  const pack = new Int32Array(R).fill(Q * M + X)
  for (const [x, row] of xRows.entries()) {
    scaleAt.fill(x, row, row + cells[x]!.length)
    pack[row] = Q * M + x
  }
  const places = new Int32Array(Q * M)
  const present = new Float32Array(Q * M)
  const fallback = new Float32Array(Q * M)
  const forced = new Float32Array(Q * M)
  const owner = new Int32Array(Q)
  const deadAt = new Int32Array(R).fill(X)
  for (const [q, group] of groups.entries()) {
    const at = q * M
    if (group === null) {
      present[at] = 1
      fallback[at] = 1
      places.fill(xRows[0]!, at, at + M)
      continue
    }
    const { track, position } = cells[group.cell]!
    const start = layout.tracks[track]!.starts[group.start]!
    const shift = shifts[group.cell]!
    owner[q] = group.cell
    let stand = -1
    let lastPresent = group.components.length - 1
    for (const [place, component] of group.components.entries()) {
      const row = layout.row(track, group.start, component, position)
      places[at + place] = row - shift
      const isBias = start.components[component]!.kind === 'bias'
      // BIAS takes part even if no bias has entered it yet.
      if ((group.excludeFirst && component === 0) || (!isBias && isZero(source, row, config.D))) continue
      if (stand < 0) stand = row - shift
      lastPresent = place
      present[at + place] = 1
      pack[row - shift] = at + place
    }
    const last = group.components.length - 1
    const lastRow = layout.row(track, group.start, group.components[last]!, position) - shift
    // The fallback is a component that takes part, so that the others get nothing even if all relevances are 0.
    fallback[at + (variant.mode === 'reference' ? last : lastPresent)] = 1
    if (variant.forcesFirst && position === 0 && group.components[0] === 0) {
      if (start.excludeFirst || variant.mode === 'reference') forced[at] = 1
    }
    deadAt[lastRow] = group.cell
    if (stand < 0 || variant.mode === 'reference') {
      // Either no component takes part, or REFERENCE repeats the authors' code: the last component takes everything.
      pack[lastRow] = at + last
      if (stand < 0) {
        stand = lastRow
        present[at + last] = 1
      }
    }
    for (let place = 0; place < M; place++) if (present[at + place] === 0) places[at + place] = stand
  }
  return {
    xRows: int32(xRows, [X]),
    scaleAt: int32(scaleAt, [R]),
    places: int32(places, [Q, M]),
    present: float32(present, [Q, 1, M]),
    fallback: float32(fallback, [Q, 1, M]),
    ...(variant.forcesFirst ? { forced: float32(forced, [Q, 1, M]) } : {}),
    owner: int32(owner, [Q]),
    pack: int32(pack, [R]),
    ...(variant.deadNeurons ? { deadAt: int32(deadAt, [R]) } : {}),
  }
}

function isZero(rows: Float32Array, row: number, D: number): boolean {
  for (let at = row * D; at < (row + 1) * D; at++) if (rows[at] !== 0) return false
  return true
}
