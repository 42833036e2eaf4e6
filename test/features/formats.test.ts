/** Every format gives its own library's activations and reconstruction, on the host and in both engines. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firingThresholds } from '../../src/features/activate.ts'
import { encode, reconstruct } from '../../src/features/encode.ts'
import { formatNames } from '../../src/features/feature-set.ts'
import { listFeatureSets, openFeatureSet } from '../../src/features/open.ts'
import { encodeProgram } from '../../src/features/program.ts'
import { formatSite } from '../../src/features/site.ts'
import { openEngine } from '../../src/tensor/open.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { float32 } from '../../src/tensor/ops.ts'
import { expectedSets, featuresFolder, fixturePath, largestError } from './fixtures.ts'

/** Of the largest value: what float32 leaves of sums of a dozen products. The libraries compute in float32. */
const TOLERANCE = 1e-5

const cases = expectedSets.map((expected) => [expected.name, expected] as const)

describe('a set of each format', () => {
  it.each(cases)('%s gives the activations and the reconstruction of its own library', async (_, expected) => {
    const set = await openFeatureSet(fixturePath(expected), expected.options)
    const x = expected.x.flat()
    const encoded = await encode(set, x)
    expect(largestError(encoded.activations, expected.activations)).toBeLessThan(TOLERANCE)
    expect(firing(encoded.activations)).toEqual(firing(expected.activations.flat()))
    expect(largestError(await reconstruct(set, x, encoded), expected.reconstruction)).toBeLessThan(TOLERANCE)
  })

  it.each(cases)('%s fires where its thresholds say', async (_, expected) => {
    const set = await openFeatureSet(fixturePath(expected), expected.options)
    const thresholds = firingThresholds(set)
    expect(thresholds === null).toBe(set.activation.kind === 'topk')
    if (thresholds === null) return
    const { preActivations } = await encode(set, expected.x.flat())
    const found = preActivations.map((pre, at) => (pre > thresholds[at % set.F]! ? pre : 0))
    expect(largestError(found, expected.activations)).toBeLessThan(TOLERANCE)
  })

  it.each(cases)('%s is read and written where its files say', async (_, expected) => {
    const set = await openFeatureSet(fixturePath(expected), expected.options)
    expect(formatSite(set.site)).toBe(expected.site)
    expect(set.writes && formatSite(set.writes)).toBe(expected.writes ?? null)
    expect([set.D, set.F, set.E]).toEqual([
      expected.x[0]!.length,
      expected.activations[0]!.length,
      expected.reconstruction[0]!.length,
    ])
    if (expected.id !== undefined) expect(set.id).toBe(expected.id)
    if (expected.l0 !== undefined) expect(set.claims.l0).toBe(expected.l0)
    expect(set.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is there for every name of a format', async () => {
    const found = await Promise.all(
      expectedSets.map((expected) => openFeatureSet(fixturePath(expected), expected.options)),
    )
    expect([...new Set(found.map(({ format }) => format))].sort()).toEqual([...formatNames].sort())
  })
})

describe.each([
  ['onnx', 'cpu'],
  ['tfjs', 'cpu'],
] as const)('the program on %s', (engineName, device) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openEngine(engineName, { device, threads: 1 })
  })
  afterAll(() => engine?.close())

  it.each(cases)('gives the activations and the reconstruction of %s', async (_, expected) => {
    const set = await openFeatureSet(fixturePath(expected), expected.options)
    const executable = await engine.compile(encodeProgram(set, ['preActivations', 'activations', 'reconstruction']))
    const { preActivations, activations, reconstruction } = await executable.run({
      x: float32(Float32Array.from(expected.x.flat()), [expected.x.length, set.D]),
    })
    await executable.dispose()
    const host = await encode(set, expected.x.flat())
    expect(largestError(preActivations!.data, [[...host.preActivations]])).toBeLessThan(TOLERANCE)
    expect(largestError(activations!.data, expected.activations)).toBeLessThan(TOLERANCE)
    expect(firing(activations!.data)).toEqual(firing(expected.activations.flat()))
    expect(largestError(reconstruction!.data, expected.reconstruction)).toBeLessThan(TOLERANCE)
  })
})

describe('a folder of many sets', () => {
  it('lists each with an id of its own, and opens the one that is named', async () => {
    const found = await listFeatureSets(join(featuresFolder, 'circuit-tracer-relu'))
    expect(found.map(({ id }) => id)).toEqual(['0-transcoder-24', '1-transcoder-24'])
    const set = await openFeatureSet(join(featuresFolder, 'circuit-tracer-relu'), { id: '1-transcoder-24' })
    expect([set.id, formatSite(set.site)]).toEqual(['1-transcoder-24', '1.mlp_in'])
  })

  it('asks which one is meant', async () => {
    await expect(openFeatureSet(join(featuresFolder, 'SAE-Res-Qwen3-1.7B-Base-W32K-L0_4'))).rejects.toThrow(
      'holds 2 feature sets (0-qwenscope-res-32k__l0-4, 1-qwenscope-res-32k__l0-4); give the path or the id of one',
    )
  })

  it('is searched as deep as releases keep their sets', async () => {
    const found = await listFeatureSets(join(featuresFolder, 'gemma-scope-2b-pt-res'))
    expect(found).toEqual([
      {
        format: 'gemma-scope',
        id: '3-gemmascope-res-16k',
        path: join(featuresFolder, 'gemma-scope-2b-pt-res/layer_3/width_16k/average_l0_11'),
      },
    ])
  })
})

describe('the demo', () => {
  it('has two sets with what they claim', async () => {
    const saes = join(import.meta.dirname, '../../demo/saes')
    expect((await listFeatureSets(saes)).map(({ id }) => id)).toEqual(['1-res', '2-res'])
    const set = await openFeatureSet(join(saes, '2-res'))
    expect(set).toMatchObject({
      id: '2-res',
      format: 'saelens',
      D: 128,
      F: 512,
      site: { layer: 2, name: 'resid_post' },
      writes: null,
    })
    expect(set.claims.varianceExplained).toBeCloseTo(0.9565, 3)
    expect(set.claims.l0).toBeCloseTo(16.05, 1)
  })
})

/** Places of what is not 0. */
const firing = (values: ArrayLike<number>): number[] =>
  Array.from({ length: values.length }, (_, i) => i).filter((i) => values[i] !== 0)
