/** Numbers of 4 bits, by the tables of the OCP Microscaling specification. */
import { describe, expect, it } from 'vitest'
import { dequantize } from '../../src/model/mxfp4.ts'

describe('dequantize', () => {
  it('reads the lower half of a byte first, sign, exponent and fraction', () => {
    const blocks = Uint8Array.from({ length: 16 }, (_, byte) => (byte < 8 ? 2 * byte + ((2 * byte + 1) << 4) : 0))
    expect([...dequantize(blocks, Uint8Array.of(127), 'w')].slice(0, 16)).toEqual([
      0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6,
    ])
  })

  it('multiplies each block of 32 by its own power of two', () => {
    const values = dequantize(new Uint8Array(48).fill(0x72), Uint8Array.of(126, 127, 130), 'w')
    expect([values[0], values[1], values[32], values[33], values[64], values[95]]).toEqual([0.5, 3, 1, 6, 8, 48])
  })

  it('keeps the largest and the smallest that float32 has', () => {
    expect(dequantize(new Uint8Array(16).fill(0x11), Uint8Array.of(0), 'w')[0]).toBe(2 ** -128)
    expect(dequantize(new Uint8Array(16).fill(0x11), Uint8Array.of(254), 'w')[0]).toBe(2 ** 126)
  })

  it('refuses a scale that is no number', () => {
    expect(() => dequantize(new Uint8Array(16), Uint8Array.of(255), 'layers.0.mlp.experts.down_proj'))
      .toThrow('layers.0.mlp.experts.down_proj holds a scale that is no number; download the model again.')
  })
})
