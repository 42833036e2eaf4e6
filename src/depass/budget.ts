/**
 * How large the blocks of a sweep may be, and how much memory the sweep will need. Both are known before it runs and are
 * bounded by a setting. The numbers it computes do not depend on them.
 */
import { widestMlp, type ModelConfig } from '../model/config.ts'
import { modelHasBiases, mostComponents, reachedRows, type Split } from './partition/split.ts'
import { depthOf, type Passage } from './passage.ts'

const FLOAT_BYTES = 4

/** What the allocator holds beyond what is asked for (seen: 1.1 to 1.3). */
const ALLOCATION_OVERHEAD = 1.2

/**
 * onnxruntime also hands out a copy of every state. V8 leaves up to half of the copies uncollected, and at most this many
 * bytes.
 */
const UNCOLLECTED_BYTES = 64 * 2 ** 20

/** A block of the MLP works best when its relevances stay near the processor's cache. */
const CACHE_FRIENDLY_BYTES = 16 * 2 ** 20

/**
 * An engine's call may block the thread until it returns (onnxruntime's does), and a worker that is silent for long is
 * taken for dead. So no call is larger than about a second of work on a slow machine.
 */
const MAX_CALL_FLOPS = 1e11

/**
 * What a call of the MLP costs besides its rows, in places. A place costs its share of the activations alone: only rows that
 * are there go through the weights. Going through the weights once takes as long as sharing CALL_PLACES places, whatever the
 * model's size. The call itself takes CALL_FLOPS, which counts in small models only. Measured on two cores, best of 36: 1B-like
 * N 16 86 ms at 96 places, 90 at 48, 102 with 16 (as it was while every place went through the weights); N 32 272, 256 and 297;
 * 125M-like N 32 98, 103 and 105.
 */
const CALL_PLACES = 96
const CALL_FLOPS = 1e8

/** The estimate can be a quarter too low (npm run bench), but a limit is a promise. */
const MARGIN = 1.25

export interface Budget {
  columnsPerBlock: number
  placesPerBlock: number
  callInPlaces: number
  /** The most that will be held at once, besides the weights. MARGIN times this is within the limit. */
  bytes: number
}

/** What one passage holds at its widest. */
interface Extent {
  rows: number
  columns: number
  /** Components of the widest start. */
  width: number
  N: number
}

/** The budget, or the bytes that even the smallest blocks need if these do not fit. */
export function budget(
  config: ModelConfig, passages: readonly Passage[], limitBytes: number,
): { fits: Budget } | { needsBytes: number } {
  const extents = passages.map((passage) => extentOf(config, passage))
  const rows = 1 + sum(extents, (e) => e.rows)
  const columns = sum(extents, (e) => e.columns)
  const N = Math.max(...extents.map((e) => e.N))
  const width = Math.max(...extents.map((e) => e.width))
  const rowBytes = rows * config.D * FLOAT_BYTES
  const fixed = rowBytes * ((config.parallelResidual ? 3 : 2) + (config.experts === null ? 0 : 2)) + 3 * N * N * config.H * FLOAT_BYTES * passages.length
  const present = rows / (columns * N)
  const perColumn = N * Math.max(
    mixedFirstBytes(config, N, present), passages.some(spreads) ? attentionBytes(config, present) : 0)
  const perPlace = mlpBytes(config)
  const garbage = Math.min(UNCOLLECTED_BYTES, Math.max(...passages.map(depthOf)) * rowBytes * copiesOfLayer(config))
  const total = (working: number) => ALLOCATION_OVERHEAD * (fixed + working) + garbage
  const smallest = total(Math.max(2 * passages.length * perColumn, width * perPlace))
  if (MARGIN * smallest > limitBytes) return { needsBytes: MARGIN * smallest }
  const free = (limitBytes / MARGIN - garbage) / ALLOCATION_OVERHEAD - fixed
  const columnFlops = 2 * N * config.D * config.headWidth * (config.K + config.H)
  const columnsPerBlock = Math.min(columns, Math.floor(free / perColumn), Math.ceil(MAX_CALL_FLOPS / columnFlops))
  const wanted = Math.max(width, Math.floor(CACHE_FRIENDLY_BYTES / (widestMlp(config) * FLOAT_BYTES)))
  const placesPerBlock = Math.min(wanted, Math.floor(free / perPlace))
  const callInPlaces = CALL_PLACES + CALL_FLOPS / (4 * config.D * widestMlp(config))
  // A block is a rectangle, so where positions have unlike numbers of components it has more places than rows.
  const cells = sum(extents, (e) => e.N)
  const placesUsed = Math.min(placesPerBlock, passages.every(growsByOne) ? width * Math.min(cells, cellsPerBlock(callInPlaces)) : rows)
  return {
    fits: {
      columnsPerBlock,
      placesPerBlock,
      callInPlaces,
      bytes: total(Math.max(columnsPerBlock * perColumn, placesUsed * perPlace)),
    },
  }
}

