/** Trains the autoencoders from the seed and saves them as SAELens does; measures and labels them on other text. */
import { openEngine } from '../../src/tensor/open.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts'
import { modelFolder } from '../paths.ts'
import { Random } from '../random.ts'
import { WordEncoder } from '../train/batches.ts'
import { loadVector } from '../train/load.ts'
import { demoConfig } from '../train/shape.ts'
import { BETA1, BETA2 } from '../train/step.ts'
import { collectActivations, type Activations } from './activations.ts'
import { describeFeatures } from './labels.ts'
import { loadSae } from './load.ts'
import { measure } from './measure.ts'
import { parts, saeSize, saeStep, cutData, type SaeShape, type Sae } from './program.ts'
import { saveLabels, saveSae } from './save.ts'

/** Layers whose output is read (resid_post). */
export const saeLayers = [1, 2] as const
const FEATURES = 512
/** Features active at a token, on average. */
const WANTED_ACTIVE = 16
const FIRST_ACTIVE = 64

const BATCHES = 150
const TRAINING_SEED = 11
const HELD_OUT_SEED = 12
const HELD_OUT_BATCHES = 20
const ROWS = 1024
const STEPS = 3000
const RATE = 1e-3
/** A feature that is silent for this many steps is begun anew. */
const SILENT_STEPS = 400

export async function trainSaes(say: (line: string) => void, steps = STEPS): Promise<void> {
  await withStreams(BATCHES, TRAINING_SEED, async (engine, training) => {
    for (const [i, layer] of saeLayers.entries()) await saveSae(await trainSae(engine, training[i]!, layer, steps, say))
  })
}

export async function labelSaes(say: (line: string) => void): Promise<void> {
  await withStreams(HELD_OUT_BATCHES, HELD_OUT_SEED, async (engine, heldOut, tokenizer) => {
    for (const [i, layer] of saeLayers.entries()) {
      const sae = await loadSae(layer)
      const figures = await measure(engine, sae, heldOut[i]!)
      say(`layer ${layer}: L0 ${figures.active.toFixed(1)}, variance explained ${figures.explained.toFixed(4)}, ` +
        `${figures.dead} of ${FEATURES} features never active on ${heldOut[i]!.rows} held-out tokens`)
      await saveLabels(layer, figures, await describeFeatures(engine, sae, heldOut[i]!, tokenizer))
    }
  })
}

async function withStreams(
  batches: number, seed: number, action: (engine: Engine, streams: Activations[], tokenizer: Tokenizer) => Promise<void>,
): Promise<void> {
  const tokenizer = await openTokenizer(modelFolder)
  if (tokenizer === null) throw new Error(`no tokenizer in ${modelFolder}`)
  const engine = await openEngine('onnx', { device: 'cpu', threads: 0 })
  const vector = await loadVector(modelFolder, demoConfig)
  const streams = saeLayers.map((layer) => layer + 1)
  await action(engine, await collectActivations(
    engine, demoConfig, vector, await WordEncoder.open(modelFolder), streams, batches, seed), tokenizer)
  await engine.close()
}

