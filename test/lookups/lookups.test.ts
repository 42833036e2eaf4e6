/** What a worker tells of features, beside the definition in float64 and beside brute force. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelFolder, saeFolder } from '../../demo/paths.ts'
import { Passes } from '../../src/depass/passes.ts'
import { encode } from '../../src/features/encode.ts'
import { decoderRows, type FeatureSet } from '../../src/features/feature-set.ts'
import { rowScales } from '../../src/features/row-scale.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { activationsOf } from '../../src/lookups/activations.ts'
import { packAnswer, unpackAnswer } from '../../src/lookups/answer.ts'
import { compare, directionOf, nearestTo, vectorsOf } from '../../src/lookups/directions.ts'
import { lookupKey, lookupQuestionSchema } from '../../src/lookups/question.ts'
import { openTokenizer } from '../../src/tokenizer/open.ts'

/** float32 of the engine beside float64 of the definition, relative to the largest activation. */
const ACTIVATION_TOLERANCE = 1e-5
const COSINE_TOLERANCE = 1e-5

let passes: Passes
let first: FeatureSet
let second: FeatureSet
let idsOf: (text: string) => Promise<number[]>

beforeAll(async () => {
  passes = await Passes.open(modelFolder)
  first = await openFeatureSet(join(saeFolder, '1-res'))
  second = await openFeatureSet(join(saeFolder, '2-res'))
  const tokenizer = await openTokenizer(modelFolder)
  idsOf = async (text) => (await tokenizer!.encode(text)).map(({ id }) => id)
})
afterAll(() => passes.close())

const dense = ({ starts, features, values }: Awaited<ReturnType<typeof activationsOf>>[number], F: number) => {
  const rows = new Float64Array((starts.length - 1) * F)
  for (let t = 0; t + 1 < starts.length; t++) for (let at = starts[t]!; at < starts[t + 1]!; at++) rows[t * F + features[at]!] = values[at]!
  return rows
}

describe('activations of texts', () => {
  it('are those of the definition, at every position and in every set asked for together', async () => {
    const ids = [await idsOf('The capital of France is'), await idsOf('Mary gave a drink to John')]
    const wanted = [{ set: first, tokenIds: ids[0]! }, { set: second, tokenIds: ids[0]! }, { set: second, tokenIds: ids[1]! }]
    const answers = await activationsOf(wanted, passes)
    for (const [i, { set, tokenIds }] of wanted.entries()) {
      const positions = tokenIds.map((_, position) => position)
      const [read] = await passes.run([{ tokenIds, splits: [], reads: [{ site: set.site, positions }] }])
      const { activations } = await encode(set, read!.reads[0]!.x)
      const largest = Math.max(...activations)
      expect(largest).toBeGreaterThan(0)
      const found = dense(answers[i]!, set.F)
      expect(found.length).toBe(activations.length)
      found.forEach((value, at) => expect(Math.abs(value - activations[at]!)).toBeLessThan(ACTIVATION_TOLERANCE * largest))
    }
  })

  it('are the same alone and together', async () => {
    const tokenIds = await idsOf('The capital of Italy is Rome')
    const [alone] = await activationsOf([{ set: second, tokenIds }], passes)
    const [, together] = await activationsOf([{ set: first, tokenIds: await idsOf('a b c') }, { set: second, tokenIds }], passes)
    expect([...together!.features]).toEqual([...alone!.features])
    together!.values.forEach((value, at) => expect(value).toBeCloseTo(alone!.values[at]!, 4))
  })
})

