/** A model folder as an attributor: the one place where requests meet the decomposed pass. */
import { DEFAULT_MEMORY_LIMIT_BYTES } from './memoryLimit.ts'
import { LayerPrograms } from '../depass/programs.ts'
import { budget, componentCount } from '../depass/budget.ts'
import { FinalNorm } from '../depass/readout.ts'
import { RowBuffers } from '../depass/state.ts'
import { sweep, type Passage, type PassageResult } from '../depass/sweep.ts'
import { UserError } from '../errors.ts'
import { loadModel, type LoadedModel } from '../model/loaded.ts'
import type { Device, Engine } from '../tensor/engine.ts'
import { openEngine, type EngineName } from '../tensor/open.ts'
import { float32 } from '../tensor/ops.ts'
import { openTokenizer } from '../tokenizer/open.ts'
import type { Tokenizer } from '../tokenizer/tokenizer.ts'
import type { AttributeOptions, Attributor, Estimate } from './attributor.ts'
import { checkRequest } from './check.ts'
import { decodeComponents } from './decode.ts'
import { estimateRequest } from './estimate.ts'
import { passageKey, passageOf } from './passages.ts'
import type { AttributionRequest } from './request.ts'
import { formatBytes } from './resolve-cost.ts'
import type { AttributionResult } from './result.ts'
import { scoreTarget, type Distribution } from './score.ts'

export interface OpenOptions {
  engine?: EngineName
  device?: Device
  /** Threads of one matrix product; 0 or absent: as many as there are cores. */
  threads?: number
  /** What a sweep may use besides the weights. */
  memoryLimitBytes?: number
  /** What compiled weights may use before layers are streamed. */
  weightLimitBytes?: number
}

const GIBIBYTE = 2 ** 30
const DEFAULT_WEIGHT_LIMIT_BYTES = 16 * GIBIBYTE

/** Rows of one sweep beyond which more requests make it no faster. */
const ROWS_PER_SWEEP = 16_384

export async function openAttributor(dir: string, options: OpenOptions = {}): Promise<Attributor> {
  const model = await loadModel(dir)
  const tokenizer = await openTokenizer(model.folder.dir)
  const engine = await openEngine(options.engine ?? 'onnx', {
    device: options.device ?? 'cpu', threads: options.threads ?? 0,
  })
  const programs = new LayerPrograms(model, engine, options.weightLimitBytes ?? DEFAULT_WEIGHT_LIMIT_BYTES)
  return new FolderAttributor(model, tokenizer, engine, programs, options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES)
}

class FolderAttributor implements Attributor {
  readonly tokenizer: Tokenizer | null
  private readonly loaded: LoadedModel
  private readonly enginePart: Engine
  private readonly programs: LayerPrograms
  private readonly memoryLimitBytes: number
  private readonly buffers: RowBuffers
  /** Sweeps run one after another: they share the programs and the memory limit. */
  private queue: Promise<unknown> = Promise.resolve()

  constructor(
    model: LoadedModel, tokenizer: Tokenizer | null, engine: Engine, programs: LayerPrograms, memoryLimitBytes: number,
  ) {
    this.loaded = model
    this.tokenizer = tokenizer
    this.enginePart = engine
    this.programs = programs
    this.memoryLimitBytes = memoryLimitBytes
    this.buffers = new RowBuffers(model.config.D)
  }

  get model() {
    return this.loaded.folder.identity
  }

  get engine() {
    return this.enginePart.id
  }

  check(request: AttributionRequest): void {
    checkRequest(request, this.loaded.config)
    this.budgetOf([this.passage(request)])
  }

  estimate(request: AttributionRequest): Estimate {
    return estimateRequest(request, this.loaded.config, this.memoryLimitBytes)
  }

  attribute(requests: readonly AttributionRequest[], options: AttributeOptions = {}): Promise<AttributionResult[]> {
    const run = this.queue.then(() => this.run(requests, options))
    this.queue = run.catch(() => undefined)
    return run
  }

  async close(): Promise<void> {
    await this.queue
    await this.programs.close()
    await this.enginePart.close()
  }

  private passage(request: AttributionRequest): Passage {
    return passageOf(request, this.loaded.config)
  }

  private budgetOf(passages: readonly Passage[]) {
    const plan = budget(this.loaded.config, passages, this.memoryLimitBytes)
    if ('fits' in plan) return plan.fits
    throw new UserError(
      'TOO_LARGE',
      `This needs ${formatBytes(plan.needsBytes)} of memory, and the limit is ${formatBytes(this.memoryLimitBytes)}; ` +
        'raise --memory-limit, shorten the sequence, or ask for fewer components.',
    )
  }

