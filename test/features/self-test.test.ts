/** The self-test tells a set that was read rightly from one that was not, and says in one sentence what is wrong. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelFolder, saeFolder } from '../../demo/paths.ts'
import { collectActivations } from '../../demo/sae/activations.ts'
import { WordEncoder } from '../../demo/train/batches.ts'
import { loadVector } from '../../demo/train/load.ts'
import { demoConfig } from '../../demo/train/shape.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { engineRunner, hostRunner, measureFit } from '../../src/features/self-test/measure.ts'
import { type SelfTestReport, type SelfTestRows, selfTest } from '../../src/features/self-test/self-test.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { openEngine } from '../../src/tensor/open.ts'
import { Random } from '../random.ts'
import { sums, trainedSet, unitRows } from './memory-set.ts'

const D = 96
const F = 128
const wide = trainedSet(D, F)
const square = trainedSet(32, 32)

const judge = (set: FeatureSet, input: Partial<SelfTestRows> = {}): Promise<SelfTestReport> =>
  selfTest(set, { rows: wide.rows, ...input })

const times = (values: Float32Array, factor: number) => values.map((value) => value * factor)

/** The same set for inputs that are `factor` times as large. */
const forScaledInputs = (set: FeatureSet, factor: number): FeatureSet => ({
  ...set,
  decoderBias: times(set.decoderBias, factor),
  activation:
    set.activation.kind === 'jumprelu'
      ? { ...set.activation, threshold: times(set.activation.threshold, factor) }
      : set.activation,
})

function directionsOf({ encoder }: FeatureSet): Float32Array {
  if (encoder.source !== 'data') throw new Error('this set lies in memory')
  return encoder.data
}

function meanNorm(rows: Float32Array, width: number): number {
  const norms = Array.from({ length: rows.length / width }, (_, t) =>
    Math.hypot(...rows.subarray(t * width, (t + 1) * width)),
  )
  return norms.reduce((sum, norm) => sum + norm, 0) / norms.length
}

const expectFinding = (report: SelfTestReport, verdict: SelfTestReport['verdict'], about: string, sentence: RegExp) => {
  expect(report.verdict).toBe(verdict)
  const finding = report.findings.find((each) => each.about === about)
  expect(finding?.sentence).toMatch(sentence)
  expect(finding?.sentence).toMatch(/^[A-Z0-9].*\.$/)
}

describe('a set that was read rightly', () => {
  it.each([
    ['more features than numbers', wide],
    ['as many features as numbers', square],
  ])('with %s is ok', async (_, { set, rows }) => {
    const report = await judge(set, { rows })
    expect(report).toMatchObject({ verdict: 'ok', findings: [], rows: 200 })
    expect(report.varianceExplained).toBeGreaterThan(0.8)
    expect(Math.abs(report.l0 - 3)).toBeLessThan(1)
  })

  it('is ok with a scale that is known', async () => {
    const scale = Math.sqrt(D) / (0.1 * meanNorm(wide.rows, D))
    const set: FeatureSet = {
      ...forScaledInputs(wide.set, 0.1 * scale),
      normalisation: { kind: 'constant', scale, unscale: 1 / scale },
    }
    expect(await judge(set, { rows: times(wide.rows, 0.1) })).toMatchObject({ verdict: 'ok' })
  })
})

