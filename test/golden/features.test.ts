/** Feature attribution against float64 reference values: features as targets and as sources, with and without a budget. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import type { AttributionResult } from '../../src/attribution/result.ts'
import type { FeatureSet } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'

const here = import.meta.dirname
/** Of the largest value, as for the other reference values. */
const TOLERANCE = 1e-5
/** Sums of features cancel, so they close relative to the largest term. */
const CLOSES = 1e-5

const scores = z.array(z.number())
const goldenSchema = z.object({
  prompts: z.array(z.object({
    ids: z.array(z.number()),
    target: z.number(),
    features: z.record(z.string(), z.object({
      active: z.array(z.tuple([z.number(), z.number(), z.number()])),
      position: z.number(),
      attributions: z.array(z.object({
        feature: z.number(), preactivation: z.number(), activation: z.number(), sae_bias: z.number(),
        by_token: scores, by_token_exclude_first: scores,
      })),
    })),
    sources: z.record(z.string(), z.object({
      sae: z.string(),
      components: z.array(z.array(z.union([z.string(), z.number()]))),
      to_logit: scores,
      to_feature: z.object({ sae: z.string(), feature: z.number(), position: z.number(), preactivation: z.number(), sae_bias: z.number(), scores }),
    })),
  })),
})

const models = [
  { name: 'gpt2-random', folder: join(here, '../fixtures/models/gpt2-random'), golden: join(here, 'features') },
  { name: 'qwen2-random', folder: join(here, '../fixtures/models/qwen2-random'), golden: join(here, 'features') },
  ...(hasShared
    ? [{ name: 'stories260k', folder: sharedPath('models/stories260k'), golden: sharedPath('golden/features') }]
    : []),
]

/** Largest deviation, relative to the largest expected value. */
function worst(values: readonly number[], expected: readonly number[]): number {
  if (values.length !== expected.length) return Infinity
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs(values[i]! - value))) / scale
}

const without = (result: AttributionResult, kind: string, index: number) =>
  result.contributions.filter(({ component }) => !(component.kind === kind && component.index === index)).map(({ score }) => score)
const scoreOf = (result: AttributionResult, kind: string, index: number) =>
  result.contributions.find(({ component }) => component.kind === kind && component.index === index)?.score

it.skipIf(hasShared)(`stories260k is skipped: ${reason}`, () => undefined)

describe.each(models)('$name', ({ name, folder, golden: goldenFolder }) => {
  const golden = goldenSchema.parse(JSON.parse(readFileSync(join(goldenFolder, `${name}.json`), 'utf8')))
  const sets = new Map<string, FeatureSet>()
  let attributor: Attributor
  beforeAll(async () => {
    for (const entry of readdirSync(goldenFolder)) {
      if (entry.startsWith(`${name}-`)) sets.set(entry.slice(name.length + 1), await openFeatureSet(join(goldenFolder, entry)))
    }
    const byHash = new Map([...sets.values()].map((set) => [set.hash, set]))
    attributor = await openAttributor(folder, { threads: 1, sets: { find: async (hash) => byHash.get(hash)! } })
  })
  afterAll(() => attributor?.close())

  const base = { mode: 'corrected', rule: 'softmax', temperature: 0.1, excludeFirst: false }
  const setOf = (name: string) => sets.get([...sets.keys()].find((key) => key === name || name.endsWith(key))!)!
  const ask = async (asked: Record<string, unknown>) =>
    (await attributeRequests(attributor, [attributionRequestSchema.parse({ ...base, ...asked })]))[0]!

  for (const [p, prompt] of golden.prompts.entries()) {
    for (const [hook, { attributions, position, active }] of Object.entries(prompt.features)) {
      it(`prompt ${p}: tokens' share of features at ${hook}`, async () => {
        const set = setOf(hook)
        for (const each of attributions) {
          const target = { type: 'feature', set: set.hash, site: set.site, feature: each.feature }
          const result = await ask({ tokenIds: prompt.ids, position, target, partition: { by: 'token' } })
          expect(result.target.value).toBeCloseTo(each.preactivation, 4)
          expect(scoreOf(result, 'sae_bias', 1)).toBeCloseTo(each.sae_bias, 4)
          expect(worst(without(result, 'sae_bias', 1), each.by_token)).toBeLessThan(TOLERANCE)
          expect(result.completenessError).toBeLessThan(CLOSES)
          const fires = active.find(([at, feature]) => at === position && feature === each.feature)
          expect(result.target.feature).toMatchObject({ index: each.feature, fires: fires !== undefined })
          expect(result.target.feature?.activation).toBeCloseTo(each.activation, 4)
          const excluded = await ask({ tokenIds: prompt.ids, position, target, partition: { by: 'token' }, excludeFirst: true })
          expect(worst(without(excluded, 'sae_bias', 1), each.by_token_exclude_first)).toBeLessThan(TOLERANCE)
        }
      })
    }

    for (const [what, source] of Object.entries(prompt.sources)) {
      it(`prompt ${p}: features as sources, ${what}`, async () => {
        const set = setOf(source.sae)
        const budget = what.startsWith('budget') ? Number(what.split(' ')[1]) : 10_000
        const partition = { by: 'feature', set: set.hash, site: set.site, per: 'position', budget }
        const position = prompt.ids.length - 1
        const toLogit = await ask({ tokenIds: prompt.ids, position, target: { type: 'logit', tokenId: prompt.target }, partition })
        const named = toLogit.contributions.map(({ component: { kind, index, position: at } }) =>
          kind === 'feature' ? ['feature', at, index] : at === undefined ? [kind] : [kind, at])
        expect(named).toEqual(source.components.map(([kind, ...numbers]) => [String(kind).toLowerCase(), ...numbers]))
        expect(worst(toLogit.contributions.map(({ score }) => score), source.to_logit)).toBeLessThan(TOLERANCE)
        expect(toLogit.completenessError).toBeLessThan(CLOSES)
        const later = setOf(source.to_feature.sae)
        const target = { type: 'feature', set: later.hash, site: later.site, feature: source.to_feature.feature }
        const toFeature = await ask({ tokenIds: prompt.ids, position: source.to_feature.position, target, partition })
        expect(worst(without(toFeature, 'sae_bias', 1), source.to_feature.scores)).toBeLessThan(TOLERANCE)
        expect(toFeature.completenessError).toBeLessThan(CLOSES)
      })
    }
  }

  it('the folders of all sets are there', () => {
    expect(sets.size).toBe(4)
    expect(existsSync(folder)).toBe(true)
  })
})
