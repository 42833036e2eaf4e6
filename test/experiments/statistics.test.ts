import { describe, expect, it } from 'vitest'
import { row } from '../../experiments/experiment.ts'
import { seeded } from '../../experiments/random.ts'
import { rankCorrelation, ranked } from '../../experiments/rank.ts'
import { bootstrapMean, meansOf } from '../../experiments/statistics.ts'

describe('orders', () => {
  it('put the highest first and equal scores by index, among those that may be chosen', () => {
    expect(ranked([1, 3, 3, -2])).toEqual([1, 2, 0, 3])
    expect(ranked([1, 3, 3, -2], [3, 2, 0])).toEqual([2, 0, 3])
  })

  it('correlate as Spearman says, with shared ranks for equal scores', () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 400])).toBeCloseTo(1, 12)
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12)
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [2, 1, 3, 3, 5])
    expect(rankCorrelation([1, 2, 2, 4, 5], [2, 1, 3, 3, 5])).toBeCloseTo(0.763157894736842, 12)
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull()
  })
})

describe('means over prompts', () => {
  it('have an interval that is the same for the same seed, and another for another', () => {
    const values = Array.from({ length: 50 }, (_, i) => (i * 7919) % 13)
    const first = bootstrapMean(values, 1, 'a')
    expect(bootstrapMean(values, 1, 'a')).toEqual(first)
    expect(bootstrapMean(values, 2, 'a').low).not.toBe(first.low)
    expect(first.low).toBeLessThan(first.mean)
    expect(first.high).toBeGreaterThan(first.mean)
    expect(first.count).toBe(50)
  })

  it('have intervals as wide as theory says: 1.96 standard errors to each side', () => {
    const random = seeded(3, 'test')
    const values = Array.from({ length: 400 }, () => random.normal())
    const { low, high } = bootstrapMean(values, 0)
    expect((high - low) / (2 * 1.96 * (1 / Math.sqrt(400)))).toBeGreaterThan(0.85)
    expect((high - low) / (2 * 1.96 * (1 / Math.sqrt(400)))).toBeLessThan(1.15)
  })

  it('are compared by pairs: over the prompts that both methods have', () => {
    const of = (method: string, values: readonly number[]) =>
      values.map((value, record) => row({ method, metric: 'drop', setting: 's', x: 1, record, value }))
    const [depass, other] = meansOf([...of('depass', [1, 2, 3]), ...of('other', [2, 3])], 'drop', 'depass', 0)
    expect(depass).toMatchObject({ mean: 2, count: 3, difference: null })
    expect(other).toMatchObject({ mean: 2.5, difference: { mean: 1, low: 1, high: 1, count: 2 } })
  })

  it('do not mix metrics, settings or places of a curve', () => {
    const rows = [
      row({ method: 'depass', metric: 'drop', setting: 'a', x: 1, record: 0, value: 1 }),
      row({ method: 'depass', metric: 'drop', setting: 'a', x: 2, record: 0, value: 2 }),
      row({ method: 'depass', metric: 'drop', setting: 'b', x: 1, record: 0, value: 3 }),
      row({ method: 'depass', metric: 'right', setting: 'a', x: 1, record: 0, value: 4 }),
    ]
    expect(meansOf(rows, 'drop', 'depass', 0).map(({ mean }) => mean)).toEqual([1, 2, 3])
  })
})

it('random numbers depend on the seed and on what they are for, and on nothing else', () => {
  const draw = (seed: number, ...labels: string[]) => { const random = seeded(seed, ...labels); return [random.uniform(), random.uniform()] }
  expect(draw(1, 'a')).toEqual(draw(1, 'a'))
  expect(draw(1, 'b')).not.toEqual(draw(1, 'a'))
  expect(draw(2, 'a')).not.toEqual(draw(1, 'a'))
})