describe('a set that was read wrongly', () => {
  it('is refused when its encoder is transposed', async () => {
    const set: FeatureSet = { ...square.set, encoder: { ...square.set.encoder, orientation: 'in,out' } }
    expectFinding(
      await judge(set, { rows: square.rows }),
      'refused',
      'transposed',
      /read with the encoder transposed: a matrix is transposed/,
    )
  })

  it('is refused when its decoder is transposed', async () => {
    const set: FeatureSet = { ...square.set, decoder: { ...square.set.decoder, orientation: 'out,in' } }
    expectFinding(await judge(set, { rows: square.rows }), 'refused', 'transposed', /with the decoder transposed/)
  })

  it('is refused when both are transposed', async () => {
    const set: FeatureSet = {
      ...square.set,
      encoder: { ...square.set.encoder, orientation: 'in,out' },
      decoder: { ...square.set.decoder, orientation: 'out,in' },
    }
    expectFinding(await judge(set, { rows: square.rows }), 'refused', 'transposed', /with both matrices transposed/)
  })

  it('is refused when the scale of its inputs was not folded', async () => {
    const factor = Math.sqrt(D) / meanNorm(wide.rows, D)
    const report = await judge(forScaledInputs(wide.set, factor), { rows: times(wide.rows, 0.1) })
    expectFinding(
      report,
      'refused',
      'scale',
      /read with (each )?inputs? .*√D: a scale of the inputs is not what it was/,
    )
  })

  it('is refused when a scale is applied that the weights have already', async () => {
    const set: FeatureSet = { ...wide.set, normalisation: { kind: 'constant', scale: 5, unscale: 0.2 } }
    expectFinding(await judge(set), 'refused', 'scale', /read without normalising inputs/)
  })

  it('is refused when a scale was folded into one side only', async () => {
    const set: FeatureSet = { ...wide.set, decoderScale: new Float32Array(F).fill(0.2) }
    expectFinding(
      await judge(set),
      'refused',
      'scale',
      /has to be multiplied by [45]\.\d+ to fit .* folded into one side only/,
    )
  })

  it('is refused or flagged when its activation rule is another', async () => {
    const relu = await judge({ ...wide.set, activation: { kind: 'relu' } })
    expectFinding(
      relu,
      relu.varianceExplained < 0 ? 'refused' : 'flagged',
      'activation',
      /with the 3 largest kept, as many as its files claim/,
    )
    expectFinding(relu, relu.verdict, 'l0', /features fire per token and the files claim 3/)
    const deaf = await judge({
      ...wide.set,
      activation: { kind: 'jumprelu', threshold: new Float32Array(F).fill(9), relu: true },
    })
    expectFinding(deaf, 'refused', 'activation', /explains -\d+\.\d% of the variance as its files say/)
  })

  it('is refused or flagged when thresholds of Llama Scope leave out decoder norms that they were meant for', async () => {
    // Directions a tenth as long, activations ten times: a threshold of pre · norm that is taken for one of pre lets noise by.
    const short: FeatureSet = {
      ...wide.set,
      format: 'llama-scope',
      encoderScale: new Float32Array(F).fill(10),
      decoder: { source: 'data', data: times(directionsOf(wide.set), 0.1), shape: [F, D], orientation: 'in,out' },
      claims: { ...wide.set.claims, l0: null },
    }
    const right: FeatureSet = {
      ...short,
      activation: { kind: 'jumprelu', threshold: new Float32Array(F).fill(7), relu: true },
    }
    expect(await judge(right)).toMatchObject({ verdict: 'ok' })
    const report = await judge(short)
    const verdict = report.varianceExplained < 0 ? 'refused' : 'flagged'
    expectFinding(report, verdict, 'activation', /with thresholds compared with decoder norms/)
  })

  it('is refused when it belongs to another model', async () => {
    const other = trainedSet(D, F, 2)
    expectFinding(await judge(other.set), 'refused', 'nothing rebuilt', /worse than their mean does/)
  })

  it('is refused when nothing fires and nothing else would do', async () => {
    const set: FeatureSet = { ...trainedSet(D, F, 2).set, encoderBias: new Float32Array(F).fill(-100) }
    const report = await judge({ ...set, claims: { ...set.claims, l0: null } })
    expectFinding(report, 'refused', 'nothing fires', /No feature fires at any of the rows/)
  })

  it('is flagged when a neighbouring site is rebuilt better', async () => {
    const elsewhere = trainedSet(D, F, 3).rows
    const neighbours = [
      { site: { layer: 2, name: 'resid_post' }, rows: wide.rows },
      { site: { layer: 0, name: 'resid_post' }, rows: elsewhere },
    ] as const
    expectFinding(
      await judge(wide.set, { rows: elsewhere, neighbours }),
      'flagged',
      'site',
      /at 1\.resid_post and \d+\.\d% at 2\.resid_post: it was probably trained there/,
    )
    expect(await judge(wide.set, { neighbours: neighbours.toReversed() })).toMatchObject({ verdict: 'ok' })
  })

  it('is flagged when it explains less than its files claim', async () => {
    const noise = new Random(5).normals(wide.rows.length, 0.12)
    const rows = wide.rows.map((value, i) => value + noise[i]!)
    const claims = { ...wide.set.claims, varianceExplained: 0.99 }
    expectFinding(
      await judge({ ...wide.set, claims }, { rows }),
      'flagged',
      'variance explained',
      /the files claim 99\.0%/,
    )
  })
})

