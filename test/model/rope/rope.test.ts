import { describe, expect, it } from 'vitest'
import { dependsOnLength, parseRope, ropeFrequencies, type RopeDefaults } from '../../../src/model/rope/rope.ts'

const defaults: RopeDefaults = { headWidth: 8, maxPositions: 512, theta: 10_000, rotaryFraction: 1, partial: true }

/** Pair → inverse frequency, computed in float64 with numpy from the formulas of transformers' `modeling_rope_utils`. */
function expectFrequencies(actual: Float64Array, expected: Record<number, number>) {
  for (const [pair, value] of Object.entries(expected)) {
    expect(actual[Number(pair)]! / value, `pair ${pair}`).toBeCloseTo(1, 12)
  }
}

describe('ropeFrequencies', () => {
  it('turns pair j by theta^(-2j/width)', () => {
    const { inverse, attentionFactor } = ropeFrequencies(parseRope({}, defaults), 10)
    expect(inverse).toHaveLength(4)
    expectFrequencies(inverse, { 0: 1, 1: 0.1, 2: 0.01, 3: 0.001 })
    expect(attentionFactor).toBe(1)
  })

  it('divides by the factor of linear scaling', () => {
    const rope = parseRope({ rope_scaling: { type: 'linear', factor: 4 } }, defaults)
    expectFrequencies(ropeFrequencies(rope, 10).inverse, { 0: 0.25, 1: 0.025, 2: 0.0025, 3: 0.00025 })
  })

  it('grows the base of dynamic scaling only beyond the trained length', () => {
    const rope = parseRope({ rope_scaling: { rope_type: 'dynamic', factor: 2 } }, defaults)
    expectFrequencies(ropeFrequencies(rope, 100).inverse, { 0: 1, 1: 0.1, 3: 0.001 })
    expectFrequencies(ropeFrequencies(rope, 1024).inverse, { 0: 1, 1: 0.0693361274350635, 3: 1 / 3000 })
  })

  it('follows Llama 3.1: short waves kept, long ones divided, a ramp between', () => {
    const rope = parseRope({
      rope_theta: 500_000,
      rope_scaling: {
        rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192,
      },
    }, { ...defaults, headWidth: 128, maxPositions: 131_072 })
    expectFrequencies(ropeFrequencies(rope, 10).inverse, {
      0: 1,
      28: 0.0032114459947525913,
      29: 0.002166570763503359,
      32: 0.0005248461609929547,
      35: 9.556212353964683e-05,
      36: 7.78465527393245e-05,
      63: 3.068925988914511e-07,
    })
  })

  it('follows yarn as Qwen 2.5 sets it', () => {
    const rope = parseRope({
      rope_theta: 1e6, rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 },
    }, { ...defaults, headWidth: 128, maxPositions: 32_768 })
    const { inverse, attentionFactor } = ropeFrequencies(rope, 10)
    expectFrequencies(inverse, {
      0: 1,
      23: 0.006978305848598663,
      24: 0.005375321490790102,
      30: 0.0010643609812470017,
      39: 6.490394320837029e-05,
      40: 4.445698525097307e-05,
      63: 3.102344401879299e-07,
    })
    expect(attentionFactor).toBeCloseTo(1.138629436111989, 12)
  })

  it('follows yarn without truncation, its factor from the lengths, its attention factor from the mscales', () => {
    const rope = parseRope({
      rope_scaling: {
        rope_type: 'yarn', original_max_position_embeddings: 4096, truncate: false, mscale: 0.707, mscale_all_dim: 1,
      },
    }, { ...defaults, headWidth: 64, maxPositions: 163_840 })
    const { inverse, attentionFactor } = ropeFrequencies(rope, 10)
    expectFrequencies(inverse, {
      10: 0.056234132519034905, 11: 0.04036758449441141, 16: 0.005524062977468265, 22: 0.00011838773159168898,
      23: 3.33380358040831e-05,
    })
    expect(attentionFactor).toBeCloseTo(0.9210423553163399, 12)
  })

  it('LongRoPE: a factor for every pair, another list beyond the trained length, and attention sharpened by it', () => {
    const rope = parseRope({
      rope_scaling: { rope_type: 'longrope', short_factor: [1, 1, 2, 2], long_factor: [1, 4, 8, 16], original_max_position_embeddings: 128 },
    }, defaults)
    expectFrequencies(ropeFrequencies(rope, 128).inverse, { 0: 1, 1: 0.1, 2: 0.005, 3: 0.0005 })
    expectFrequencies(ropeFrequencies(rope, 129).inverse, { 0: 1, 1: 0.025, 2: 0.00125, 3: 0.0000625 })
    // sqrt(1 + ln 4 / ln 128)
    expect(ropeFrequencies(rope, 10).attentionFactor).toBeCloseTo(1.1338934190276817, 12)
  })

  it('only the dynamic scaling and LongRoPE look at the length', () => {
    const type = (rope_scaling: Record<string, unknown>) => dependsOnLength(parseRope({ rope_scaling }, defaults))
    expect(type({ type: 'dynamic', factor: 2 })).toBe(true)
    expect(type({ type: 'longrope', short_factor: [1, 1, 1, 1], long_factor: [1, 1, 1, 1] })).toBe(true)
    expect(type({ type: 'linear', factor: 2 })).toBe(false)
    expect(type({ type: 'yarn', factor: 2 })).toBe(false)
  })
})

