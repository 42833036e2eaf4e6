/**
 * What a format says about one feature set: its tensors by role and its rules, before shapes are checked, orientations
 * decided and numbers read. Every format gives this; build.ts makes the feature set of it.
 */
import type { Orientation } from '../model/weight-ref.ts'
import type { StoredTensor } from './files/stored-tensor.ts'
import type { Claims, FormatName, Normalisation } from './feature-set.ts'
import type { Site } from './site.ts'

/** A matrix, and the way it lies if its name is right; shapes decide wherever they can. */
export interface NamedMatrix {
  tensor: StoredTensor
  named: Orientation
}

export type ActivationRule =
  | { kind: 'relu' }
  | {
      kind: 'jumprelu'
      /** [F] or one number for all; `log`: it is the exponential of what is stored. */
      threshold: { tensor: StoredTensor; log: boolean } | { value: number }
      relu: boolean
      /** Whether pre · ‖W_dec[f]‖ is compared with the threshold, and not pre. */
      timesDecoderNorm: boolean
    }
  | { kind: 'topk'; k: number; by: 'value' | 'magnitude'; relu: boolean }
  /** `logScale` is r_mag. */
  | { kind: 'gated'; gateBias: StoredTensor; magnitudeBias: StoredTensor; logScale: StoredTensor | null }

/** What one set is called, and where it lies: found without reading weights. */
export interface FoundSet {
  format: FormatName
  /** Opening this path opens this set and no other. */
  path: string
  id: string
}

export interface SetDescription {
  format: FormatName
  path: string
  /** Null where the files do not say. */
  id: string | null
  site: Site | null
  writes: Site | null
  /** Whether it maps one vector to another: then `writes` is needed. */
  transcoder: boolean
  /** What the files say of D, F and E; null where nothing. */
  stated: { D: number | null; F: number | null; E: number | null }
  encoder: NamedMatrix
  decoder: NamedMatrix
  encoderBias: StoredTensor | null
  decoderBias: StoredTensor | null
  skip: NamedMatrix | null
  subtractsDecoderBias: boolean
  activation: ActivationRule
  normalisation: Normalisation
  /** Activations are pre · ‖W_dec[f]‖, and are divided by the norm again when rows are rebuilt. */
  rescalesByDecoderNorm: boolean
  /** [F]: activations are multiplied by it when rows are rebuilt. */
  finetuningScale: StoredTensor | null
  claims: Claims
}

export const noClaims: Claims = {
  architecture: null,
  model: null,
  hook: null,
  hookOut: null,
  dataset: null,
  contextSize: null,
  prependBos: null,
  neuronpedia: null,
  l0: null,
  varianceExplained: null,
  dead: null,
}