describe('directions', () => {
  it('find the features of a set that are nearest, as brute force does', async () => {
    const own = await directionOf({ set: first, index: 7 })
    const { features, cosines } = await nearestTo(second, own, 5, passes)
    const rows = await decoderRows(second, Array.from({ length: second.F }, (_, f) => f))
    const length = (from: number, of: Float32Array) => Math.hypot(...of.subarray(from, from + second.E))
    const all = Array.from({ length: second.F }, (_, f) => {
      let sum = 0
      for (let e = 0; e < second.E; e++) sum += own[e]! * rows[f * second.E + e]!
      return { f, cosine: sum / (length(0, own) * length(f * second.E, rows)) }
    }).sort((a, b) => b.cosine - a.cosine)
    expect(features).toEqual(all.slice(0, 5).map(({ f }) => f))
    cosines.forEach((cosine, i) => expect(Math.abs(cosine - all[i]!.cosine)).toBeLessThan(COSINE_TOLERANCE))
  })

  it('of a feature itself is nearest to itself', async () => {
    const { features, cosines } = await nearestTo(second, await directionOf({ set: second, index: 3 }), 1, passes)
    expect([features, cosines[0]]).toEqual([[3], expect.closeTo(1, 5)])
  })

  it.each([
    ['of another width', new Float32Array(3).fill(1), /^The direction has 3 numbers, and 2-res writes vectors of \d+; give as many\.$/],
    ['of zeros', null, 'The direction has no length; give numbers that are finite and not all 0.'],
  ])('%s are refused', async (_name, vector, message) => {
    await expect(nearestTo(second, vector ?? new Float32Array(second.E), 3, passes)).rejects.toThrow(message)
  })

  it('are compared within a set and between two', async () => {
    const same = await compare({ set: second, index: 3 }, { set: second, index: 3 })
    expect(same).toEqual({ decoderCosine: expect.closeTo(1, 6), encoderCosine: expect.closeTo(1, 6) })
    const { features, cosines } = await nearestTo(second, await directionOf({ set: first, index: 7 }), 1, passes)
    const { decoderCosine } = await compare({ set: first, index: 7 }, { set: second, index: features[0]! })
    expect(decoderCosine).toBeCloseTo(cosines[0]!, 5)
  })
})

describe('a feature in numbers', () => {
  it('computes its own pre-activation: encoder · normalised vector + constant', async () => {
    const tokenIds = await idsOf('The capital of France is')
    const [read] = await passes.run([{ tokenIds, splits: [], reads: [{ site: second.site, positions: [tokenIds.length - 1] }] }])
    const { x } = read!.reads[0]!
    const { preActivations: pre } = await encode(second, x)
    const { scale, mean } = rowScales(second, x)
    const { encoder, decoder, constant } = await vectorsOf({ set: second, index: 320 })
    const own = encoder.reduce((sum, weight, d) => sum + weight * (x[d]! - mean[0]!) * scale[0]!, constant)
    expect(own).toBeGreaterThan(1)
    expect(Math.abs(own - pre[320]!)).toBeLessThan(ACTIVATION_TOLERANCE * Math.max(...pre))
    expect(decoder).toEqual([...(await decoderRows(second, [320]))])
  })
})

describe('answers', () => {
  it('come back from their bytes as they were', () => {
    const activations = { starts: Uint32Array.from([0, 2, 2, 3]), features: Uint32Array.from([1, 5, 70_000]), values: Float32Array.from([0.1, -2, 3e7]) }
    expect(unpackAnswer('activations', packAnswer('activations', activations))).toEqual(activations)
    const nearest = { features: [3, 1], cosines: [0.5, -0.25] }
    expect(unpackAnswer('nearest', packAnswer('nearest', nearest))).toEqual(nearest)
    const comparison = { decoderCosine: null, encoderCosine: 0.1 }
    expect(unpackAnswer('compare', packAnswer('compare', comparison))).toEqual(comparison)
    const vectors = { encoder: [0.1, -2], decoder: [1, 3e-7], constant: 0.5 }
    expect(unpackAnswer('vectors', packAnswer('vectors', vectors))).toEqual(vectors)
  })

  it('are found under what was asked, of which model and engine', () => {
    const set = 'a'.repeat(64)
    const question = { type: 'activations' as const, set, tokenIds: [1, 2] }
    expect(lookupQuestionSchema.parse(question)).toEqual(question)
    const of = { model: 'b'.repeat(64), engine: 'onnx-cpu-float32' }
    const keys = [
      lookupKey(question, of), lookupKey({ ...question, tokenIds: [1, 3] }, of), lookupKey(question, { ...of, engine: 'tfjs' }),
      lookupKey(question, { ...of, model: 'c'.repeat(64) }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(lookupKey({ tokenIds: [1, 2], set, type: 'activations' }, of)).toBe(keys[0])
  })
})
