/** Names of sites, and what the formats call them. */
import { describe, expect, it } from 'vitest'
import { siteOfHook, siteOfLayerHook, siteOfSubmodule } from '../../src/features/hook-names.ts'
import {
  formatSite,
  neighbouringSites,
  parseSite,
  sameSite,
  siteNames,
  siteSchema,
  siteTextSchema,
} from '../../src/features/site.ts'

describe('a site as text', () => {
  it.each(siteNames)('%s is read as it is written', (name) => {
    expect(parseSite(formatSite({ layer: 12, name }))).toEqual({ layer: 12, name })
    expect(siteTextSchema.parse(`12.${name}`)).toEqual({ layer: 12, name })
    expect(siteSchema.parse({ layer: 12, name })).toEqual({ layer: 12, name })
  })

  it.each(['resid_pre', '2.resid', '2.resid_pre.x', '-1.z', '01.z', '99999.z', '2.Resid_pre', '', ' 2.z'])(
    '%o is refused',
    (text) => {
      expect(() => parseSite(text)).toThrow(/is no site; expected a layer and one of resid_pre.*as in 2\.resid_pre\.$/)
      expect(siteTextSchema.safeParse(text).success).toBe(false)
    },
  )
})

describe('the same vector', () => {
  it('is that after a layer and before the next', () => {
    expect(sameSite({ layer: 3, name: 'resid_post' }, { layer: 4, name: 'resid_pre' })).toBe(true)
    expect(sameSite({ layer: 3, name: 'resid_post' }, { layer: 3, name: 'resid_pre' })).toBe(false)
    expect(sameSite({ layer: 3, name: 'mlp_out' }, { layer: 3, name: 'mlp_out_raw' })).toBe(false)
  })

  it('is no neighbour of itself, and neighbours exist in the model', () => {
    const neighbours = neighbouringSites({ layer: 0, name: 'resid_post' }, 4)
    expect(neighbours.map(formatSite)).toEqual(['1.resid_post', '0.resid_pre', '0.resid_mid'])
    expect(neighbouringSites({ layer: 3, name: 'mlp_out' }, 4).map(formatSite)).toEqual([
      '2.mlp_out',
      '3.mlp_out_raw',
      '3.attn_out',
      '3.resid_post',
    ])
    for (const name of siteNames) {
      const site = { layer: 1, name }
      const found = neighbouringSites(site, 3)
      expect(found.length).toBeGreaterThan(1)
      expect(found.every((each) => !sameSite(each, site))).toBe(true)
    }
  })
})

describe('a hook or module name', () => {
  it.each([
    ['blocks.3.hook_resid_pre', '3.resid_pre'],
    ['blocks.3.hook_resid_mid', '3.resid_mid'],
    ['blocks.3.hook_resid_post', '3.resid_post'],
    ['blocks.3.hook_attn_out', '3.attn_out'],
    ['blocks.3.hook_mlp_out', '3.mlp_out'],
    ['blocks.3.attn.hook_z', '3.z'],
    ['blocks.3.hook_mlp_in', '3.mlp_in'],
    ['blocks.3.mlp.hook_in', '3.mlp_in'],
    ['blocks.3.ln2.hook_normalized', '3.mlp_normalized'],
    ['blocks.3.mlp.hook_out', '3.mlp_out_raw'],
    ['blocks.3.attn.hook_out', '3.attn_out_raw'],
    ['blocks.3.hook_in', '3.resid_pre'],
    ['layers.3', '3.resid_post'],
    ['layers_3', '3.resid_post'],
    ['layers.3.mlp', '3.mlp_out_raw'],
    ['layers.3.attention', '3.attn_out_raw'],
    ['model.layers.3', '3.resid_post'],
    ['model.layers.3.mlp', '3.mlp_out_raw'],
    ['transformer.h.3', '3.resid_post'],
    ['h.3.attn', '3.attn_out_raw'],
    ['gpt_neox.layers.3', '3.resid_post'],
    ['model.language_model.layers.3', '3.resid_post'],
    ['model.layers.3.output', '3.resid_post'],
    ['model.layers.3.input', '3.resid_pre'],
    ['model.layers.3.self_attn.o_proj.input', '3.z'],
    ['model.layers.3.pre_feedforward_layernorm.output', '3.mlp_in'],
    ['model.layers.3.post_feedforward_layernorm.output', '3.mlp_out'],
  ])('%s is %s', (hook, site) => expect(siteOfHook(hook) && formatSite(siteOfHook(hook)!)).toBe(site))

  it.each([
    ['layers.3', '3.resid_pre'],
    ['layers.3.mlp', '3.mlp_in'],
    ['blocks.3.hook_resid_post', '3.resid_post'],
  ])('%s, read at its input, is %s', (hook, site) => expect(formatSite(siteOfHook(hook, 'input')!)).toBe(site))

  it.each([
    'blocks.3.mlp.hook_post',
    'blocks.3.attn.hook_q',
    'blocks.x.hook_resid_pre',
    'hook_embed',
    'embed_tokens',
    'layers',
    'model.norm',
    'layers.3.mlp.act',
  ])('%s is no site', (hook) => expect(siteOfHook(hook)).toBeNull())

  it('of circuit-tracer is named without its layer', () => {
    expect(formatSite(siteOfLayerHook(5, 'hook_resid_mid')!)).toBe('5.resid_mid')
    expect(formatSite(siteOfLayerHook(5, 'blocks.{layer}.hook_mlp_out')!)).toBe('5.mlp_out')
    expect(siteOfLayerHook(5, 'mlp.hook_post')).toBeNull()
  })

  it.each([
    ['resid_post_layer_4', 'output', '4.resid_post'],
    ['resid_out_layer4', 'output', '4.resid_post'],
    ['resid_pre_layer_4', 'output', '4.resid_pre'],
    ['mlp_out_layer4', 'output', '4.mlp_out_raw'],
    ['mlp_layer_4', 'input', '4.mlp_in'],
    ['attn_layer_4', 'output', '4.attn_out_raw'],
    ['model.layers.4', 'output', '4.resid_post'],
  ] as const)('of dictionary_learning, %s at its %s, is %s', (name, side, site) =>
    expect(formatSite(siteOfSubmodule(name, side)!)).toBe(site),
  )
})
