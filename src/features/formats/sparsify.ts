/**
 * EleutherAI's sparsify: a folder for each hook point (`layers.5`, `layers.5.mlp`, `h.3.mlp`) with cfg.json and
 * sae.safetensors: encoder.weight [F, D], encoder.bias [F], W_dec [F, E], b_dec [E], W_skip [E, D]
 * (sparsify/sparse_coder.py of 1.3). The k largest of relu(pre) are kept; b_dec is subtracted unless the set is a
 * transcoder, which reads its module's input and writes its output.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { noClaims, type SetDescription } from '../description.ts'
import { readJson, shown } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { siteOfHook } from '../hook-names.ts'
import { firstOf, fieldsOf, type Format, holds, nameOf, needTensor, unsupported } from './format.ts'

const CONFIG = 'cfg.json'
const WEIGHTS = 'sae.safetensors'

const settings = z.looseObject({
  d_in: z.number().int().positive(),
  k: z.number(),
  activation: z.string().default('topk'),
  num_latents: z.number().int().nonnegative().nullish(),
  expansion_factor: z.number().positive().nullish(),
  signed: z.boolean().default(false),
  transcode: z.boolean().default(false),
  skip_connection: z.boolean().default(false),
})

export const sparsify: Format<'sparsify'> = {
  name: 'sparsify',
  looksFor: `${CONFIG} with ${WEIGHTS}`,

  async find(place) {
    if (!holds(place, CONFIG, WEIGHTS)) return []
    return [{ format: 'sparsify', path: place.dir, id: nameOf(place.dir) }]
  },

  async describe(path) {
    const config = join(path, CONFIG)
    const cfg = fieldsOf(config, settings, await readJson(config))
    if (cfg.activation !== 'topk')
      throw unsupported(config, `has the activation "${shown(cfg.activation)}"`, 'topk')
    const tensors = await openTensors(join(path, WEIGHTS))
    const skip = cfg.skip_connection ? needTensor(path, tensors, 'W_skip') : firstOf(tensors, 'W_skip')
    const hook = nameOf(path)
    const latents = cfg.num_latents ?? 0
    return {
      format: 'sparsify',
      path,
      id: null,
      site: siteOfHook(hook, cfg.transcode ? 'input' : 'output'),
      writes: cfg.transcode ? siteOfHook(hook, 'output') : null,
      transcoder: cfg.transcode,
      stated: {
        D: cfg.d_in,
        F: latents > 0 ? latents : cfg.expansion_factor ? cfg.d_in * cfg.expansion_factor : null,
        E: null,
      },
      encoder: {
        tensor: needTensor(path, tensors, 'encoder.weight', 'W_enc'),
        named: tensors.has('encoder.weight') ? 'out,in' : 'in,out',
      },
      decoder: {
        tensor: needTensor(path, tensors, 'W_dec', 'decoder.weight'),
        named: tensors.has('W_dec') ? 'in,out' : 'out,in',
      },
      encoderBias: firstOf(tensors, 'encoder.bias', 'b_enc'),
      decoderBias: firstOf(tensors, 'b_dec', 'decoder.bias'),
      skip: skip === null ? null : { tensor: skip, named: 'out,in' },
      subtractsDecoderBias: !cfg.transcode,
        // Sets of early versions could keep signs (`signed`): for them, the k largest in magnitude are kept.
      activation: { kind: 'topk', k: cfg.k, by: cfg.signed ? 'magnitude' : 'value', relu: !cfg.signed },
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: { ...noClaims, architecture: cfg.transcode ? 'transcoder' : 'sae', hook, l0: cfg.k },
    } satisfies SetDescription
  },
}
