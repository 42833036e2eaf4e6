/**
 * The formats' names of sites. TransformerLens names hooks (`blocks.3.hook_resid_pre`); Hugging Face and NNsight name
 * modules (`model.layers.3.mlp`), of which a set reads the input or the output.
 *
 * Two names need an explanation:
 * - `blocks.3.hook_mlp_in` is the stream before the norm in TransformerLens itself. But sets with this name (Gemma
 *   Scope 2 as SAELens names it) were trained on the normed input, so the name stands for the normed input here. The
 *   self-test compares with resid_mid.
 * - A module `…mlp` or `…self_attn` gives its output before a post-norm, whereas `hook_mlp_out` and `hook_attn_out` are
 *   what is added to the stream.
 */
import type { Site, SiteName } from './site.ts'

export type Side = 'input' | 'output'

interface HookRule {
  /** The part of the name after the layer. */
  rest: RegExp
  /** null if the formats use the place but it is no site here. */
  site: Readonly<Record<Side, SiteName | null>>
}

const both = (rest: RegExp, name: SiteName): HookRule => ({ rest, site: { input: name, output: name } })

/**
 * After `blocks.L.`; TransformerLens and its bridge, circuit-tracer's `feature_input_hook` and `feature_output_hook`.
 */
const transformerLens: readonly HookRule[] = [
  both(/^hook_resid_pre$|^hook_in$|^ln1\.hook_in$/, 'resid_pre'),
  both(/^hook_resid_mid$|^ln2\.hook_in$/, 'resid_mid'),
  both(/^hook_resid_post$|^hook_out$/, 'resid_post'),
  both(/^hook_attn_out$/, 'attn_out'),
  both(/^hook_mlp_out$/, 'mlp_out'),
  both(/^attn\.hook_z$|^hook_z$/, 'z'),
  both(/^hook_mlp_in$|^mlp\.hook_in$/, 'mlp_in'),
  both(/^ln2\.hook_normalized$/, 'mlp_normalized'),
  both(/^attn\.hook_out$/, 'attn_out_raw'),
  both(/^mlp\.hook_out$/, 'mlp_out_raw'),
]

/** After `layers.L`; the modules of `transformers`. The input of an attention module is no site. */
const modules: readonly HookRule[] = [
  { rest: /^$/, site: { input: 'resid_pre', output: 'resid_post' } },
  { rest: /^mlp$|^feed_forward$/, site: { input: 'mlp_in', output: 'mlp_out_raw' } },
  { rest: /^(self_attn|attn|attention|self_attention)$/, site: { input: null, output: 'attn_out_raw' } },
  {
    rest: /^(self_attn|attn|attention|self_attention)\.(o_proj|c_proj|out_proj|dense)$/,
    site: { input: 'z', output: 'attn_out_raw' },
  },
  { rest: /^mlp\.(down_proj|c_proj|dense_4h_to_h)$/, site: { input: null, output: 'mlp_out_raw' } },
  { rest: /^pre_feedforward_layernorm$/, site: { input: 'resid_mid', output: 'mlp_in' } },
  { rest: /^post_feedforward_layernorm$/, site: { input: 'mlp_out_raw', output: 'mlp_out' } },
]

const lensName = /^blocks\.(\d{1,4})\.(.+)$/
const moduleName =
  /^(?:(?:model|transformer|gpt_neox|language_model|decoder|base_model)\.)*(?:layers|h|blocks)[._](\d{1,4})(?:\.(.+))?$/

/**
 * The site that a hook or module name stands for; null if it stands for none. `side`: whether a module's input or
 * output is read, unless the name itself ends in `.input` or `.output`.
 */
export function siteOfHook(hook: string, side: Side = 'output'): Site | null {
  const ending = /\.(input|output)$/.exec(hook)?.[1]
  const wanted: Side = ending === 'input' || ending === 'output' ? ending : side
  const name = ending === undefined ? hook : hook.slice(0, -ending.length - 1)
  return find(lensName.exec(name), transformerLens, wanted) ?? find(moduleName.exec(name), modules, wanted)
}

/**
 * The site of a hook that is named without its layer: circuit-tracer's `hook_resid_mid`, or
 * `blocks.{layer}.hook_mlp_out`.
 */
export function siteOfLayerHook(layer: number, hook: string): Site | null {
  const withLayer = hook.replace(/^blocks\.\{[a-z_]*\}\./, '')
  return siteOfHook(`blocks.${layer}.${withLayer}`)
}

function find(match: RegExpExecArray | null, rules: readonly HookRule[], side: Side): Site | null {
  if (match === null) return null
  const name = rules.find(({ rest }) => rest.test(match[2] ?? ''))?.site[side] ?? null
  return name === null ? null : { layer: Number(match[1]), name }
}

/** Folders of Gemma Scope: the end of the repository's name. */
export const gemmaScopeSites: Readonly<Record<string, { reads: SiteName; writes: SiteName | null }>> = {
  res: { reads: 'resid_post', writes: null },
  mlp: { reads: 'mlp_out', writes: null },
  att: { reads: 'z', writes: null },
  transcoders: { reads: 'mlp_normalized', writes: 'mlp_out' },
}

/** Folders of Gemma Scope 2, for sets whose config.json names no module. Cross-layer transcoders are not among them. */
export const gemmaScope2Sites: Readonly<Record<string, { reads: SiteName; writes: SiteName | null }>> = {
  resid_post: { reads: 'resid_post', writes: null },
  attn_out: { reads: 'z', writes: null },
  mlp_out: { reads: 'mlp_out', writes: null },
  transcoder: { reads: 'mlp_in', writes: 'mlp_out' },
}

/** Letters of Llama Scope: L15R-8x is the stream after layer 15. */
export const llamaScopeSites: Readonly<Record<string, { reads: SiteName; writes: SiteName | null }>> = {
  R: { reads: 'resid_post', writes: null },
  A: { reads: 'attn_out', writes: null },
  M: { reads: 'mlp_out', writes: null },
  TC: { reads: 'mlp_normalized', writes: 'mlp_out' },
}

/** Locations in the paths of OpenAI's autoencoders. Neurons (`mlp_post_act`) are no site. */
export const openaiSites: Readonly<Record<string, SiteName | null>> = {
  resid_delta_attn: 'attn_out',
  resid_post_attn: 'resid_mid',
  resid_delta_mlp: 'mlp_out',
  resid_post_mlp: 'resid_post',
  mlp_post_act: null,
}

/**
 * `submodule_name` of dictionary_learning and the older folders' names: resid_post_layer_4, mlp_out_layer0,
 * attn_layer_3.
 */
export function siteOfSubmodule(name: string, side: Side): Site | null {
  const found = /^(resid(?:_post|_pre|_out)?|mlp(?:_out)?|attn(?:_out)?|attention)_layer_?(\d{1,4})$/.exec(name)
  if (found === null) return siteOfHook(name, side)
  const layer = Number(found[2])
  const [kind] = found[1]!.split('_')
  if (kind === 'mlp') return { layer, name: side === 'input' ? 'mlp_in' : 'mlp_out_raw' }
  if (kind === 'attn' || kind === 'attention') return side === 'input' ? null : { layer, name: 'attn_out_raw' }
  const pre = found[1] === 'resid_pre' || (found[1] !== 'resid_post' && side === 'input')
  return { layer, name: pre ? 'resid_pre' : 'resid_post' }
}
