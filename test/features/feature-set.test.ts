/** Rows by index, constant terms and hashes of feature sets. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encode } from '../../src/features/encode.ts'
import { constantTerms, decoderRows, encoderRows, type FeatureSet, skipMatrix } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { readSlices } from '../../src/features/slices.ts'
import { openSafetensors } from '../../src/model/safetensors.ts'
import { readWeight, weightShape } from '../../src/model/weight-ref.ts'
import { Random } from '../random.ts'
import { float32, temporaryFolder, writeSafetensors } from '../model/safetensors-files.ts'
import { expectedSets, featuresFolder, fixturePath } from './fixtures.ts'

const cases = expectedSets.map((expected) => [expected.name, expected] as const)

describe('rows by index', () => {
  it.each(cases)('of %s make its pre-activations and what it rebuilds', async (_, expected) => {
    const set = await openFeatureSet(fixturePath(expected), expected.options)
    const features = [set.F - 1, 0, 7, 7]
    const x = expected.x.flat()
    const { preActivations, scales } = await encode(set, x)
    const rows = await encoderRows(set, features)
    const terms = await constantTerms(set, features)
    expect(await constantTerms(set, features, rows)).toEqual(terms)
    features.forEach((feature, i) => {
      for (let t = 0; t < expected.x.length; t++) {
        let sum = terms[i]!
        for (let d = 0; d < set.D; d++)
          sum += (x[t * set.D + d]! - scales.mean[t]!) * scales.scale[t]! * rows[i * set.D + d]!
        expect(Math.abs(sum - preActivations[t * set.F + feature]!)).toBeLessThan(1e-5 * (1 + Math.abs(sum)))
      }
    })
    const decoder = await decoderRows(set, features)
    const whole = await wholeDecoder(set)
    features.forEach((feature, i) => expect([...decoder.subarray(i * set.E, (i + 1) * set.E)]).toEqual(whole(feature)))
  })

  it('are refused beyond the last feature', async () => {
    const set = await openFeatureSet(join(featuresFolder, 'saelens-standard'))
    await expect(encoderRows(set, [0, 24])).rejects.toThrow(
      'Feature 24 of 1-res-24 was asked for; it has features 0 to 23',
    )
    await expect(decoderRows(set, [-1])).rejects.toThrow(RangeError)
  })

  it('of no features are empty', async () => {
    const set = await openFeatureSet(join(featuresFolder, 'saelens-standard'))
    expect([(await encoderRows(set, [])).length, (await decoderRows(set, [])).length]).toEqual([0, 0])
  })

  it('are columns, where a matrix lies so: spans, neighbours and the whole give the same', async () => {
    const [height, width] = [7, 5000]
    const values = new Random(3).normals(height * width)
    const file = join(temporaryFolder(), 'wide.safetensors')
    writeSafetensors(file, { before: float32([3], [1, 2, 3]), wide: float32([height, width], values) })
    const entry = (await openSafetensors(file)).find(({ name }) => name === 'wide')!
    const weight = { source: 'file', entry, orientation: 'in,out' } as const
    const column = (index: number) => Array.from({ length: height }, (_, row) => values[row * width + index]!)
    for (const indices of [
      [4999],
      [0, 1, 2],
      [4000, 3, 900, 3],
      Array.from({ length: 3000 }, (_, i) => (i * 7) % width),
    ]) {
      const read = await readSlices(weight, 1, indices)
      indices.forEach((index, i) => expect([...read.subarray(i * height, (i + 1) * height)]).toEqual(column(index)))
    }
  })

  it('of a file that was cut short since are an error of the file', async () => {
    const dir = join(temporaryFolder(), 'set')
    cpSync(join(featuresFolder, 'saelens-standard'), dir, { recursive: true })
    const set = await openFeatureSet(dir)
    const file = join(dir, 'sae_weights.safetensors')
    writeFileSync(file, readFileSync(file).subarray(0, 500))
    await expect(encoderRows(set, [3])).rejects.toThrow(/changed since it was opened/)
  })
})

async function wholeDecoder(set: FeatureSet): Promise<(feature: number) => number[]> {
  const values = await readWeight(set.decoder)
  const [, width = 0] = weightShape(set.decoder)
  const at = (feature: number, e: number) =>
    set.decoder.orientation === 'in,out' ? values[feature * width + e]! : values[e * width + feature]!
  return (feature) =>
    Array.from({ length: set.E }, (_, e) => Math.fround(at(feature, e) * (set.decoderScale?.[feature] ?? 1)))
}

describe('a skip', () => {
  it('is [E, D] whichever way it lies', async () => {
    const set = await openFeatureSet(
      fixturePath({ path: 'gemma-scope-2/transcoder_all/layer_5_width_16k_l0_small_affine' }),
    )
    const stored = await readWeight(set.skip!)
    expect(set.skip!.orientation).toBe('in,out')
    const turned = (await skipMatrix(set))!
    expect(turned[1 * set.D + 2]).toBe(stored[2 * set.E + 1])
    expect(await skipMatrix(await openFeatureSet(join(featuresFolder, 'saelens-standard')))).toBeNull()
  })
})

describe('a hash', () => {
  const open = (path: string, options = {}) => openFeatureSet(join(featuresFolder, path), options)

  it('is the same for the same set elsewhere, with other claims', async () => {
    const dir = join(temporaryFolder(), 'elsewhere')
    cpSync(join(featuresFolder, 'saelens-standard'), dir, { recursive: true })
    const file = join(dir, 'cfg.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"tiny"', '"tinier"'))
    const [here, there] = [await open('saelens-standard'), await openFeatureSet(dir, { id: 'other' })]
    expect(there.hash).toBe(here.hash)
    expect([here.claims.model, there.claims.model]).toEqual(['tiny', 'tinier'])
  })

  it('is another for everything that changes a number', async () => {
    const dir = join(temporaryFolder(), 'changed')
    const withCfg = async (from: string, change: Record<string, unknown>, options = {}) => {
      cpSync(join(featuresFolder, from), dir, { recursive: true })
      const file = join(dir, 'cfg.json')
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
      return (await openFeatureSet(dir, options)).hash
    }
    const hashes = [
      (await open('saelens-standard')).hash,
      (await open('saelens-standard', { site: { layer: 1, name: 'resid_pre' } })).hash,
      await withCfg('saelens-standard', { apply_b_dec_to_input: false }),
      await withCfg('saelens-standard', { normalize_activations: 'layer_norm' }),
      await withCfg('saelens-standard', { normalize_activations: 'expected_average_only_in' }, { scale: 2 }),
      await withCfg(
        'saelens-standard',
        { normalize_activations: 'expected_average_only_in' },
        { scale: 2.0000000000000004 },
      ),
      await withCfg('saelens-standard', { architecture: 'topk', k: 3 }),
      await withCfg('saelens-standard', { architecture: 'topk', k: 4 }),
      await withCfg('saelens-standard', { architecture: 'abstopk', k: 4 }),
      await withCfg('saelens-standard', { architecture: 'topk', k: 4, rescale_acts_by_decoder_norm: true }),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('is another for one bit of any tensor', async () => {
    const dir = join(temporaryFolder(), 'bit')
    cpSync(join(featuresFolder, 'saelens-gated'), dir, { recursive: true })
    const before = (await openFeatureSet(dir)).hash
    const file = join(dir, 'sae_weights.safetensors')
    const whole = readFileSync(file)
    for (const { byteOffset } of await openSafetensors(file)) {
      const changed = Buffer.from(whole)
      changed[byteOffset]! ^= 1
      writeFileSync(file, changed)
      expect((await openFeatureSet(dir)).hash).not.toBe(before)
    }
    writeFileSync(file, whole)
    expect((await openFeatureSet(dir)).hash).toBe(before)
  })

  it('is another for one bit of any block of a large tensor, and the same whenever it is read', async () => {
    const dir = temporaryFolder()
    const [D, F, blockBytes] = [64, 65_536, 4 * 2 ** 20]
    const random = new Random(11)
    const matrix = random.normals(D * F)
    writeSafetensors(join(dir, 'sae_weights.safetensors'), {
      W_enc: float32([D, F], matrix), W_dec: float32([F, D], matrix), b_enc: float32([F], new Float32Array(F)), b_dec: float32([D], new Float32Array(D)),
    })
    const cfg = readFileSync(join(featuresFolder, 'saelens-standard/cfg.json'), 'utf8')
    writeFileSync(join(dir, 'cfg.json'), JSON.stringify({ ...JSON.parse(cfg), d_in: D, d_sae: F }))
    const file = join(dir, 'sae_weights.safetensors')
    const whole = readFileSync(file)
    const first = (await openFeatureSet(dir)).hash
    const encoder = (await openSafetensors(file)).find(({ name }) => name === 'W_enc')!
    const hashes = [first]
    for (let at = encoder.byteOffset; at < encoder.byteOffset + encoder.byteLength; at += blockBytes) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1
      writeFileSync(file, changed)
      hashes.push((await openFeatureSet(dir)).hash)
    }
    expect(new Set(hashes).size).toBe(5)
    writeFileSync(file, whole)
    expect((await openFeatureSet(dir)).hash).toBe(first)
  })

  it('is of the kind that the definition gives: it does not change unnoticed', async () => {
    expect((await open('saelens-jumprelu')).hash).toMatchInlineSnapshot(
      `"044b55913d77e444a28ba8cdba6e50d19c09d7149aa592192419d94a497c7e34"`,
    )
    expect((await open('SAE-Res-Qwen3-1.7B-Base-W32K-L0_4/layer1.sae.pt')).hash).toMatchInlineSnapshot(
      `"a01aa465b4dd08ddb51e9c2d6064e1cc24e15685889b2b7fd1091a748c26a8f9"`,
    )
  })
})
