/** Training from the seed: state, schedule and the loop over compiled steps. */
import type { Engine } from '../../src/tensor/engine.ts'
import { float32, int32, type HostTensor } from '../../src/tensor/ops.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { Corpus } from '../corpus/corpus.ts'
import { Random } from '../random.ts'
import { makeWorld } from '../world/world.ts'
import { corpusBatch, type WordEncoder } from './batches.ts'
import { countOf, parametersOf, sizeOf } from './shape.ts'
import { BETA1, BETA2, trainingStep, type BatchShape } from './step.ts'

const TRAINING_SEED = 4
const batchShape: BatchShape = { B: 16, T: 64 }

export interface Schedule {
  steps: number
  warmup: number
  peak: number
  /** Where the rate begins to fall. */
  fallsFrom: number
}

/** Rises in a line, stays, and falls in a line to a hundredth: how long to train can be decided while it runs. */
export function rateAt({ steps, warmup, peak, fallsFrom }: Schedule, step: number): number {
  if (step < warmup) return (peak * (step + 1)) / warmup
  if (step < fallsFrom) return peak
  return peak * Math.max(0.01, (steps - step) / (steps - fallsFrom))
}

/** What a checkpoint keeps; vectors [P]. */
export interface TrainingState {
  step: number
  vector: Float32Array
  first: Float32Array
  second: Float32Array
}

export function initialState(config: ModelConfig, seed = TRAINING_SEED): TrainingState {
  const random = new Random(seed)
  const parameters = parametersOf(config)
  const P = countOf(parameters)
  const vector = new Float32Array(P)
  let at = 0
  for (const parameter of parameters) {
    const { name, shape } = parameter
    const size = sizeOf(parameter)
    if (shape.length === 1) vector.fill(1, at, at + size)
    else {
      const deviation = deviationOf(name, shape[0]!, config.L)
      for (let i = 0; i < size; i++) vector[at + i] = deviation * random.normal()
    }
    at += size
  }
  return { step: 0, vector, first: new Float32Array(P), second: new Float32Array(P) }
}

/** Sublayers' outputs start small, so that the residual stream does not grow with depth (GPT-2). */
function deviationOf(name: string, inputs: number, L: number): number {
  if (name.includes('embed')) return 0.1
  if (name.includes('lm_head')) return 0.02
  const even = 1 / Math.sqrt(inputs)
  return /o_proj|down_proj/.test(name) ? even / Math.sqrt(2 * L) : even
}

export interface StepReport {
  step: number
  /** Weighted mean of −log chance. */
  loss: number
  gradientNorm: number
  rate: number
}

/** Steps in order, from the state given; the state is updated in place of the caller's. */
export class Trainer {
  readonly encoder: WordEncoder
  private readonly corpus = new Corpus(makeWorld())
  private readonly config: ModelConfig
  private readonly schedule: Schedule

  constructor(config: ModelConfig, encoder: WordEncoder, schedule: Schedule) {
    this.config = config
    this.schedule = schedule
    this.encoder = encoder
  }

  /** Runs until the schedule's last step, or until `onStep` says false. */
  async run(engine: Engine, state: TrainingState, onStep: (report: StepReport, state: TrainingState) => Promise<boolean>) {
    const executable = await engine.compile(trainingStep(this.config, batchShape))
    const P = state.vector.length
    let now = state
    let next: TrainingState = { step: 0, vector: new Float32Array(P), first: new Float32Array(P), second: new Float32Array(P) }
    const scalar = (value: number): HostTensor => float32(Float32Array.of(value), [1])
    const flat = (data: Float32Array): HostTensor => float32(data, [data.length])
    for (let step = state.step; step < this.schedule.steps; step++) {
      // Each step draws from a seed of its own, so that a checkpoint needs no state of the generator.
      const { ids, targets, shares, mask } = corpusBatch(
        batchShape, this.corpus, this.encoder, new Random(TRAINING_SEED * 1_000_003 + step))
      const rate = rateAt(this.schedule, step)
      const { chances, gradientNorm } = await executable.run({
        vector: flat(now.vector), first: flat(now.first), second: flat(now.second),
        ids: int32(ids, [ids.length]), targets: int32(targets, [ids.length]), shares: flat(shares),
        mask: float32(mask, [batchShape.B, batchShape.T, batchShape.T]),
        rate: scalar(rate), correction1: scalar(1 / (1 - BETA1 ** (step + 1))), correction2: scalar(1 / (1 - BETA2 ** (step + 1))),
      }, { newVector: flat(next.vector), newFirst: flat(next.first), newSecond: flat(next.second) })
      next.step = step + 1
      ;[now, next] = [next, now]
      const loss = lossOf(chances!.data, shares)
      if (!(await onStep({ step, loss, gradientNorm: gradientNorm!.data[0]!, rate }, now))) break
    }
    await executable.dispose()
    return now
  }
}

function lossOf(chances: ArrayLike<number>, shares: Float32Array): number {
  let loss = 0
  shares.forEach((share, row) => {
    if (share > 0) loss -= share * Math.log(Math.max(chances[row]!, 1e-30))
  })
  return loss
}
