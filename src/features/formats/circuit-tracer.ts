/**
 * circuit-tracer's transcoder sets: config.yaml (model_kind: transcoder_set, feature_input_hook, feature_output_hook)
 * and one file a layer, `layer_3.safetensors`, with W_enc [F, D], W_dec [F, E], b_enc, b_dec, W_skip [E, D] and, for
 * JumpReLU, activation_function.threshold (circuit_tracer/transcoder/single_layer_transcoder.py of 0.5). b_dec is not
 * subtracted. JumpReLU gives pre if pre > θ, without any other cut. A config.yaml may list files instead
 * (`transcoders:`). Listed files that are stored elsewhere (`hf://…`) are sets of Gemma Scope, and are opened from the
 * folder that they are downloaded to.
 */
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { type FoundSet, noClaims, type SetDescription } from '../description.ts'
import { readYaml, shown } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { siteOfLayerHook } from '../hook-names.ts'
import { fieldsOf, firstOf, type Format, needTensor, type Place, unsupported } from './format.ts'

const CONFIG = 'config.yaml'
const layerFile = /^layer_(\d{1,4})\.safetensors$/

const settings = z.looseObject({
  model_kind: z.string(),
  model_name: z.string().nullish(),
  feature_input_hook: z.string(),
  feature_output_hook: z.string(),
  transcoders: z.array(z.string()).nullish(),
})

export const circuitTracer: Format<'circuit-tracer'> = {
  name: 'circuit-tracer',
  looksFor: `${CONFIG} with layer_N.safetensors`,

  async find(place) {
    if (!place.files.has(CONFIG)) return []
    const config = join(place.dir, CONFIG)
    const fields = await readYaml(config)
    if (!('model_kind' in fields)) return []
    const cfg = fieldsOf(config, settings, fields)
    if (cfg.model_kind !== 'transcoder_set') {
      throw unsupported(
        config,
        `is of the kind "${shown(cfg.model_kind)}"`,
        'transcoder_set: one that writes into several layers is no feature set',
      )
    }
    const found = layersOf(place)
    if (found.length > 0 || (place.file !== null && place.file !== CONFIG)) return found
    const listed = (cfg.transcoders ?? []).map((each) => each.split('?')[0]!)
    throw new UserError(
      'BAD_FEATURES',
      `${config} has no layer_N.safetensors beside it${
        listed.length === 0
          ? ''
          : `; it lists ${shown(listed[0]!)}` +
            `${listed.length === 1 ? '' : ` and ${listed.length - 1} more`}, to be opened where they are downloaded to`
      }.`,
    )
  },

  async describe(path) {
    const config = join(dirname(path), CONFIG)
    const cfg = fieldsOf(config, settings, await readYaml(config))
    const layer = Number(layerFile.exec(basename(path))?.[1] ?? 0)
    const tensors = await openTensors(path)
    const threshold = firstOf(tensors, 'activation_function.threshold')
    const skip = firstOf(tensors, 'W_skip')
    return {
      format: 'circuit-tracer',
      path,
      id: null,
      site: siteOfLayerHook(layer, cfg.feature_input_hook),
      writes: siteOfLayerHook(layer, cfg.feature_output_hook),
      transcoder: true,
      stated: { D: null, F: null, E: null },
      encoder: { tensor: needTensor(path, tensors, 'W_enc'), named: 'out,in' },
      decoder: { tensor: needTensor(path, tensors, 'W_dec'), named: 'in,out' },
      encoderBias: needTensor(path, tensors, 'b_enc'),
      decoderBias: needTensor(path, tensors, 'b_dec'),
      skip: skip === null ? null : { tensor: skip, named: 'out,in' },
      subtractsDecoderBias: false,
      activation:
        threshold === null
          ? { kind: 'relu' }
          : { kind: 'jumprelu', threshold: { tensor: threshold, log: false }, relu: false, timesDecoderNorm: false },
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture: threshold === null ? 'relu' : 'jumprelu',
        model: cfg.model_name ?? null,
        hook: cfg.feature_input_hook,
        hookOut: cfg.feature_output_hook,
      },
    } satisfies SetDescription
  },
}

function layersOf({ dir, files, file }: Place): FoundSet[] {
  const layers = [...files].flatMap((name) => {
    const layer = layerFile.exec(name)?.[1]
    return layer === undefined || (file !== null && file !== CONFIG && file !== name)
      ? []
      : [{ name, layer: Number(layer) }]
  })
  return layers
    .sort((a, b) => a.layer - b.layer)
    .map(({ name, layer }) => ({ format: 'circuit-tracer', path: join(dir, name), id: `${layer}-transcoder` }))
}
