/** The float64 reference values of feature attribution: the constant of each attributed feature, from the set alone. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { constantTerms } from '../../src/features/feature-set.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { formatSite } from '../../src/features/site.ts'
import { hasShared, reason, sharedPath } from '../shared.ts'

const golden = z.looseObject({
  prompts: z.array(
    z.looseObject({
      features: z.record(
        z.string(),
        z.looseObject({ attributions: z.array(z.looseObject({ feature: z.number(), sae_bias: z.number() })) }),
      ),
    }),
  ),
})

const names = hasShared
  ? readdirSync(sharedPath('golden', 'features'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -5))
  : []

describe.skipIf(!hasShared)(
  `reference values of feature attribution${hasShared ? '' : ` (skipped: ${reason})`}`,
  () => {
    it('are there for three models', () => expect(names.length).toBe(3))

    it.each(names)('%s: b_enc − b_dec·W_enc of every attributed feature', async (name) => {
      const { prompts } = golden.parse(
        JSON.parse(readFileSync(sharedPath('golden', 'features', `${name}.json`), 'utf8')),
      )
      for (const { features } of prompts) {
        for (const [hook, { attributions }] of Object.entries(features)) {
          const set = await openFeatureSet(sharedPath('golden', 'features', `${name}-${hook}`))
          expect(hook).toBe(`blocks.${set.site.layer}.hook_${set.site.name}`)
          expect(formatSite(set.site)).toBe(hook.replace('blocks.', '').replace('hook_', ''))
          const found = await constantTerms(
            set,
            attributions.map(({ feature }) => feature),
          )
          attributions.forEach(({ sae_bias: expected }, i) => expect(found[i]).toBeCloseTo(expected, 6))
        }
      }
    })
  },
)
