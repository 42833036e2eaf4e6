/**
 * Runs one layer's attention from a state to the layout that it leaves. Attention acts on each component alone, so a
 * bounded memory takes the components in blocks; the result is the same for every block size.
 */
import type { ModelConfig } from '../model/config.ts'
import type { Executable } from '../tensor/engine.ts'
import { float32, int32, type HostTensor } from '../tensor/ops.ts'
import { attentionBiases } from './attention.ts'
import type { Layout } from './layout.ts'
import type { Positions } from './positions.ts'
import type { State } from './state.ts'
import { lengthOf } from './track.ts'

/** A component of a track, or its x, that is mixed as one. */
interface Column {
  /** −1 for x */
  start: number
  component: number
  first: number
}

/** How a row made at this layer is not the continuation of a row, but a part of x's attention. */
export interface NewRow {
  /** Which heads of x's output it holds: one, all, or none. */
  heads: number | 'all' | 'none'
  /** It continues x. */
  continuesX: boolean
  outputBias: boolean
}

/** For (track, start, component): how it comes into being at this layer, or null where it exists already. */
export type Births = (track: number, start: number, component: number) => NewRow | null

export interface AttentionBlock {
  inputs: Record<string, HostTensor>
  /** The row of the new state that each row made is. */
  made: Int32Array
}

export interface AttentionPlan {
  blocks: readonly AttentionBlock[]
  output: Layout
}

export interface AttentionPlanOptions {
  config: ModelConfig
  positions: Positions
  births: Births | null
  /** The program's variant of that name: rows are spread as they are. */
  mixesFirst: boolean
  /** Columns side by side in one block, over all tracks. */
  columnsPerBlock: number
}

/** Index tensors of every block; they depend on the layouts only. */
export function planAttention(input: Layout, output: Layout, options: AttentionPlanOptions): AttentionPlan {
  const columns = output.tracks.map((track, t) =>
    track.starts.flatMap((start, s) =>
      start.components.flatMap((component, m): Column[] =>
        options.births?.(t, s, m) ? [] : [{ start: s, component: m, first: component.first }],
      ),
    ).sort((a, b) => a.first - b.first))
  const most = Math.max(0, ...columns.map((list) => list.length))
  const perTrack = Math.max(1, Math.floor(options.columnsPerBlock / output.tracks.length))
  const blocks: AttentionBlock[] = []
  for (let at = 0; at === 0 || at < most; at += perTrack) {
    const x: Column = { start: -1, component: 0, first: 0 }
    const withX = at === 0 || options.config.postNorms
    const block = columns.map((list) => [...(withX ? [x] : []), ...list.slice(at, at + perTrack)])
    blocks.push(planBlock(input, output, block, options, at === 0))
  }
  return { blocks, output }
}

function planBlock(
  input: Layout, output: Layout, columns: readonly Column[][], options: AttentionPlanOptions, isFirst: boolean,
): AttentionBlock {
  const { config, positions, births } = options
  const { tracks } = output
  const B = tracks.length
  const N = positions.count
  const M = Math.max(1, ...columns.map((list) => list.length))
  const reachedFrom = Math.min(N - 1, ...columns.flatMap((list) => list.map((column) => column.first)))
  const n = N - reachedFrom

  const keyRows = new Int32Array(B * N)
  const taken: number[] = [0]
  const scaleAt: number[] = [0]
  const spread = new Int32Array(B * n * M)
  const queries: number[][] = []
  for (const [t, track] of tracks.entries()) {
    const length = lengthOf(track)
    for (let i = 0; i < length; i++) keyRows[t * N + i] = input.xRow(t, i)
    for (const [m, column] of columns[t]!.entries()) {
      for (let i = Math.max(column.first, reachedFrom); i < length; i++) {
        const row = rowOfColumn(input, t, column, i)
        if (row === 0) continue
        spread[(t * n + i - reachedFrom) * M + m] = options.mixesFirst ? row : taken.length
        if (options.mixesFirst) continue
        taken.push(row)
        scaleAt.push(t * N + i)
      }
    }
    const from = Math.min(length, ...columns[t]!.map((column) => column.first))
    queries.push(positionsOf(output, t, from))
  }
  const J = Math.max(1, ...queries.map((list) => list.length))
  const queryRows = new Int32Array(B * J)
  const queryPositions = new Int32Array(B * J)
  const rows = new MadeRows(config.H, output.rowCount)
  for (const [t, list] of queries.entries()) {
    const xColumn = columns[t]!.findIndex((column) => column.start === -1)
    for (const [j, i] of list.entries()) {
      queryRows[t * J + j] = input.xRow(t, i)
      queryPositions[t * J + j] = i
      const slot = (t * J + j) * M
      const xAt = rows.count
      for (const [m, column] of columns[t]!.entries()) {
        const made = rowOfColumn(output, t, column, i)
        if (made === 0) continue
        const biased = column.start === -1 || isBias(tracks[t]!.starts[column.start]!.components, column.component)
        rows.add(made, slot + m, rowOfColumn(input, t, column, i), xAt, { heads: 'all', biased })
        if (column.start === -1) rows.xAt.push(xAt)
      }
      if (births !== null && isFirst) addBirths(rows, { input, output, births, track: t, position: i, slot: slot + xColumn, xAt })
    }
  }
  // In the order of the new state, so that a single block can be written in place.
  const order = rows.order()
  const flags = attentionBiases(config)
  return {
    made: rows.pick(rows.made, order),
    inputs: {
      keyRows: int32(keyRows, [B, N]),
      queryRows: int32(queryRows, [B, J]),
      queries: int32(queryPositions, [B, J]),
      ...positions.inputs,
      ...(options.mixesFirst ? {} : {
        taken: int32(Int32Array.from(taken), [taken.length]),
        scaleAt: int32(Int32Array.from(scaleAt), [scaleAt.length]),
      }),
      spread: int32(spread, [B, n, M]),
      pack: int32(rows.pick(rows.pack, order), [rows.count]),
      from: int32(rows.pick(rows.from, order), [rows.count]),
      ...(flags.value ? { valueFlag: float32(rows.flags(rows.valueFlag, order), [rows.count, 1]) } : {}),
      ...(flags.output ? { outputFlag: float32(rows.flags(rows.outputFlag, order), [rows.count, 1]) } : {}),
      ...(births === null ? {} : { headMask: float32(rows.headMask(order), [rows.count, config.H, 1]) }),
      ...(config.postNorms ? rows.postNormInputs(order) : {}),
    },
  }
}

