/**
 * Features of the demo's sets: taken out of the stream they move the logit as their scores say, and where one fires,
 * the tokens' contributions make its pre-activation (the paper's Appendix C.5).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectDir } from '../../src/config.ts'
import { prepareQuestion } from '../../src/attribution/resolve.ts'
import { encode } from '../../src/features/encode.ts'
import { type FeatureEffect, featureEffects, openWithSet, rankCorrelation, type OpenSet } from './feature-falls.ts'

const demo = join(projectDir, 'demo')
const prompts = (file: string, count: number) =>
  (JSON.parse(readFileSync(join(demo, 'data', file), 'utf8')) as { prompt: string }[])
    .slice(0, count)
    .map(({ prompt }) => prompt)

let second: OpenSet
beforeAll(async () => {
  second = await openWithSet(join(demo, 'model'), join(demo, 'saes/2-res'))
})
afterAll(() => second.attributor.close())

/** Of the largest score of its prompt: most features of early positions have nothing to do with what comes next. */
const MATTERS = 0.05
const LEAST_CORRELATION = 0.7
const LEAST_AGREEMENT = 0.85
const ALL = 100_000

describe('taking a feature out of the stream', () => {
  it.each(['ioi.json', 'known_1000.json'])(
    'moves the logit in the order and the direction that its score says: %s',
    async (file) => {
      const effects: FeatureEffect[] = []
      for (const text of prompts(file, 6)) {
        const found = await featureEffects(second, text, { budget: ALL })
        const largest = Math.max(...found.map(({ score }) => Math.abs(score)))
        effects.push(...found.filter(({ score }) => Math.abs(score) >= MATTERS * largest))
      }
      expect(effects.length).toBeGreaterThan(30)
      // The layer behind answers to what is gone, and norms rescale what is left: not to the digit.
      expect(rankCorrelation(effects)).toBeGreaterThan(LEAST_CORRELATION)
      const strongest = [...effects].sort((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, effects.length / 2)
      const agreeing = strongest.filter(({ score, fall }) => Math.sign(score) === Math.sign(fall)).length
      expect(agreeing / strongest.length).toBeGreaterThan(LEAST_AGREEMENT)
    },
  )
})

describe('a feature that fires on several tokens', () => {
  it('has at each of them a table of source tokens whose sum is its pre-activation, and no token behind takes part', async () => {
    const { attributor, set, source } = second
    const text = 'The legend tells us this. The capital of Austria is Vienna. The capital of Austria is'
    const tokens = await attributor.tokenizer!.encode(text)
    const tokenIds = tokens.map(({ id }) => id)
    const [plain] = await attributor.passes!.run([
      { tokenIds, splits: [], reads: [{ site: set.site, positions: [...tokenIds.keys()] }] },
    ])
    const { activations, preActivations } = await encode(set, plain!.reads[0]!.x)
    const positions = [...tokenIds.keys()].filter((at) => activations[at * set.F + FEATURE] !== 0)
    expect(positions.length).toBeGreaterThan(1)
    const asked = await Promise.all(
      positions.map((position) =>
        prepareQuestion({ text, position, by: 'token', feature: { set: source, index: FEATURE } }, attributor),
      ),
    )
    const results = await attributor.attribute(asked)
    const tables = results.map(({ target, contributions }) => {
      const rows = contributions.filter(({ component }) => component.kind === 'token')
      const position = target.position
      const [wanted, activation] = [preActivations, activations].map((values) => values[position * set.F + FEATURE]!)
      const scale = Math.max(Math.abs(wanted!), ...contributions.map(({ score }) => Math.abs(score)))
      // Biases of the model and of the set are components of their own, and part of the sum.
      expect(Math.abs(contributions.reduce((sum, { score }) => sum + score, 0) - wanted!) / scale).toBeLessThan(CLOSES)
      expect(Math.abs(target.value - wanted!) / scale).toBeLessThan(CLOSES)
      expect(target.feature).toMatchObject({ index: FEATURE, fires: true })
      expect(Math.abs(target.feature!.activation - activation!) / scale).toBeLessThan(CLOSES)
      for (const { component, score } of rows) if (component.index > position) expect(score).toBe(0)
      const best = rows.reduce((a, b) => (b.score > a.score ? b : a))
      return { at: tokens[position]!.text, from: tokens[best.component.index]!.text }
    })
    // It is a feature of what stands before the name of a capital: both are driven by what was asked.
    expect(tables.map(({ at }) => at)).toEqual([' is', ' is'])
  })
})

const FEATURE = 320
const CLOSES = 1e-5
