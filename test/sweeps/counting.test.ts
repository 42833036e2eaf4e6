/** The thread that counts: its room changes hands, and its failures reach whoever waits for it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Counting } from '../../src/sweeps/counting.ts'
import type { Piece } from '../../src/sweeps/pieces.ts'
import { defaultSizes, type SweepOptions } from '../../src/sweeps/sizes.ts'

const F = 4
const options: SweepOptions = { ...defaultSizes, context: 8, block: 1 }
const piece: Piece = { prompt: 0, piece: 0, tokenIds: [1, 2, 3], positions: [1, 2] }

describe('the thread that counts', () => {
  let counting: Counting
  beforeEach(() => {
    counting = new Counting()
    counting.open([{ F, thresholds: new Float32Array(F), sweep: options }])
  })
  afterEach(() => counting.close())

  it('counts rows that come in several buffers, in their order', async () => {
    counting.announce(0, [piece])
    for (const row of [[0, 1, 0, 2], [0, 3, 0, -1]]) {
      const room = await counting.room(F)
      room.set(row)
      counting.rows(0, room, 1)
      // The numbers are not copied: they belong to the other thread from now on.
      expect(room.length).toBe(0)
    }
    expect(await counting.firings(0)).toBe(3)
    const tally = await counting.tally(0, 1, 1, options)
    expect(tally.momentsOf(1)).toMatchObject({ fired: 2, mean: 2, max: 3 })
    expect([...tally.strongest.examples(0)].map(({ value, position }) => [value, position])).toEqual([[3, 2], [1, 1]])
  })

  it('gives room again that was counted, and larger room where more is asked for', async () => {
    counting.announce(0, Array.from({ length: 4 }, (_, prompt) => ({ ...piece, prompt })))
    for (const length of [2 * F, 3 * F, 2 * F, 5 * F]) {
      const room = await counting.room(length)
      expect(room.length).toBeGreaterThanOrEqual(length)
      counting.rows(0, room.fill(1), 2)
    }
    expect(await counting.firings(0)).toBe(4 * 2 * F)
  })

  it('forgets what was counted before when it is opened anew', async () => {
    counting.announce(0, [piece])
    counting.rows(0, (await counting.room(F)).fill(1), 1)
    counting.open([{ F, thresholds: new Float32Array(F), sweep: options }])
    expect(await counting.firings(0)).toBe(0)
  })

  it('fails whoever waits for it, and whoever asks later, with the reason', async () => {
    // No sequence was announced that these rows belong to.
    counting.rows(0, await counting.room(F), 1)
    await expect(counting.firings(0)).rejects.toThrow('belongs to no sequence')
    await expect(counting.room(F).then(() => counting.room(F)).then(() => counting.firings(0))).rejects.toThrow('belongs to no sequence')
    expect(() => counting.announce(0, [piece])).toThrow('belongs to no sequence')
  })
})