describe('parseRope', () => {
  it('reads the spelling of transformers 5', () => {
    const rope = parseRope({
      rope_parameters: { rope_type: 'linear', factor: 2, rope_theta: 500, partial_rotary_factor: 0.5 },
    }, defaults)
    expect(rope).toEqual({ theta: 500, rotaryWidth: 4, interleaved: false, scaling: { type: 'linear', factor: 2 } })
  })

  it('takes the older settings where a file has both, and the trained length from beside them', () => {
    const rope = parseRope({
      rope_scaling: { type: 'linear', factor: 2 }, rope_parameters: { rope_type: 'linear', factor: 3, rope_theta: 7 }, rope_theta: 9,
    }, defaults)
    expect(rope).toMatchObject({ theta: 9, scaling: { factor: 2 } })
    const trained = parseRope({
      rope_scaling: { type: 'yarn', factor: 2, original_max_position_embeddings: 64 }, original_max_position_embeddings: 32,
    }, defaults)
    expect(trained.scaling).toMatchObject({ originalMaxPositions: 32 })
  })

  it.each([
    ['an unknown type', { rope_scaling: { type: 'mrope' } }, 'UNSUPPORTED',
      /"mrope"; supported are default, linear, dynamic, llama3, yarn, longrope\./],
    ['a missing factor', { rope_scaling: { type: 'linear' } }, 'BAD_MODEL', /"linear" without its factor/],
    ['a missing llama3 field', { rope_scaling: { type: 'llama3', factor: 8, low_freq_factor: 1 } }, 'BAD_MODEL',
      /without its high_freq_factor/],
    ['llama3 factors that are equal', { rope_scaling: { type: 'llama3', factor: 8, low_freq_factor: 4, high_freq_factor: 4 } },
      'BAD_MODEL', /low_freq_factor 4 and high_freq_factor 4/],
    ['a list that is too short', { rope_scaling: { type: 'longrope', short_factor: [1], long_factor: [1] } }, 'BAD_MODEL',
      /1 numbers in short_factor for 4 pairs/],
    ['an odd rotary width', { partial_rotary_factor: 0.4 }, 'BAD_MODEL', /makes 3 of a head's 8 numbers rotate/],
  ])('refuses %s', (_what, raw, code, message) => {
    expect(() => parseRope(raw, defaults)).toThrow(expect.objectContaining({
      code, message: expect.stringMatching(message),
    }))
  })
})