interface BirthContext {
  input: Layout
  output: Layout
  births: Births
  track: number
  position: number
  /** Place of x in the mixed tensor. */
  slot: number
  xAt: number
}

function addBirths(rows: MadeRows, { input, output, births, track, position, slot, xAt }: BirthContext): void {
  for (const [s, start] of output.tracks[track]!.starts.entries()) {
    for (let m = 0; m < start.components.length; m++) {
      const birth = births(track, s, m)
      const made = birth === null ? 0 : output.row(track, s, m, position)
      if (birth === null || made === 0) continue
      const from = birth.continuesX ? input.xRow(track, position) : 0
      rows.add(made, slot, from, xAt, { heads: birth.heads, biased: false, outputBias: birth.outputBias })
    }
  }
}

/** The rows one block makes, gathered in the order they are met. */
class MadeRows {
  readonly made: number[] = []
  readonly pack: number[] = []
  readonly from: number[] = []
  readonly valueFlag: number[] = []
  readonly outputFlag: number[] = []
  private readonly heads: NewRow['heads'][] = []
  private readonly xOf: number[] = []
  /** Places of x among the rows, one a (track, query). */
  readonly xAt: number[] = []
  private readonly H: number
  /** Of the new state. */
  private readonly rowCount: number
  constructor(H: number, rowCount: number) {
    this.H = H
    this.rowCount = rowCount
  }

  get count() {
    return this.made.length
  }

  add(
    made: number, pack: number, from: number, xOf: number,
    kind: { heads: NewRow['heads']; biased: boolean; outputBias?: boolean },
  ): void {
    this.made.push(made)
    this.pack.push(pack)
    this.from.push(from)
    this.heads.push(kind.heads)
    // A head's own output includes its value bias; the output projection's bias goes to BIAS.
    this.valueFlag.push(kind.biased || (kind.outputBias !== undefined && kind.heads !== 'none') ? 1 : 0)
    this.outputFlag.push(kind.biased || kind.outputBias === true ? 1 : 0)
    this.xOf.push(xOf)
  }

  order(): Int32Array {
    const placeOf = new Int32Array(this.rowCount).fill(-1)
    for (let at = 0; at < this.made.length; at++) placeOf[this.made[at]!] = at
    return placeOf.filter((at) => at >= 0)
  }

  pick(values: readonly number[], order: Int32Array): Int32Array {
    return order.map((at) => values[at]!)
  }

  flags(values: readonly number[], order: Int32Array): Float32Array {
    return Float32Array.from(order, (at) => values[at]!)
  }

  /** [P, H]: 1 for the heads a row holds. */
  headMask(order: Int32Array): Float32Array {
    const mask = new Float32Array(order.length * this.H)
    order.forEach((at, row) => {
      const heads = this.heads[at]!
      if (heads === 'all') mask.fill(1, row * this.H, (row + 1) * this.H)
      else if (heads !== 'none') mask[row * this.H + heads] = 1
    })
    return mask
  }

  postNormInputs(order: Int32Array): Record<string, HostTensor> {
    const place = new Int32Array(order.length)
    order.forEach((at, row) => (place[at] = row))
    const nthX = new Map(this.xAt.map((at, nth) => [at, nth]))
    return {
      madeX: int32(Int32Array.from(this.xAt, (at) => place[at]!), [this.xAt.length]),
      postScaleAt: int32(order.map((at) => nthX.get(this.xOf[at]!)!), [order.length]),
    }
  }
}

const rowOfColumn = (layout: Layout, track: number, { start, component }: Column, position: number) =>
  start === -1 ? layout.xRow(track, position) : layout.row(track, start, component, position)

const isBias = (components: readonly { kind: string }[], index: number) => components[index]!.kind === 'bias'

/** Positions of a track that the layout holds, from one on. */
function positionsOf(layout: Layout, track: number, from: number): number[] {
  const positions: number[] = []
  for (let i = from; i < lengthOf(layout.tracks[track]!); i++) if (layout.xRow(track, i) !== 0) positions.push(i)
  return positions
}

/** The state after attention, written to `rows` [R·D] of the plan's output layout. */
export async function runAttention(
  executable: Executable, plan: AttentionPlan, state: State, rows: Float32Array, D: number,
): Promise<State> {
  const input = float32(state.rows, [state.layout.rowCount, D])
  for (const block of plan.blocks) {
    const P = block.made.length
    const whole = P === plan.output.rowCount - 1
    const into = whole ? { made: float32(rows.subarray(D), [P, D]) } : undefined
    const { made } = await executable.run({ rows: input, ...block.inputs }, into)
    if (whole) continue
    const values = made!.data as Float32Array
    block.made.forEach((row, at) => rows.set(values.subarray(at * D, (at + 1) * D), row * D))
  }
  return { layout: plan.output, rows }
}
