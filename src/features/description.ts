/**
 * A format's description of one feature set: its tensors by role and its rules. Shapes are not yet checked,
 * orientations not yet decided and numbers not yet read. Every format gives such a description, and build.ts makes a
 * feature set from it.
 */
import type { Orientation } from '../model/weight-ref.ts'
import type { StoredTensor } from './files/stored-tensor.ts'
import type { Claims, FormatName, Normalisation } from './feature-set.ts'
import type { Site } from './site.ts'

/** A matrix, and its orientation if its name is right. Shapes decide the orientation wherever they can. */
export interface NamedMatrix {
  tensor: StoredTensor
  named: Orientation
}

export type ActivationRule =
  | { kind: 'relu' }
  | {
      kind: 'jumprelu'
      /** [F], or one number for all; `log`: the threshold is the exponential of the stored number. */
      threshold: { tensor: StoredTensor; log: boolean } | { value: number }
      relu: boolean
      /** Whether the threshold is compared with pre · ‖W_dec[f]‖ instead of pre. */
      timesDecoderNorm: boolean
    }
  | { kind: 'topk'; k: number; by: 'value' | 'magnitude'; relu: boolean }
  /** `logScale` is r_mag. */
  | { kind: 'gated'; gateBias: StoredTensor; magnitudeBias: StoredTensor; logScale: StoredTensor | null }

/** The id and the place of one set, found without reading weights. */
export interface FoundSet {
  format: FormatName
  /** Opening this path opens this set and no other. */
  path: string
  id: string
}

export interface SetDescription {
  format: FormatName
  path: string
  /** Null if the files do not say. */
  id: string | null
  site: Site | null
  writes: Site | null
  /** Whether it maps one vector to another; `writes` is then required. */
  transcoder: boolean
  /** The D, F and E that the files state; null for those they do not. */
  stated: { D: number | null; F: number | null; E: number | null }
  encoder: NamedMatrix
  decoder: NamedMatrix
  encoderBias: StoredTensor | null
  decoderBias: StoredTensor | null
  skip: NamedMatrix | null
  subtractsDecoderBias: boolean
  activation: ActivationRule
  normalisation: Normalisation
  /** Activations are pre · ‖W_dec[f]‖, and are divided by this norm again when rows are reconstructed. */
  rescalesByDecoderNorm: boolean
  /** [F]: multiplies activations when rows are reconstructed. */
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