async function trainSae(
  engine: Engine, { x, rows }: Activations, layer: number, steps: number, say: (line: string) => void,
): Promise<Sae> {
  const { D } = demoConfig
  const shape: SaeShape = { D, F: FEATURES }
  const random = new Random(TRAINING_SEED + layer)
  // Trained on streams of mean square 1 a number; the scale is folded into the weights afterwards.
  let squares = 0
  for (const value of x) squares += value * value
  const scale = Math.sqrt(x.length / squares)
  let now = initial(shape, x, rows, scale, random)
  let next: Moments = { vector: new Float32Array(now.vector.length), first: new Float32Array(now.vector.length), second: new Float32Array(now.vector.length) }
  const executable = await engine.compile(saeStep(shape, ROWS))
  const flat = (data: Float32Array) => float32(data, [data.length])
  const scalar = (value: number) => float32(Float32Array.of(value), [1])
  const silent = new Int32Array(FEATURES)
  const batch = new Float32Array(ROWS * D)
  let threshold = 0.5
  for (let step = 0; step < steps; step++) {
    for (let r = 0; r < ROWS; r++) {
      const row = random.below(rows)
      for (let d = 0; d < D; d++) batch[r * D + d] = x[row * D + d]! * scale
    }
    const rate = RATE * Math.min(1, (step + 1) / 100, (steps - step) / (steps / 4))
    const { active, error } = await executable.run({
      vector: flat(now.vector), first: flat(now.first), second: flat(now.second), x: float32(batch, [ROWS, D]),
      threshold: scalar(threshold), rate: scalar(rate),
      correction1: scalar(1 / (1 - BETA1 ** (step + 1))), correction2: scalar(1 / (1 - BETA2 ** (step + 1))),
    }, { newVector: flat(next.vector), newFirst: flat(next.first), newSecond: flat(next.second) })
    ;[now, next] = [next, now]
    const counts = active!.data
    let total = 0
    for (let f = 0; f < FEATURES; f++) {
      total += counts[f]!
      silent[f] = counts[f]! > 0 ? 0 : silent[f]! + 1
      if (silent[f]! >= SILENT_STEPS && step < steps * 0.7) {
        revive(shape, now, f, batch, error!.data, random)
        silent[f] = 0
      }
    }
    const wanted = WANTED_ACTIVE + (FIRST_ACTIVE - WANTED_ACTIVE) * Math.max(0, 1 - step / (steps * 0.4))
    threshold = Math.max(1e-3, threshold * (1 + 0.05 * Math.max(-1, Math.min(1, Math.log(Math.max(total, 1) / ROWS / wanted)))))
    if ((step + 1) % 500 === 0) {
      const missed = Array.from(error!.data).reduce((sum, each) => sum + each, 0) / ROWS / D
      say(`  layer ${layer} step ${step + 1}: error ${missed.toFixed(4)} of 1, active ${(total / ROWS).toFixed(1)}, threshold ${threshold.toFixed(3)}`)
    }
  }
  await executable.dispose()
  return folded(shape, now.vector, threshold, scale, layer)
}

interface Moments {
  vector: Float32Array
  first: Float32Array
  second: Float32Array
}

/** Decoder rows are random directions of length 1, the encoder their transpose; b_dec the mean. */
function initial(shape: SaeShape, x: Float32Array, rows: number, scale: number, random: Random): Moments {
  const { D, F } = shape
  const vector = new Float32Array(saeSize(shape))
  const bias = vector.length - D
  for (let r = 0; r < rows; r++) for (let d = 0; d < D; d++) vector[bias + d]! += (x[r * D + d]! * scale) / rows
  for (let f = 0; f < F; f++) {
    const row = random.below(rows)
    place(shape, vector, f, Float32Array.from({ length: D }, (_, d) => x[row * D + d]! * scale - vector[bias + d]!))
  }
  return { vector, first: new Float32Array(vector.length), second: new Float32Array(vector.length) }
}

/** Feature `f` reads and writes along `direction`. */
function place({ D, F }: SaeShape, vector: Float32Array, f: number, direction: Float32Array) {
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0)) || 1
  for (let d = 0; d < D; d++) {
    vector[d * F + f] = direction[d]! / length
    vector[D * F + f * D + d] = direction[d]! / length
  }
  vector[2 * D * F + f] = 0
}

/** A silent feature starts again at one of the badly rebuilt rows of the batch. */
function revive(shape: SaeShape, { vector, first, second }: Moments, f: number, batch: Float32Array, error: ArrayLike<number>, random: Random) {
  const { D, F } = shape
  const tries = Array.from({ length: 32 }, () => random.below(ROWS))
  const row = tries.reduce((worst, each) => (error[each]! > error[worst]! ? each : worst))
  const bias = vector.length - D
  place(shape, vector, f, Float32Array.from({ length: D }, (_, d) => batch[row * D + d]! - vector[bias + d]!))
  for (const moments of [first, second]) {
    for (let d = 0; d < D; d++) moments[d * F + f] = moments[D * F + f * D + d] = 0
    moments[2 * D * F + f] = 0
  }
}

/** In the stream's own units, with decoder rows of length 1: the activations take the scale instead of the encoder. */
function folded(shape: SaeShape, vector: Float32Array, threshold: number, scale: number, layer: number): Sae {
  const { D, F } = shape
  const tensors = cutData(shape, vector)
  for (let f = 0; f < F; f++) {
    const row = tensors.W_dec.subarray(f * D, (f + 1) * D)
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    for (let d = 0; d < D; d++) row[d]! /= length
  }
  // x̂/s = Σ a·w: scaling a, its threshold and both biases by 1/s leaves W_enc as it is.
  for (const part of parts(shape)) if (part.name.startsWith('b_')) tensors[part.name].forEach((value, i, all) => { all[i] = value / scale })
  return { layer, shape, ...tensors, threshold: new Float32Array(F).fill(threshold / scale) }
}
