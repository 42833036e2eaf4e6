import { describe, expect, it } from 'vitest'
import { BINS, BINS_PER_OCTAVE, binOf, binStart, intervalOf, LOWEST_EXPONENT, OCTAVES } from '../../src/sweeps/sizes.ts'
import { tiesOf } from '../../src/sweeps/ties.ts'
import { Random } from '../random.ts'

describe('bins of strength', () => {
  it('hold the numbers from their beginning to that of the next', () => {
    const random = new Random(3)
    for (let i = 0; i < 2000; i++) {
      const strength = Math.fround(2 ** (LOWEST_EXPONENT + random.uniform() * OCTAVES))
      const bin = binOf(strength)
      // The borders within an octave are rounded to float32.
      expect(strength).toBeGreaterThanOrEqual(Math.fround(binStart(bin)))
      expect(strength).toBeLessThan(Math.fround(binStart(bin + 1)))
    }
  })

  it('are the outer ones for what lies outside', () => {
    for (const tiny of [1e-45, 1e-30, 2 ** (LOWEST_EXPONENT - 1)]) expect(binOf(tiny)).toBe(0)
    for (const huge of [2 ** (LOWEST_EXPONENT + OCTAVES), 1e30]) expect(binOf(huge)).toBe(BINS - 1)
  })

  it('make intervals of an octave each', () => {
    expect(binOf(1)).toBe(-LOWEST_EXPONENT * BINS_PER_OCTAVE)
    expect([0.99, 1, 1.99, 2].map((strength) => intervalOf(binOf(strength)))).toEqual([7, 8, 8, 9])
    expect(intervalOf(BINS - 1)).toBe(OCTAVES - 1)
  })
})

describe('ties', () => {
  it('are the same for the same token of the same text, and others for others', () => {
    const seen = new Set<number>()
    for (let text = 0; text < 200; text++)
      for (let position = 0; position < 50; position++) seen.add(tiesOf(0, [1, text])(position))
    expect(seen.size).toBe(10_000)
    expect(tiesOf(0, [1, 2])(3)).toBe(tiesOf(0, [1, 2])(3))
    expect(tiesOf(1, [1, 2])(3)).not.toBe(tiesOf(0, [1, 2])(3))
  })

  it('spread evenly over whole numbers below 2^52', () => {
    const counts = Array.from({ length: 16 }, () => 0)
    for (let text = 0; text < 400; text++) {
      for (let position = 0; position < 40; position++) {
        const tie = tiesOf(7, [text])(position)
        expect(Number.isSafeInteger(tie) && tie >= 0 && tie < 2 ** 52).toBe(true)
        counts[Math.floor(tie / 2 ** 48)]! += 1
      }
    }
    // 1000 each, with a standard deviation of 31.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(160)
  })
})
