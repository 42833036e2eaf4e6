/** Two prompts, component by component: pairs of what is the same part, whose differences sum to the difference of the sums. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alignments, checkContrast, contrast, type ContrastPrompt } from '../../src/attribution/contrast.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { prepareQuestion, type AttributionQuestion } from '../../src/attribution/resolve.ts'

const plain = (length: number, groupLabels: readonly string[] | null = null): ContrastPrompt =>
  ({ tokens: Array.from({ length }, (_, at) => ({ start: at, end: at + 1 })), groupLabels })
const tokens = (...scores: number[]) => scores.map((score, index) => ({ component: { kind: 'token' as const, index, layer: null }, score }))
const sum = (scores: readonly { difference: number }[]) => scores.reduce((total, { difference }) => total + difference, 0)

describe('pairs', () => {
  it('of tokens are those at the same position; what has no partner is a pair with nothing', () => {
    const pairs = contrast(tokens(1, 2, 3), tokens(10, 20), [plain(3), plain(2)], 'position')
    expect(pairs.map(({ first, second, difference }) => [first?.score, second?.score, difference])).toEqual([
      [1, 10, -9], [2, 20, -18], [3, undefined, 3],
    ])
  })

  it('counted from the end begin with the last', () => {
    const pairs = contrast(tokens(1, 2, 3), tokens(10, 20), [plain(3), plain(2)], 'end')
    expect(pairs.map(({ first, second }) => [first?.score, second?.score])).toEqual([[1, undefined], [2, 10], [3, 20]])
  })

  it('by role are the same token of the same message; what the template writes goes with the message before it', () => {
    const chat = (...lengths: [role: string, length: number][]): ContrastPrompt => {
      let at = 0
      const messages = lengths.map(([role, length]) => {
        const span = { start: at, end: at + length }
        at += length + 1
        return { role, span }
      })
      return { tokens: Array.from({ length: at }, (_, i) => ({ start: i, end: i + 1 })), messages, groupLabels: null }
    }
    // s1 s2 / u1 /, and s1 / u1 u2 /
    const pairs = contrast(tokens(1, 2, 3, 4, 5), tokens(10, 20, 30, 40, 50), [chat(['system', 2], ['user', 1]), chat(['system', 1], ['user', 2])], 'role')
    expect(pairs.map(({ first, second }) => [first?.score ?? null, second?.score ?? null])).toEqual([
      [1, 10], [2, null], [3, 20], [4, 30], [5, 50], [null, 40],
    ])
  })

  it('of groups by role are those of the same name, whatever their order', () => {
    const groups = (...scores: number[]) => scores.map((score, index) => ({ component: { kind: 'group' as const, index, layer: null }, score }))
    const pairs = contrast(groups(1, 2, 3), groups(10, 20), [plain(9, ['subject', 'verb', 'rest']), plain(5, ['verb', 'subject'])], 'role')
    expect(pairs.map(({ first, second }) => [first?.score, second?.score])).toEqual([[1, 20], [2, 10], [3, undefined]])
  })

  it('of features are the same feature at the same place, of errors the same place, of heads the same head', () => {
    const at = (kind: 'feature' | 'error', index: number, position: number, score: number) => ({ component: { kind, index, layer: 2, position }, score })
    const head = (index: number, score: number) => ({ component: { kind: 'head' as const, index, layer: 1 }, score })
    const ours = [at('feature', 320, 1, 1), at('feature', 320, 2, 2), at('error', 1, 1, 3), head(0, 4)]
    const theirs = [at('feature', 320, 1, 10), at('feature', 7, 1, 20), at('error', 1, 1, 30), head(0, 40), head(1, 50)]
    const pairs = contrast(ours, theirs, [plain(3), plain(3)], 'position')
    expect(pairs.map(({ first, second }) => [first?.score ?? null, second?.score ?? null])).toEqual([
      [1, 10], [2, null], [3, 30], [4, 40], [null, 20], [null, 50],
    ])
  })

  it('by role of positions that have none, and what would be without effect, are refused', () => {
    expect(() => contrast(tokens(1), tokens(1), [plain(1), plain(1)], 'role')).toThrow('Positions have roles in chats alone')
    const heads = { by: 'head' as const, layer: 2 }
    expect(() => checkContrast({ by: 'token', layer: 0 }, heads, null)).toThrow('split both alike')
    expect(() => checkContrast({ by: 'head', layer: 1 }, heads, null)).toThrow('split both alike')
    expect(() => checkContrast(heads, heads, 'end')).toThrow('leave the alignment out')
    const groups = (...positions: number[][]) => ({ by: 'group' as const, layer: 0, groups: positions })
    expect(() => checkContrast(groups([0], [1]), groups([0, 1], [2]), 'role')).not.toThrow()
  })
})

describe('on the bundled model', () => {
  let attributor: Attributor
  beforeAll(async () => {
    attributor = await openAttributor(join(import.meta.dirname, '../../demo/model'), { threads: 1 })
  })
  afterAll(() => attributor.close())

  const FIRST = 'The capital of France is'
  const SECOND = 'The capital city of Italy is'
  const splits: Pick<AttributionQuestion, 'by' | 'layer' | 'groups' | 'module'>[] = [
    { by: 'token' }, { by: 'group', groups: 'words' }, { by: 'head', layer: 2 }, { by: 'neuron', layer: 1 }, { by: 'module', module: 'mlp', layer: 2 },
  ]
  it.each(splits)('differences sum to the difference of the sums, split $by', async (split) => {
    const prepared = [
      await prepareQuestion({ text: FIRST, target: 'Paris', ...split }, attributor), await prepareQuestion({ text: SECOND, target: 'Paris', ...split }, attributor),
    ] as const
    const [first, second] = await attributor.attribute(prepared)
    const isPositional = split.by === 'token' || split.by === 'group'
    for (const align of isPositional ? (['position', 'end'] as const) : (['position'] as const)) {
      const pairs = contrast(first!.contributions, second!.contributions, prepared, align)
      const largest = Math.max(...[...first!.contributions, ...second!.contributions].map(({ score }) => Math.abs(score)))
      expect(Math.abs(sum(pairs) - (first!.target.value - second!.target.value))).toBeLessThan(1e-5 * largest)
      // Every component is in one pair, once.
      expect(pairs.flatMap((pair) => pair.first ?? [])).toEqual(first!.contributions)
      expect(new Set(pairs.flatMap((pair) => pair.second ?? []))).toEqual(new Set(second!.contributions))
      if (!isPositional) expect(pairs.every((pair) => pair.first && pair.second)).toBe(true)
    }
  })

  it('a prompt and itself differ by nothing, whatever the alignment', async () => {
    const prepared = await prepareQuestion({ text: FIRST, by: 'token', target: 'Paris' }, attributor)
    const [result] = await attributor.attribute([prepared])
    for (const align of alignments.filter((each) => each !== 'role'))
      for (const { first, second, difference } of contrast(result!.contributions, result!.contributions, [prepared, prepared], align)) {
        expect(first).toBe(second)
        expect(difference).toBe(0)
      }
  })
})
