/** How an export is cut into files. */
import { describe, expect, it } from 'vitest'
import { cutBySize } from '../../src/export/part.ts'
import { Random } from '../random.ts'

const sumOf = (weights: readonly number[]) => weights.reduce((sum, weight) => sum + weight, 0)

/** Of the small items. */
const LARGEST = 10

/** Files that are filled one after another: none can do with fewer without changing the order of items. */
function fewest(weights: readonly number[], most: number): number {
  let [files, sum] = [0, Infinity]
  for (const weight of weights) {
    if (sum + weight > most) [files, sum] = [files + 1, 0]
    sum += weight
  }
  return files
}

describe('the files of one folder', () => {
  it.each([
    ['nothing', [], 10, []],
    ['what one file holds', [4, 6], 10, [2]],
    ['twice as much, in halves', [5, 5, 5, 5], 10, [2, 2]],
    ['a little more than one file holds, in halves and not with a remainder', [3, 3, 3, 3], 10, [2, 2]],
    ['an item that is larger than a file', [1, 20, 1], 10, [1, 1, 1]],
    ['items without a row, which belong to one file', [0, 0, 0], 10, [3]],
    ['items without a row before one with', [0, 0, 7, 0], 10, [4]],
  ])('hold %s', (_, weights, most, counts) => {
    expect(cutBySize(weights, most).map(({ first, end }) => end - first)).toEqual(counts)
  })

  it('hold every item once and in order, no more than they may, and are as few as can be', () => {
    const random = new Random(11)
    for (let round = 0; round < 2000; round++) {
      const most = 10 + random.integer(90)
      const weights = Array.from({ length: random.integer(40) }, () => random.integer(1 + random.integer(most)))
      const files = cutBySize(weights, most)
      expect(files.flatMap(({ first, end }) => weights.map((__, i) => i).slice(first, end))).toEqual([...weights.keys()])
      for (const { first, end } of files) expect(sumOf(weights.slice(first, end))).toBeLessThanOrEqual(most)
      expect(files.length).toBe(fewest(weights, most))
    }
  })

  it('are about equally large where items are small: the largest has hardly more than the mean', () => {
    const random = new Random(12)
    for (let round = 0; round < 500; round++) {
      const weights = Array.from({ length: 200 + random.integer(800) }, () => 1 + random.integer(LARGEST))
      const files = cutBySize(weights, 1000)
      const mean = sumOf(weights) / files.length
      for (const { first, end } of files) expect(sumOf(weights.slice(first, end))).toBeLessThanOrEqual(mean + LARGEST)
    }
  })
})
