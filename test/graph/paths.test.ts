/** Paths: found in the order of their weights, the same as all paths listed and sorted. */
import { describe, expect, it } from 'vitest'
import { strongestPaths, type PathEdge } from '../../src/graph/paths.ts'
import { Random } from '../random.ts'

/** Every path, by going all ways. */
function everyPath(edges: readonly PathEdge[], from: ReadonlySet<number>, to: number): { nodes: number[]; weight: number }[] {
  return edges.filter((edge) => edge.to === to).flatMap(({ from: before, weight, share }) => {
    const signed = share * Math.sign(weight)
    if (from.has(before)) return [{ nodes: [before, to], weight: signed }]
    return everyPath(edges, from, before).map((path) => ({ nodes: [...path.nodes, to], weight: path.weight * signed }))
  })
}

describe('the strongest paths', () => {
  it('are those of all paths with the largest products of shares', () => {
    const random = new Random(3)
    const edges: PathEdge[] = []
    for (let to = 2; to < 10; to++) {
      const before = Array.from({ length: to }, (_, from) => ({ from, to, weight: random.normal(), share: 0 })).filter(() => random.uniform() < 0.9)
      const total = before.reduce((sum, { weight }) => sum + Math.abs(weight), 0)
      edges.push(...before.map((edge) => ({ ...edge, share: Math.abs(edge.weight) / total })))
    }
    const starts = new Set([0, 1])
    const all = everyPath(edges, starts, 9).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    const found = strongestPaths(edges, starts, 9, 12)
    expect(all.length).toBeGreaterThan(12)
    expect(found.map(({ nodes }) => nodes)).toEqual(all.slice(0, 12).map(({ nodes }) => nodes))
    found.forEach(({ weight }, p) => expect(weight).toBeCloseTo(all[p]!.weight, 12))
    expect(strongestPaths(edges, starts, 9, 100_000)).toHaveLength(all.filter(({ weight }) => weight !== 0).length)
  })

  it('are none where no way leads there', () => {
    expect(strongestPaths([{ from: 0, to: 1, weight: 1, share: 1 }], new Set([0]), 5, 3)).toEqual([])
    expect(strongestPaths([], new Set([0]), 0, 3)).toEqual([])
  })
})
