/** What of a configuration is part of a model's hash: the same on every Node, and what earlier versions stored is found. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formerConfigs, identifyingConfig } from '../../src/model/config-identity.ts'
import { parseConfig } from '../../src/model/read-config.ts'
import { withSortedKeys } from '../../src/model/weights-hash.ts'

const parse = (raw: object) => parseConfig(JSON.stringify(raw), 'config.json')
const hashOf = (described: unknown) => createHash('sha256').update(JSON.stringify(withSortedKeys(described))).digest('hex')

/** Hashes of what the version before wrote, by the Node that it ran on (20.20 and 22.23 agree, 24.21 differs). */
const former = z.array(z.object({ config: z.record(z.string(), z.unknown()), node20: z.string(), node24: z.string() }))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/former-identities.json'), 'utf8')))

const llama = {
  model_type: 'llama', hidden_size: 4096, intermediate_size: 11008, num_hidden_layers: 4, num_attention_heads: 32,
  num_key_value_heads: 8, vocab_size: 32000, max_position_embeddings: 4096, rms_norm_eps: 1e-5,
}

describe('what identifies a configuration', () => {
  it.each([
    [64, 'd1f159ba572c9fbb9217431dfb54ac713b53d3837cfa12a4303e4fa53a7a80a5'],
    [80, '75c1719e9059f012c43ead19b94a84b6a2d9c93473abc71bbcd74533fa4edb34'],
    [96, 'fcba1d817702166fbcb21c242a41f312a9f120801178f1e73883594c0dccc545'],
    [128, '7775e78f7965a1c704c3a7b598534ee4533a65035658572202edaea3a6c5d900'],
    [256, '94a46cb26071468c497a769f4eff20bd1e6de5c324cc4fe61367133eb4c97e7e'],
  ])('heads of %i numbers: the same on every version of Node', (head_dim, pinned) => {
    expect(hashOf(identifyingConfig(parse({ ...llama, head_dim })))).toBe(pinned)
  })

  it.each(former.map(({ config, node20, node24 }) => [JSON.stringify(config), config, node20, node24] as const))(
    'what an earlier version stored on Node 20 and on Node 24 is known: %s', (_title, config, node20, node24) => {
      const parsed = parse(config)
      const known = [identifyingConfig(parsed), ...formerConfigs(parsed)].map(hashOf)
      expect(known).toContain(node20)
      expect(known).toContain(node24)
    })

  it('the two versions of Node do differ for some, and some hashes are what they were on both', () => {
    expect(former.some(({ node20, node24 }) => node20 !== node24)).toBe(true)
    const kept = former.filter(({ config, node20, node24 }) => {
      const hash = hashOf(identifyingConfig(parse(config)))
      return hash === node20 && hash === node24
    })
    expect(kept.length).toBeGreaterThan(10)
  })

  it('holds no power, logarithm or cosine: what the rotation is made of is in, what is computed from it is not', () => {
    const rope_scaling = { type: 'yarn', factor: 40, original_max_position_embeddings: 1024 }
    const described = JSON.stringify(identifyingConfig(parse({ ...llama, rope_scaling })))
    expect(described).toContain('"factor":40')
    expect(described).not.toContain('1.368')
    expect(JSON.stringify(formerConfigs(parse({ ...llama, rope_scaling })))).toContain('1.368')
  })

  it('what the first versions could not compute has no former name', () => {
    for (const model_type of ['mixtral', 'olmo2', 'gpt_oss', 'cohere']) expect(formerConfigs(parse({ model_type }))).toEqual([])
  })

  it.each<[string, object, object]>([
    ['an epsilon', {}, { rms_norm_eps: 1e-6 }],
    ['a multiplier', { model_type: 'granite' }, { residual_multiplier: 0.5 }],
    ['a layer without rotation', { model_type: 'smollm3' }, { no_rope_layers: [1, 0, 1, 1] }],
    ['the experts that are chosen', { model_type: 'mixtral' }, { num_experts_per_tok: 3 }],
    ['whose weights are made to sum to 1', { model_type: 'qwen3_moe' }, { norm_topk_prob: true }],
    ['one norm instead of two', { model_type: 'falcon', num_kv_heads: 4, new_decoder_architecture: true }, { num_ln_in_parallel_attn: 1 }],
    ['numbers that turn together', { model_type: 'cohere' }, { rope_theta: 77 }],
    ['a list of LongRoPE', {
      model_type: 'phi3', hidden_size: 128, rope_scaling: { type: 'longrope', short_factor: [1, 1], long_factor: [1, 2] },
    }, { rope_scaling: { type: 'longrope', short_factor: [1, 1], long_factor: [1, 3] } }],
  ])('changes with %s', (_what, base, change) => {
    const hash = (raw: object) => hashOf(identifyingConfig(parse(raw)))
    expect(hash({ ...llama, head_dim: undefined, ...base, ...change })).not.toBe(hash({ ...llama, head_dim: undefined, ...base }))
  })
})