/** Does each position have one component more than the one before, as tokens do? */
const growsByOne = ({ splits }: Passage) => splits.every(({ components }) => components.every(({ first }, m) => first === m))

/**
 * Cells in each block that `planMlp` cuts if each position has one component more than the one before. A block of c cells
 * wastes c²/2 places, and one more call costs `callInPlaces`.
 */
const cellsPerBlock = (callInPlaces: number) => Math.ceil(Math.sqrt(2 * callInPlaces))

/**
 * Copies of the rows that a layer leaves for the garbage collector: the engine's, and each chosen expert's input and
 * output.
 */
const copiesOfLayer = ({ experts }: ModelConfig) => (experts === null ? 1 : 1 + 2 * experts.chosen)

/**
 * Does some split go through the attention of a layer before the last? The last layer mixes rows before it projects them.
 */
const spreads = (passage: Passage) =>
  passage.splits.some((split) => split.layer + (split.at === 'input' ? 0 : 1) < depthOf(passage) - 1)

/** Bytes of the last layer for one position of one column: the rows spread, and their mixtures by head. */
const mixedFirstBytes = ({ D, H }: ModelConfig, N: number, present: number) =>
  FLOAT_BYTES * (present * D + (2 * H * D) / N)

/**
 * The most bytes held at once for one position of one column: the dense values and their mixture, or the rows around the
 * output projection. `present` is the share of positions that have a row. Tensors are freed as the graph runs.
 */
function attentionBytes({ D, H, K, headWidth }: ModelConfig, present: number): number {
  const values = K * headWidth
  const heads = H * headWidth
  return FLOAT_BYTES * Math.max(
    present * (D + values), present * values + values, values + heads, (1 + present) * heads, present * (heads + 2 * D))
}

/**
 * The same for one place of an MLP or of one expert: the product, the relevances taken from it, and the rows around both.
 */
const mlpBytes = (config: ModelConfig) => FLOAT_BYTES * (2 * widestMlp(config) + 3 * config.D)

function extentOf(config: ModelConfig, { tokenIds, splits }: Passage): Extent {
  const N = tokenIds.length
  const bias = modelHasBiases(config) ? 1 : 0
  const widths = splits.map((split) => mostComponents(split, N) + bias)
  return {
    N,
    rows: N + mostTogether(splits, (split) => reachedRows(split, N) + bias * N),
    columns: 1 + mostTogether(splits, (split) => mostComponents(split, N) + bias),
    width: Math.max(1, ...widths),
  }
}

/**
 * Among splits that replace one another, two exist at a time: one ends and one begins. Among local splits, one exists at
 * a time.
 */
function mostTogether(splits: readonly Split[], of: (split: Split) => number): number {
  const replaced = new Map(splits.map((split) => [split.replaces?.split, split]))
  const isChained = (split: Split) => split.replaces !== undefined || replaced.has(split)
  const pairs = splits.filter(isChained).map((split) => of(split) + (replaced.has(split) ? of(replaced.get(split)!) : 0))
  const local = splits.filter((split) => split.local !== undefined).map(of)
  const others = splits.filter((split) => !isChained(split) && split.local === undefined)
  return sum(others, of) + Math.max(0, ...pairs) + Math.max(0, ...local)
}

const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0)
