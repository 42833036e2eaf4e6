/**
 * A loaded model that passages are run through. It owns the compiled programs, the buffers and the memory limit.
 * Attributions, plain passes and edited passes all compute with a model through this class.
 */
import type { FeatureSet } from '../features/feature-set.ts'
import type { EncodeOutput } from '../features/program.ts'
import type { HashOptions } from '../model/digest-memory.ts'
import { loadModel, type LoadedModel } from '../model/loaded.ts'
import type { Device, Engine } from '../tensor/engine.ts'
import { openEngine, type EngineName } from '../tensor/open.ts'
import { float32 } from '../tensor/ops.ts'
import { budget, type Budget } from './budget.ts'
import { DEFAULT_MEMORY_LIMIT_BYTES, tooLarge } from './memory-limit.ts'
import { depthOf, type Passage } from './passage.ts'
import { LayerPrograms } from './programs.ts'
import { finalNorm } from './readout.ts'
import { DEFAULT_TEMPERATURE, type Mode, type Rule } from './rule.ts'
import { RowBuffers } from './state/state.ts'
import { sweep, type PassageResult } from './sweep.ts'

const DEFAULT_WEIGHT_LIMIT_BYTES = 16 * 2 ** 30

/** Beyond this many rows in one sweep, more passages make it no faster. */
const ROWS_PER_SWEEP = 16_384

/** Rows that the unembedding takes at once: bounds the logits held, [rows, V]. */
const LOGIT_ROWS = 64

export interface OpenOptions extends HashOptions {
  engine?: EngineName
  device?: Device
  /** Threads of one matrix product; 0 or absent: as many as there are cores. */
  threads?: number
  /** What a sweep may use besides the weights. */
  memoryLimitBytes?: number
  /** What compiled weights may use before layers are streamed. */
  weightLimitBytes?: number
  /**
   * Rows through a layer after which its weights are folded (src/depass/programs.ts). Absent: folded as soon as that
   * pays.
   */
  foldingPaysAfter?: number
}

export interface RunOptions {
  rule?: Rule
  mode?: Mode
  /** τ of the softmax rule. */
  temperature?: number
  signal?: AbortSignal
  /** Called as work is done, with the fraction finished (0 … 1). */
  onProgress?: (fraction: number) => void
  /** Called after each layer of a sweep: layers done, and layers in all. With several sweeps the count starts again. */
  onLayer?: (layer: number, layers: number) => void
}

export class Passes {
  readonly model: LoadedModel
  readonly programs: LayerPrograms
  readonly memoryLimitBytes: number
  readonly #engine: Engine
  readonly #buffers: RowBuffers
  /** Sweeps run one after another: they share the programs and the memory limit. */
  #queue: Promise<unknown> = Promise.resolve()

  static async open(dir: string, options: OpenOptions = {}): Promise<Passes> {
    const model = await loadModel(dir, options)
    const engine = await openEngine(options.engine ?? 'onnx', {
      device: options.device ?? 'cpu', threads: options.threads ?? 0,
    })
    return new Passes(model, engine, options)
  }

  private constructor(model: LoadedModel, engine: Engine, options: OpenOptions) {
    this.model = model
    this.#engine = engine
    this.programs = new LayerPrograms(
      model, engine, options.weightLimitBytes ?? DEFAULT_WEIGHT_LIMIT_BYTES, options.foldingPaysAfter)
    this.memoryLimitBytes = options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES
    this.#buffers = new RowBuffers(model.config.D)
  }

  /** e.g. `onnx-cpu-float32` */
  get engine(): string {
    return this.#engine.id
  }

  /** The engine that other programs of the same model are compiled with. */
  get compiler(): Engine {
    return this.#engine
  }

  /**
   * The reads of every passage, in the order of the passages. To float32 rounding, the numbers do not depend on what else
   * runs beside a passage. Passages of similar length share sweeps. Refuses (TOO_LARGE) a passage that does not fit into the
   * memory limit alone.
   */
  run(passages: readonly Passage[], options: RunOptions = {}): Promise<PassageResult[]> {
    return this.exclusively(() => this.#run(passages, options))
  }

  /** Runs another action that needs the engine and the memory for itself. */
  exclusively<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(action)
    this.#queue = run.catch(() => undefined)
    return run
  }

  /** Rows x [T, D] at a set's site → activations [T, F]. */
  encode(set: FeatureSet, x: Float32Array): Promise<Float32Array> {
    return this.exclusively(() => this.programs.encode(set, x, x.length / set.D))
  }

