import { describe, expect, it } from 'vitest'
import type { Experts } from '../../../src/model/config.ts'
import { chooseExperts } from '../../../src/depass/mlp/router.ts'

const experts = (changes: Partial<Experts>): Experts =>
  ({ count: 4, chosen: 2, I: 3, layers: [true], denseI: 3, normalised: true, routerBias: false, ...changes })
const logits = Float32Array.of(Math.log(1), Math.log(4), Math.log(3), Math.log(2))

describe('chooseExperts', () => {
  it('takes the experts with the largest logits, with weights that sum to 1', () => {
    const [first, second, ...more] = chooseExperts(logits, experts({}))
    expect([first!.expert, second!.expert, more]).toEqual([1, 2, []])
    expect(first!.weight).toBeCloseTo(4 / 7, 6)
    expect(second!.weight).toBeCloseTo(3 / 7, 6)
  })

  it('keeps their share of all experts where a model does not make it 1', () => {
    const weights = chooseExperts(logits, experts({ normalised: false, chosen: 3 })).map(({ weight }) => weight)
    for (const [i, expected] of [0.4, 0.3, 0.2].entries()) expect(weights[i]).toBeCloseTo(expected, 6)
  })

  it('takes the lower number of equals, and does not overflow', () => {
    const chosen = chooseExperts(Float32Array.of(500, 900, 900, 900), experts({}))
    expect(chosen.map(({ expert }) => expert)).toEqual([1, 2])
    expect(chosen.map(({ weight }) => weight)).toEqual([0.5, 0.5])
  })
})
