/** Selections keep the same examples in whatever order they come, and by whatever way. */
import { describe, expect, it } from 'vitest'
import { Bytes, ByteWriter } from '../../src/sweeps/bytes.ts'
import { type Example, Selection } from '../../src/sweeps/selection.ts'
import { Random } from '../random.ts'

const GROUPS = 7
const random = new Random(5)

/** Few different strengths, so that ties decide; some tokens stand in two prompts. */
const offered = Array.from({ length: 3000 }, (_, i): { group: number; example: Example } => {
  const text = random.integer(900)
  const value = ((text * 7919) % 12) - 4.5
  const window = Float32Array.from({ length: 1 + (text % 5) }, (_, w) => (w === 0 ? value : text + w))
  return {
    group: text % GROUPS,
    example: {
      value,
      tie: (text * 104_729) % 1_000_003,
      prompt: i,
      piece: i % 3,
      position: text % 11,
      from: 0 - (text % 3),
      window,
    },
  }
})
const shuffled = (seed: number) => {
  const order = new Random(seed)
  return offered
    .map((each) => ({ each, at: order.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each)
}

const fill = (items: readonly (typeof offered)[number][], capacity: number, order: 'strength' | 'tie') => {
  const selection = new Selection(GROUPS, capacity, order)
  for (const { group, example } of items) selection.add(group, example)
  return selection
}
const contents = (selection: Selection) =>
  Array.from({ length: GROUPS }, (_, group) =>
    [...selection.examples(group)].map((each) => ({ ...each, window: [...each.window] })),
  )

/** By the definition: each token once, with its first prompt, in order, cut off. */
function expected(capacity: number, order: 'strength' | 'tie') {
  return Array.from({ length: GROUPS }, (_, group) => {
    const byTie = new Map<number, Example>()
    for (const { group: of, example } of offered) {
      const known = byTie.get(example.tie)
      if (of === group && (known === undefined || example.prompt < known.prompt)) byTie.set(example.tie, example)
    }
    const strength = ({ value }: Example) => (order === 'strength' ? Math.abs(value) : 0)
    return [...byTie.values()]
      .sort((a, b) => strength(b) - strength(a) || a.tie - b.tie)
      .slice(0, capacity)
      .map((each) => ({ ...each, window: [...each.window] }))
  })
}

describe.each(['strength', 'tie'] as const)('a selection by %s', (order) => {
  it.each([1, 5, 40, 200])('of %i keeps what the definition says, in any order', (capacity) => {
    const wanted = expected(capacity, order)
    for (const seed of [1, 2, 3]) expect(contents(fill(shuffled(seed), capacity, order))).toEqual(wanted)
  })

  it('keeps the same by way of parts that are merged', () => {
    const parts = [0, 1, 2].map((part) =>
      fill(
        shuffled(9).filter((_, i) => i % 3 === part),
        8,
        order,
      ),
    )
    const merged = new Selection(GROUPS, 8, order)
    for (const part of [parts[2]!, parts[0]!, parts[1]!]) merged.merge(part, 0, GROUPS, 0)
    expect(contents(merged)).toEqual(expected(8, order))
  })

  it('is packed and unpacked without a change', () => {
    const whole = fill(shuffled(4), 6, order)
    const writer = new ByteWriter()
    whole.pack(2, 6, writer)
    const bytes = new Bytes(writer.bytes())
    const part = new Selection(4, 6, order)
    part.unpack(bytes, 4, 0)
    expect(bytes.left).toBe(0)
    expect(contents(whole).slice(2, 6)).toEqual(
      Array.from({ length: 4 }, (_, group) =>
        [...part.examples(group)].map((each) => ({ ...each, window: [...each.window] })),
      ),
    )
  })
})

it('a selection of none keeps nothing', () => {
  expect(contents(fill(offered, 0, 'tie')).flat()).toEqual([])
})
