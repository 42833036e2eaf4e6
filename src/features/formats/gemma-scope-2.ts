/**
 * Gemma Scope 2: params.safetensors with w_enc [D, F], w_dec [F, E], b_enc, b_dec, threshold, and in transcoders
 * affine_skip_connection [D, E]; config.json beside it names the modules. Folders are
 * `resid_post/layer_9_width_16k_l0_medium`. The rule is JumpReLU, and b_dec is not subtracted. Cross-layer transcoders,
 * whose decoders write into several layers, are refused.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { noClaims, type SetDescription } from '../description.ts'
import { exists, readJson, shown } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { gemmaScope2Sites, siteOfHook } from '../hook-names.ts'
import type { Site } from '../site.ts'
import { fieldsOf, type Format, holds, nameOf, needTensor, numberIn, readablePath, unsupported } from './format.ts'

const PARAMETERS = 'params.safetensors'
const CONFIG = 'config.json'

const settings = z.looseObject({
  architecture: z.string().nullish(),
  model_name: z.string().nullish(),
  hf_hook_point_in: z.string().nullish(),
  hf_hook_point_out: z.string().nullish(),
  l0: z.number().nullish(),
})

const setNames: Readonly<Record<string, string>> = {
  resid_post: 'gemmascope-2-res',
  attn_out: 'gemmascope-2-att',
  mlp_out: 'gemmascope-2-mlp',
  transcoder: 'gemmascope-2-transcoder',
}

export const gemmaScope2: Format<'gemma-scope-2'> = {
  name: 'gemma-scope-2',
  looksFor: `${PARAMETERS} (and ${CONFIG})`,

  async find(place) {
    if (!holds({ ...place, file: place.file === CONFIG ? PARAMETERS : place.file }, PARAMETERS)) return []
    return [{ format: 'gemma-scope-2', path: place.dir, id: idOf(place.dir) ?? nameOf(place.dir) }]
  },

  async describe(path) {
    const config = join(path, CONFIG)
    const cfg = fieldsOf(config, settings, (await exists(config)) ? await readJson(config) : {})
    const architecture = cfg.architecture ?? 'jump_relu'
    if (architecture !== 'jump_relu')
      throw unsupported(config, `has the architecture "${shown(architecture)}"`, 'jump_relu')
    const tensors = await openTensors(join(path, PARAMETERS))
    const decoder = needTensor(path, tensors, 'w_dec')
    if (decoder.shape.length > 2)
      throw unsupported(path, 'writes into several layers (a cross-layer transcoder)', 'a set that writes into one')
    const skip = tensors.get('affine_skip_connection') ?? null
    const folder = folderOf(path)
    const transcoder = (cfg.hf_hook_point_out ?? null) !== null || skip !== null || folder?.writes != null
    return {
      format: 'gemma-scope-2',
      path,
      id: idOf(path),
      site: named(cfg.hf_hook_point_in) ?? folder?.reads ?? null,
      writes: transcoder ? (named(cfg.hf_hook_point_out) ?? folder?.writes ?? null) : null,
      transcoder,
      stated: { D: null, F: null, E: null },
      encoder: { tensor: needTensor(path, tensors, 'w_enc'), named: 'in,out' },
      decoder: { tensor: decoder, named: 'in,out' },
      encoderBias: needTensor(path, tensors, 'b_enc'),
      decoderBias: needTensor(path, tensors, 'b_dec'),
      skip: skip === null ? null : { tensor: skip, named: 'in,out' },
      subtractsDecoderBias: false,
      activation: {
        kind: 'jumprelu',
        threshold: { tensor: needTensor(path, tensors, 'threshold'), log: false },
        relu: true,
        timesDecoderNorm: false,
      },
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture: 'jump_relu',
        model: cfg.model_name ?? null,
        hook: cfg.hf_hook_point_in ?? null,
        hookOut: cfg.hf_hook_point_out ?? null,
        contextSize: 1024,
        prependBos: true,
        l0: cfg.l0 ?? null,
      },
    } satisfies SetDescription
  },
}

/** The site of a module; a name without a side stands for the module's output. */
const named = (hook: string | null | undefined): Site | null =>
  hook === null || hook === undefined ? null : siteOfHook(hook)

/** The site that the folders' names give: `transcoder_all/layer_3_width_16k_l0_small_affine`. */
function folderOf(path: string): { reads: Site; writes: Site | null } | null {
  const layer = numberIn(path, /layer_(\d{1,4})(?![0-9])/g)
  const kind = kindOf(path)
  const sites = kind === null ? undefined : gemmaScope2Sites[kind]
  if (layer === null || sites === undefined) return null
  return { reads: { layer, name: sites.reads }, writes: sites.writes === null ? null : { layer, name: sites.writes } }
}

const kindOf = (path: string): string | null =>
  /\/(resid_post|attn_out|mlp_out|transcoder)(?:_all)?\/[^/]*$/.exec(readablePath(path))?.[1] ?? null

function idOf(path: string): string | null {
  const [, layer, width, l0] = /layer_(\d{1,4})_width_(\d+[km])(?:_l0_([a-z]+))?/.exec(nameOf(path)) ?? []
  const kind = kindOf(path)
  if (layer === undefined || kind === null) return null
  const plain = `${layer}-${setNames[kind]}-${width}`
  return l0 === undefined || l0 === 'medium' ? plain : `${plain}__l0-${l0}`
}
