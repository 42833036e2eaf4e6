import { describe, expect, it } from 'vitest'
import { segmentsOf } from '../../src/tokenizer/segments.ts'
import { Random } from '../random.ts'

const granularities = ['grapheme', 'word', 'sentence'] as const
type Granularity = (typeof granularities)[number]

const whole = (text: string, granularity: Granularity) =>
  Array.from(new Intl.Segmenter('en', { granularity }).segment(text), ({ segment, index, isWordLike }) => ({
    start: index, text: segment, isWord: isWordLike === true,
  }))
const inWindows = (text: string, granularity: Granularity, characters?: number) =>
  [...segmentsOf(text, granularity, characters)]

/** What joins with its neighbours, or could: marks, joiners, flags, digits with points, ends of sentences. */
const fragments = [
  'a', 'Bob', 'é', 'e\u0301', ' ', '   ', '\n', '\r\n', '.', '. ', '! ', '?', "'", '’', '"', '3', '1,5', '_', '-', 'Mr. ', 'e.g. ', '(', ')',
  '…', '👍', '👍🏽', '👩‍👩‍👧', '🇫', '🇷', '\u200d', '\u0301', '\u00ad', 'א', 'ב', '한', '\u1112', '\u1161', '\u11ab', 'क', '्', 'ष', '\ufeff',
  '\ud83d', '\u2028', '法国的首都。', 'カタカナ、', 'เมืองหลวง ',
]

describe.each(granularities)('cut into segments in windows (%s)', (granularity) => {
  it('is what cutting the whole text gives', () => {
    const random = new Random(7)
    for (let k = 0; k < 150; k++) {
      const text = Array.from({ length: 60 }, () => fragments[random.integer(fragments.length)]!).join('')
      for (const window of [20, 50]) expect(inWindows(text, granularity, window)).toEqual(whole(text, granularity))
    }
  })

  it('sees the end of what is longer than a window', () => {
    for (const text of ['a'.repeat(5000), `e${'\u0301'.repeat(5000)} b`, `${'a'.repeat(3000)}. ${'B'.repeat(3000)}.`]) {
      expect(inWindows(text, granularity)).toEqual(whole(text, granularity))
    }
  })

  it('loses no character of a text whose words only a dictionary tells', () => {
    const text = '法国的首都是巴黎'.repeat(400)
    expect(inWindows(text, granularity).map((segment) => segment.text).join('')).toBe(text)
    expect(inWindows('', granularity)).toEqual([])
  })
})
