/** Files of every container with damage of every kind: a set opens, or the refusal is a sentence. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encode } from '../../src/features/encode.ts'
import { openFeatureSet } from '../../src/features/open.ts'
import { featuresFolder } from './fixtures.ts'
import { fuzz } from './fuzz.ts'

const ROUNDS = 150

it.each([
  'saelens-jumprelu-skip-transcoder',
  'saelens-older-names',
  'gemma-scope-2b-pt-res',
  'gemma-scope-2b-pt-mlp',
  'gemma-scope-2',
  'Llama3_1-8B-Base-L6R-8x',
  'resid_post_mlp_v5_32k',
  'resid_post_attn_v5_32k',
  'sparsify-transcoder',
  'dictionary-learning-AutoEncoderTopK',
  'dictionary-learning-GatedAutoEncoder',
  'SAE-Res-Qwen3-1.7B-Base-W32K-L0_4',
  'circuit-tracer-jumprelu',
])('%s, damaged anywhere, opens or is refused in a sentence', async (name) => {
  const outcome = await fuzz(join(featuresFolder, name), ROUNDS, 1, async (path) => {
    const set = await openFeatureSet(path)
    await encode(set, new Float32Array(set.D).fill(0.5))
  })
  expect(outcome.opened + outcome.refused).toBe(ROUNDS)
  expect(outcome.refused).toBeGreaterThan(ROUNDS / 10)
})