describe('a transcoder', () => {
  const E = 80
  const random = new Random(7)
  const directions = unitRows(random, F, E)
  const bias = random.normals(E, 0.3)
  const targets = sums(wide.parts, directions, E, bias)
  const set: FeatureSet = {
    ...wide.set,
    site: { layer: 1, name: 'mlp_in' },
    writes: { layer: 1, name: 'mlp_out' },
    E,
    decoder: { source: 'data', data: directions, shape: [F, E], orientation: 'in,out' },
    decoderBias: bias,
    subtractsDecoderBias: false,
    encoderBias: Float32Array.from({ length: F }, (_, f) => -dot(wide.set, f)),
  }

  it('is judged by what it writes', async () => {
    const report = await judge(set, { targets })
    expect(report).toMatchObject({ verdict: 'ok' })
    expect(report.varianceExplained).toBeGreaterThan(0.8)
  })

  it('needs the vectors that it writes', async () => {
    await expect(judge(set)).rejects.toThrow('expected 200 rows of 80')
  })

  it('is flagged when it writes another vector than it says', async () => {
    const other = sums(trainedSet(D, F, 3).parts, directions, E, bias)
    const targetNeighbours = [{ site: { layer: 1, name: 'mlp_out_raw' } as const, rows: targets }]
    expectFinding(
      await judge(set, { targets: other, targetNeighbours }),
      'flagged',
      'output site',
      /at 1\.mlp_out and .* at 1\.mlp_out_raw/,
    )
  })
})

/** b_dec · W_enc[:, f] */
function dot({ encoder, decoderBias }: FeatureSet, f: number): number {
  if (encoder.source !== 'data') throw new Error('this set lies in memory')
  return decoderBias.reduce((sum, value, d) => sum + value * encoder.data[f * D + d]!, 0)
}

describe("the demo's sets", () => {
  let engine: Engine
  /** [T, D]: the stream before layer 0, and after layers 0 to 3. */
  let streams: Float32Array[]
  beforeAll(async () => {
    engine = await openEngine('onnx', { device: 'cpu', threads: 1 })
    const collected = await collectActivations(
      engine,
      demoConfig,
      await loadVector(modelFolder, demoConfig),
      await WordEncoder.open(modelFolder),
      [0, 1, 2, 3, 4],
      1,
      5,
    )
    streams = collected.map(({ x }) => x.slice(0, 300 * demoConfig.D))
  })
  afterAll(() => engine.close())

  const rowsAt = (layer: number): SelfTestRows => ({
    rows: streams[layer + 1]!,
    neighbours: streams.flatMap((rows, i) =>
      i === layer + 1 ? [] : [{ site: { layer: i, name: 'resid_pre' } as const, rows }],
    ),
  })

  it.each([1, 2])('are ok at the layer %i that they were trained on', async (layer) => {
    const set = await openFeatureSet(join(saeFolder, `${layer}-res`))
    const report = await selfTest(set, rowsAt(layer), engineRunner(engine))
    expect(report.findings).toEqual([])
    expect(report.varianceExplained).toBeGreaterThan(0.9)
  })

  it.each([
    [1, 2],
    [2, 1],
  ])('of layer %i are flagged at layer %i', async (layer, other) => {
    const set = await openFeatureSet(join(saeFolder, `${layer}-res`), { site: { layer: other, name: 'resid_post' } })
    const report = await selfTest(set, rowsAt(other), engineRunner(engine))
    expectFinding(report, 'flagged', 'site', new RegExp(`at ${layer + 1}\\.resid_pre: it was probably trained there`))
  })

  it('are measured alike on the host and on an engine', async () => {
    const set = await openFeatureSet(join(saeFolder, '1-res'))
    const rows = streams[2]!.slice(0, 20 * set.D)
    const [host, device] = [
      await measureFit(hostRunner, set, rows, rows),
      await measureFit(engineRunner(engine), set, rows, rows),
    ]
    expect(device.varianceExplained).toBeCloseTo(host.varianceExplained, 5)
    expect(device.l0).toBe(host.l0)
  })
})
