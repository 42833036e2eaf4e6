/**
 * The plan of one layer's attention: which rows go in, which come out, and in which blocks. Attention acts on each
 * component alone, so components can be taken in blocks to bound the memory. The result is the same for every block size.
 */
import type { ModelConfig } from '../../model/config.ts'
import { float32, int32, type HostTensor } from '../../tensor/ops.ts'
import { attentionBiases, type AttentionGift, type AttentionVariant } from './program.ts'
import type { Layout } from '../state/layout.ts'
import { MASKED, type Positions } from './positions.ts'
import { hasBias, hasEnded, lengthOf, type Start, type Track } from '../state/track.ts'

/** A component of a track, or its x, whose positions are mixed together. */
interface Column {
  /** −1 for x */
  start: number
  component: number
  first: number
}

export interface AttentionBlock {
  inputs: Record<string, HostTensor>
  /** For each row made, its row in the new state. */
  made: Int32Array
}

export interface AttentionPlan<T extends Track = Track> {
  blocks: readonly AttentionBlock[]
  output: Layout<T>
  variant: AttentionVariant
}

export interface AttentionPlanOptions {
  config: ModelConfig
  positions: Positions
  /** For each track, how many starts already have rows; the others begin in this layer. */
  knownStarts: readonly number[]
  /** The program's variants. */
  mixesFirst: boolean
  splitsHeads: boolean
  gives: readonly AttentionGift[]
  /** By track, keys that are hidden from all queries but their own; null if no track hides keys. */
  hidden: readonly (ReadonlySet<number> | null)[] | null
  /** The pattern of each track, [H, J, N] over the positions that the layer outputs; null if patterns are computed. */
  patterns: readonly Float32Array[] | null
  /** Columns side by side in one block, over all tracks. */
  columnsPerBlock: number
}

/** Makes the index tensors of every block. They depend on the layouts only. */
export function planAttention<T extends Track>(
  input: Layout, output: Layout<T>, options: AttentionPlanOptions,
): AttentionPlan<T> {
  const columns = output.tracks.map((track, t) =>
    track.starts.slice(0, options.knownStarts[t]).flatMap((start, s, known) =>
      hasEnded(start, known) ? [] : start.components.map((component, m): Column => ({ start: s, component: m, first: component.first })),
    ).filter(({ first }) => first < lengthOf(track)).sort((a, b) => a.first - b.first))
  const most = Math.max(0, ...columns.map((list) => list.length))
  const perTrack = Math.max(1, Math.floor(options.columnsPerBlock / output.tracks.length))
  const { mixesFirst, splitsHeads, gives } = options
  const variant: AttentionVariant = {
    mixesFirst, splitsHeads, gives, takesPattern: options.patterns !== null, hides: options.hidden !== null,
    steady: input === output && most <= perTrack && !mixesFirst && !splitsHeads,
  }
  const blocks: AttentionBlock[] = []
  for (let at = 0; at === 0 || at < most; at += perTrack) {
    const x: Column = { start: -1, component: 0, first: 0 }
    const withX = at === 0 || options.config.postNorms
    const block = columns.map((list) => [...(withX ? [x] : []), ...list.slice(at, at + perTrack)])
    blocks.push(planBlock(input, output, block, { ...options, ...variant }))
  }
  return { blocks, output, variant }
}

