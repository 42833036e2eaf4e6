/**
 * Gemma Scope: params.npz with W_enc [D, F], W_dec [F, E], b_enc, b_dec, threshold, in folders
 * `gemma-scope-2b-pt-res/layer_20/width_16k/average_l0_71` (Lieberum et al. 2024, and the releases' READMEs). There is
 * no configuration: model, site and layer are in the path. The rule is JumpReLU, and b_dec is not subtracted.
 * Transcoders read the MLP's input after the norm and before its gain, and write what the MLP adds to the stream.
 */
import { join } from 'node:path'
import { elementCount } from '../../model/safetensors.ts'
import { noClaims, type SetDescription } from '../description.ts'
import { openNpz } from '../files/numpy.ts'
import { gemmaScopeSites } from '../hook-names.ts'
import { widthName } from '../source-id.ts'
import { type Format, holds, needTensor, numberIn, readablePath, unsupported } from './format.ts'

const PARAMETERS = 'params.npz'

/** Neuronpedia's names of the source sets. */
const setNames: Readonly<Record<string, string>> = {
  res: 'gemmascope-res',
  mlp: 'gemmascope-mlp',
  att: 'gemmascope-att',
  transcoders: 'gemmascope-transcoder',
}

export const gemmaScope: Format<'gemma-scope'> = {
  name: 'gemma-scope',
  looksFor: PARAMETERS,

  async find(place) {
    if (!holds(place, PARAMETERS)) return []
    return [{ format: 'gemma-scope', path: place.dir, id: idOf(place.dir, null) ?? 'gemmascope' }]
  },

  async describe(path) {
    const arrays = await openNpz(join(path, PARAMETERS))
    const { layer, kind, model, embedding, l0 } = namesIn(path)
    if (embedding) throw unsupported(path, 'reads the token embedding, which is no site', 'a set of a layer')
    const place = kind === null ? null : (gemmaScopeSites[kind] ?? null)
    // The path names the release. If it does not, files of autoencoders and of transcoders cannot be told apart.
    const transcoder = place !== null && place.writes !== null
    const threshold = needTensor(path, arrays, 'threshold')
    const F = elementCount(threshold.shape)
    return {
      format: 'gemma-scope',
      path,
      id: idOf(path, F),
      site: place === null || layer === null ? null : { layer, name: place.reads },
      writes: place === null || layer === null || place.writes === null ? null : { layer, name: place.writes },
      transcoder,
      stated: { D: null, F: null, E: null },
      encoder: { tensor: needTensor(path, arrays, 'W_enc', 'w_enc'), named: 'in,out' },
      decoder: { tensor: needTensor(path, arrays, 'W_dec', 'w_dec'), named: 'in,out' },
      encoderBias: needTensor(path, arrays, 'b_enc'),
      decoderBias: needTensor(path, arrays, 'b_dec'),
      skip: null,
      subtractsDecoderBias: false,
      activation: {
        kind: 'jumprelu',
        threshold: { tensor: threshold, log: false },
        relu: true,
        timesDecoderNorm: false,
      },
      normalisation: { kind: 'none' },
      rescalesByDecoderNorm: false,
      finetuningScale: null,
      claims: {
        ...noClaims,
        architecture: 'jumprelu',
        model,
        hook: kind,
        dataset: null,
        contextSize: 1024,
        prependBos: true,
        l0,
      },
    } satisfies SetDescription
  },
}

/** 20-gemmascope-res-16k, with the width as in the path; null if the path does not name the release. */
function idOf(path: string, F: number | null): string | null {
  const { layer, kind } = namesIn(path)
  if (layer === null || kind === null) return null
  const width = /width_([0-9]+[km])/.exec(readablePath(path))?.[1] ?? (F === null ? null : widthName(F))
  return `${layer}-${setNames[kind]}${width === null ? '' : `-${width}`}`
}

/** The names in the path: `gemma-scope-2b-pt-res` and `layer_20/…/average_l0_71`; null for those that are missing. */
function namesIn(path: string) {
  const readable = readablePath(path)
  const [, size, tuned, kind] = /gemma-scope-(2b|9b|27b)-(pt|it)-(res|mlp|att|transcoders)/.exec(readable) ?? []
  return {
    layer: numberIn(path, /layer_(\d{1,4})(?![0-9])/g),
    kind: kind ?? null,
    model: size === undefined ? null : `google/gemma-2-${size}${tuned === 'it' ? '-it' : ''}`,
    embedding: /\/embedding(\/|$)/.test(readable),
    l0: numberIn(path, /average_l0_(\d{1,5})(?![0-9])/g),
  }
}