  /**
   * The same, or pre-activations, in blocks of rows and in order. `visit` finds [rows, F] at the start of the array from
   * `room`.
   */
  eachEncoded<B extends Float32Array>(
    set: FeatureSet, x: Float32Array, output: EncodeOutput, visit: (values: B, rows: number) => void, room: (length: number) => B | Promise<B>,
  ): Promise<void> {
    return this.exclusively(() => this.programs.eachEncoded(set, x, output, visit, room))
  }

  /**
   * The logits [V] of streams before the final norm, each with its own norm, before any soft cap. `visit` gets them in
   * order.
   */
  async eachLogits(streams: readonly Float32Array[], visit: (logits: Float32Array, index: number) => void): Promise<void> {
    const { D, V } = this.model.config
    const executable = await this.programs.unembed()
    for (let from = 0; from < streams.length; from += LOGIT_ROWS) {
      const block = streams.slice(from, from + LOGIT_ROWS)
      const normed = new Float32Array(block.length * D)
      for (const [row, x] of block.entries()) normed.set(finalNorm(this.model, x)(x, true), row * D)
      const { logits } = await executable.run({ rows: float32(normed, [block.length, D]) })
      const values = logits!.data as Float32Array
      block.forEach((_, row) => visit(values.subarray(row * V, (row + 1) * V), from + row))
    }
  }

  async close(): Promise<void> {
    await this.#queue
    await this.programs.close()
    await this.#engine.close()
  }

  async #run(passages: readonly Passage[], options: RunOptions): Promise<PassageResult[]> {
    const { rule = 'softmax', mode = 'corrected', temperature = DEFAULT_TEMPERATURE, signal, onProgress, onLayer } = options
    const { L } = this.model.config
    const results: PassageResult[] = Array(passages.length)
    let done = 0
    for (const batch of this.#batches(passages)) {
      signal?.throwIfAborted()
      const depth = Math.max(...batch.map((index) => depthOf(passages[index]!)))
      await this.programs.expect(batch.reduce((rows, index) => rows + rowsOf(passages[index]!), 0))
      const swept = await sweep(this.programs, this.#buffers, batch.map((index) => passages[index]!), {
        rule, mode, temperature, signal, ...this.#blocksFor(batch.map((index) => passages[index]!)),
        onLayer: (layer) => {
          onLayer?.(layer + 1, depth)
          onProgress?.((done + (batch.length * (layer + 1)) / L) / passages.length)
        },
      })
      batch.forEach((index, at) => (results[index] = swept[at]!))
      done += batch.length
      onProgress?.(done / passages.length)
    }
    return results
  }

  /**
   * Indices of passages that are swept together: similar length, no more rows than make a sweep faster, no more than fit.
   */
  #batches(passages: readonly Passage[]): number[][] {
    const sorted = [...passages.keys()].sort((a, b) => lengthOf(passages[a]!) - lengthOf(passages[b]!))
    const batches: number[][] = []
    let rows = 0
    for (const index of sorted) {
      const passage = passages[index]!
      const last = batches.at(-1)
      const before = last === undefined ? undefined : passages[last[0]!]
      if (last === undefined || before === undefined || rows + rowsOf(passage) > ROWS_PER_SWEEP || !canShare(before, passage)) {
        batches.push([index])
        rows = 0
      } else last.push(index)
      rows += rowsOf(passage)
    }
    return batches.flatMap((batch) => this.#fitting(batch, passages))
  }

  /** The batch, halved until each part fits. */
  #fitting(batch: readonly number[], passages: readonly Passage[]): number[][] {
    if (batch.length === 1 || 'fits' in this.#budgetOf(batch.map((index) => passages[index]!))) return [[...batch]]
    const middle = Math.ceil(batch.length / 2)
    return [batch.slice(0, middle), batch.slice(middle)].flatMap((half) => this.#fitting(half, passages))
  }

  #budgetOf(passages: readonly Passage[]) {
    return budget(this.model.config, passages, this.memoryLimitBytes)
  }

  #blocksFor(passages: readonly Passage[]): Budget {
    const found = this.#budgetOf(passages)
    if ('fits' in found) return found.fits
    throw tooLarge(found.needsBytes, this.memoryLimitBytes)
  }
}

/** Frozen patterns must be of sequences of one length, and a sweep freezes all of its patterns or none. */
const canShare = (a: Passage, b: Passage) =>
  (a.frozenPatterns === undefined) === (b.frozenPatterns === undefined) &&
  (a.frozenPatterns === undefined || lengthOf(a) === lengthOf(b))

const lengthOf = ({ tokenIds }: Passage) => tokenIds.length

const rowsOf = ({ splits, tokenIds }: Passage) =>
  tokenIds.length * splits.reduce((sum, { components }) => sum + components.length, 1)