function planBlock(
  input: Layout, output: Layout, columns: readonly Column[][], options: AttentionPlanOptions & AttentionVariant,
): AttentionBlock {
  const { config, positions, mixesFirst, steady } = options
  const { tracks } = output
  const B = tracks.length
  const N = positions.count
  const M = Math.max(1, ...columns.map((list) => list.length))
  const reachedFrom = Math.min(N - 1, ...columns.flatMap((list) => list.map((column) => column.first)))
  const n = N - reachedFrom

  const keyRows = new Int32Array(B * N)
  const taken: number[] = [0]
  const spread = new Int32Array(B * n * M)
  const queries: number[][] = []
  for (const [t, track] of tracks.entries()) {
    const length = lengthOf(track)
    for (let i = 0; i < length; i++) keyRows[t * N + i] = input.xRow(t, i)
    for (const [m, column] of columns[t]!.entries()) {
      for (let i = Math.max(column.first, reachedFrom); i < length; i++) {
        const row = rowOfColumn(input, t, column, i)
        if (row === 0) continue
        spread[(t * n + i - reachedFrom) * M + m] = mixesFirst || steady ? row : taken.length
        if (!mixesFirst && !steady) taken.push(row)
      }
    }
    const from = Math.min(length, ...columns[t]!.map((column) => column.first))
    queries.push(heldPositions(output, t, from))
  }
  const J = Math.max(1, ...queries.map((list) => list.length))
  const queryRows = new Int32Array(B * J)
  const queryPositions = new Int32Array(B * J)
  const queryTurns = new Int32Array(B * J)
  const rows = new MadeRows(output.rowCount)
  for (const [t, list] of queries.entries()) {
    for (const [j, i] of list.entries()) {
      queryRows[t * J + j] = input.xRow(t, i)
      queryPositions[t * J + j] = i
      queryTurns[t * J + j] = positions.ownAngles ? t * N + i : i
      const slot = (t * J + j) * M
      const xAt = rows.count
      for (const [m, column] of columns[t]!.entries()) {
        const made = rowOfColumn(output, t, column, i)
        if (made === 0) continue
        const biased = column.start === -1 || isBias(tracks[t]!.starts[column.start]!, column.component)
        rows.add({ made, pack: slot + m, query: t * J + j, from: rowOfColumn(input, t, column, i), xOf: xAt, biased })
        if (column.start === -1) rows.addX(xAt, slot + m, t * J + j)
      }
    }
  }
    // In the order of the new state, so that the rows of a single block can be written in place.
  const order = rows.order()
  const flags = attentionBiases(config)
  return {
    made: rows.pick(rows.made, order),
    inputs: {
      keyRows: int32(keyRows, [B, N]),
      queryRows: int32(queryRows, [B, J]),
      queries: int32(queryPositions, [B, J]),
      ...positions.inputs,
      ...(options.hidden === null ? {} : { hidden: hiddenKeys(options.hidden, queries, { B, J, N }) }),
      ...(options.patterns === null ? {} : { pattern: frozenPattern(config, options.patterns, { B, J, N }) }),
      ...(positions.inputs.cos === undefined ? {} : { queryTurns: int32(queryTurns, [B, J]) }),
      ...(mixesFirst || steady ? {} : { taken: int32(Int32Array.from(taken), [taken.length]) }),
      spread: int32(spread, [B, n, M]),
      pack: int32(rows.pick(rows.pack, order), [rows.count]),
      ...(steady ? {} : { from: int32(rows.pick(rows.from, order), [rows.count]) }),
      ...(flags.value ? { valueFlag: float32(rows.flags(rows.biased, order), [rows.count, 1]) } : {}),
      ...(flags.output ? { outputFlag: float32(rows.flags(rows.biased, order), [rows.count, 1]) } : {}),
      ...(flags.byQuery ? { queryAt: int32(rows.pick(rows.query, order), [rows.count]) } : {}),
      ...(options.splitsHeads ? { xPlaces: int32(Int32Array.from(rows.xPlaces), [rows.xPlaces.length]) } : {}),
      ...(options.splitsHeads && flags.byQuery ? { xQueries: int32(Int32Array.from(rows.xQueries), [rows.xQueries.length]) } : {}),
      ...(config.postNorms ? rows.postNormInputs(order) : {}),
    },
  }
}

interface Sizes {
  B: number
  J: number
  N: number
}

/** [B, J, N]: very negative where a key is hidden from a query. A position always sees itself. */
function hiddenKeys(
  hidden: readonly (ReadonlySet<number> | null)[], queries: readonly number[][], { B, J, N }: Sizes,
): HostTensor {
  const values = new Float32Array(B * J * N)
  for (const [t, keys] of hidden.entries()) {
    for (const [j, i] of queries[t]!.entries()) {
      for (const key of keys ?? []) if (key !== i) values[(t * J + j) * N + key] = MASKED
    }
  }
  return float32(values, [B, J, N])
}

/** Patterns [H, J, N] of tracks of one length, side by side: [B, K, G, J, N]. */
function frozenPattern({ H, K }: ModelConfig, patterns: readonly Float32Array[], { B, J, N }: Sizes): HostTensor {
  const size = H * J * N
  if (patterns.some(({ length }) => length !== size)) throw new Error('patterns are frozen for sequences of one length at a time')
  const all = new Float32Array(B * size)
  patterns.forEach((pattern, t) => all.set(pattern, t * size))
  return float32(all, [B, K, H / K, J, N])
}

/** The rows that one block makes, collected in the order in which they are found. */
class MadeRows {
  readonly made: number[] = []
  readonly pack: number[] = []
  /** For each row made, the index of its (track, query). */
  readonly query: number[] = []
  readonly from: number[] = []
  /** 1 for the rows that biases enter: x and BIAS. */
  readonly biased: number[] = []
  private readonly xOf: number[] = []
  /** For x at each (track, query): its index among the rows, and its place in the mixed tensor. */
  private readonly xAt: number[] = []
  readonly xPlaces: number[] = []
  readonly xQueries: number[] = []
  /** Rows of the new state. */
  private readonly rowCount: number
  constructor(rowCount: number) {
    this.rowCount = rowCount
  }

  get count() {
    return this.made.length
  }

  /** `xOf` is the index among the rows that x at the same position has or will have. */
  add(row: { made: number; pack: number; query: number; from: number; xOf: number; biased: boolean }): void {
    this.made.push(row.made)
    this.pack.push(row.pack)
    this.query.push(row.query)
    this.from.push(row.from)
    this.biased.push(row.biased ? 1 : 0)
    this.xOf.push(row.xOf)
  }

  addX(at: number, place: number, query: number): void {
    this.xAt.push(at)
    this.xPlaces.push(place)
    this.xQueries.push(query)
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

const isBias = (start: Start, component: number) => hasBias(start) && component === start.components.length - 1

/** The positions of a track that the layout holds, starting at `from`. */
function heldPositions(layout: Layout, track: number, from: number): number[] {
  const positions: number[] = []
  for (let i = from; i < lengthOf(layout.tracks[track]!); i++) if (layout.xRow(track, i) !== 0) positions.push(i)
  return positions
}