  private async run(requests: readonly AttributionRequest[], options: AttributeOptions): Promise<AttributionResult[]> {
    for (const request of requests) this.check(request)
    const results: AttributionResult[] = Array(requests.length)
    let done = 0
    for (const batch of batches(requests, this.loaded.config, (p) => this.passage(p))) {
      options.signal?.throwIfAborted()
      const began = performance.now()
      const { passages, members } = batch
      const { rule, mode, temperature } = requests[members[0]![0]!]!
      const plan = this.budgetOf(passages)
      const read = await sweep(this.programs, this.buffers, passages, {
        rule, mode, temperature, ...plan, signal: options.signal,
        onLayer: (layer) => options.onProgress?.(
          (done + (passages.length * (layer + 1)) / this.loaded.config.L) / requests.length),
      })
      const distributions = await this.distributions(passages, read)
      const shared: [number, AttributionResult][] = []
      for (const [p, indices] of members.entries()) {
        for (const index of indices) shared.push([index, await this.result(requests[index]!, read[p]!, distributions[p]!)])
      }
      const milliseconds = (performance.now() - began) / shared.length
      for (const [index, result] of shared) results[index] = { ...result, milliseconds }
      done += shared.length
      options.onProgress?.(done / requests.length)
    }
    return results
  }

  private async result(
    request: AttributionRequest, read: PassageResult, distribution: Distribution | null,
  ): Promise<AttributionResult> {
    const { tokenizer } = this
    const labels = { token: (id: number) => tokenizer?.tokenText(id) ?? `#${id}` }
    const scored = await scoreTarget(this.loaded, request, read, distribution, labels)
    const { partition, mode, rule, temperature, excludeFirst, decode } = request
    const decoded = decode === undefined || distribution === null
      ? {}
      : { decoded: await decodeComponents(this.programs, request, read, distribution, { ...labels, count: decode }) }
    return { ...scored, ...decoded, partition, mode, rule, temperature, excludeFirst, milliseconds: 0 }
  }

  /** Logits of the streams that were read before the final norm, by passage; null for the others. */
  private async distributions(
    passages: readonly Passage[], read: readonly PassageResult[],
  ): Promise<(Distribution | null)[]> {
    const { D, V, L, finalSoftCap } = this.loaded.config
    const final = passages.flatMap((passage, p) => (passage.readLayer === L ? [p] : []))
    const found: (Distribution | null)[] = passages.map(() => null)
    if (final.length === 0) return found
    const normed = new Float32Array(final.length * D)
    for (const [row, p] of final.entries()) {
      normed.set(new FinalNorm(this.loaded, read[p]!.x).apply(read[p]!.x, true), row * D)
    }
    const executable = await this.programs.unembed()
    const output = await executable.run({ rows: float32(normed, [final.length, D]) })
    for (const [row, p] of final.entries()) {
      const values = (output.logits!.data as Float32Array).subarray(row * V, (row + 1) * V)
      const logits = finalSoftCap === null ? values : values.map((z) => finalSoftCap * Math.tanh(z / finalSoftCap))
      found[p] = distributionOf(logits, values)
    }
    return found
  }
}

function distributionOf(logits: Float32Array, uncapped: Float32Array): Distribution {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let total = 0
  for (const logit of logits) total += Math.exp(logit - largest)
  return { logits, uncapped, logPartition: largest + Math.log(total) }
}

interface Batch {
  passages: Passage[]
  /** Requests (by number) of each passage. */
  members: number[][]
}

/**
 * Requests that can be swept together: the same rule, mode and temperature, similar length, and no more rows than pay.
 */
function batches(
  requests: readonly AttributionRequest[], config: LoadedModel['config'], passage: (r: AttributionRequest) => Passage,
): Batch[] {
  const alike = new Map<string, number[]>()
  for (const [index, { rule, mode, temperature }] of requests.entries()) {
    const key = `${rule} ${mode} ${temperature}`
    alike.set(key, [...(alike.get(key) ?? []), index])
  }
  const made: Batch[] = []
  for (const indices of alike.values()) {
    const byPassage = new Map<string, number[]>()
    for (const index of indices) {
      const key = passageKey(requests[index]!)
      byPassage.set(key, [...(byPassage.get(key) ?? []), index])
    }
    // Sequences of like length lie side by side, so that little is padded.
    const sorted = [...byPassage.values()].sort((a, b) => requests[a[0]!]!.position - requests[b[0]!]!.position)
    let batch: Batch | null = null
    let rows = 0
    for (const members of sorted) {
      const next = passage(requests[members[0]!]!)
      const size = rowsOf(next, config)
      if (batch === null || rows + size > ROWS_PER_SWEEP) {
        batch = { passages: [], members: [] }
        made.push(batch)
        rows = 0
      }
      batch.passages.push(next)
      batch.members.push(members)
      rows += size
    }
  }
  return made
}

const rowsOf = ({ splits, tokenIds }: Passage, config: LoadedModel['config']) =>
  tokenIds.length * splits.reduce((sum, split) => sum + componentCount(split, config, tokenIds.length), 1)

