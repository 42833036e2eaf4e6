/**
 * Other readings of the same files: the set as it would be if one property had been misunderstood. If another reading
 * reconstructs a model's vectors much better than the set's own, it shows what is wrong.
 */
import type { WeightRef } from '../../model/weight-ref.ts'
import { decoderNorms } from '../row-blocks.ts'
import type { Activation, FeatureSet, Normalisation } from '../feature-set.ts'

export type Doubt = 'transposed' | 'scale' | 'activation' | 'bias'

export interface Variant {
  doubt: Doubt
  /** The difference in words, to complete "the files fit better read …". */
  reading: string
  set: FeatureSet
}

/** `meanNorm`: the mean length of the rows at the set's site. */
export async function variantsOf(set: FeatureSet, meanNorm: number): Promise<Variant[]> {
  return [...transposed(set), ...scaled(set, meanNorm), ...activated(set), ...(await gatedByNorm(set)), ...shifted(set)]
}

const turn = (weight: WeightRef): WeightRef => ({
  ...weight,
  orientation: weight.orientation === 'out,in' ? 'in,out' : 'out,in',
})

/** For a square matrix only, the shape leaves open which axis belongs to the features. */
function transposed(set: FeatureSet): Variant[] {
  const [encoder, decoder] = [set.D === set.F, set.E === set.F]
  const make = (reading: string, changed: Partial<FeatureSet>): Variant => ({
    doubt: 'transposed',
    reading,
    set: { ...set, ...changed },
  })
  return [
    ...(encoder ? [make('with the encoder transposed', { encoder: turn(set.encoder) })] : []),
    ...(decoder ? [make('with the decoder transposed', { decoder: turn(set.decoder) })] : []),
    ...(encoder && decoder
      ? [make('with both matrices transposed', { encoder: turn(set.encoder), decoder: turn(set.decoder) })]
      : []),
  ]
}

function scaled(set: FeatureSet, meanNorm: number): Variant[] {
  const make = (reading: string, normalisation: Normalisation): Variant => ({
    doubt: 'scale',
    reading,
    set: { ...set, normalisation },
  })
  if (set.normalisation.kind !== 'none') return [make('without normalising inputs', { kind: 'none' })]
  const restores = set.writes === null
  const scale = Math.sqrt(set.D) / Math.max(meanNorm, 1e-30)
  return [
    make(`with inputs scaled by ${scale.toPrecision(3)}, to the mean length √D`, {
      kind: 'constant',
      scale,
      unscale: 1 / scale,
    }),
    make('with each input brought to the length √D', { kind: 'length', restores }),
    make('with each input centred and divided by its deviation', { kind: 'layer_norm', epsilon: 1e-5, restores }),
  ]
}

function activated(set: FeatureSet): Variant[] {
  const { activation, F } = set
  const make = (reading: string, changed: Activation): Variant => ({
    doubt: 'activation',
    reading,
    set: { ...set, activation: changed },
  })
  const claimed = set.claims.l0 === null ? null : Math.round(set.claims.l0)
  const topk =
    claimed !== null && claimed >= 1 && claimed <= F
      ? [
          make(`with the ${claimed} largest kept, as many as its files claim`, {
            kind: 'topk',
            k: claimed,
            by: 'value',
            relu: true,
          }),
        ]
      : []
  switch (activation.kind) {
    case 'relu':
    case 'gated':
      return topk
    case 'topk':
      return [make('with all positive ones kept (ReLU)', { kind: 'relu' })]
    case 'jumprelu':
      return [
        make('with all positive ones kept (ReLU)', { kind: 'relu' }),
        ...(set.normalisation.kind === 'constant'
          ? [make('with thresholds scaled as inputs are', times(activation, set.normalisation.scale))]
          : []),
        ...topk,
      ]
    default:
      return activation satisfies never
  }
}

/**
 * Llama Scope says whether thresholds apply to pre or to pre · ‖W_dec‖ (`sparsity_include_decoder_norm`); this is the
 * other reading. Thresholds for pre are all the same number.
 */
async function gatedByNorm(set: FeatureSet): Promise<Variant[]> {
  const { activation, format } = set
  if (format !== 'llama-scope' || activation.kind !== 'jumprelu') return []
  const norms = await decoderNorms(set.decoder, set.F)
  const [first] = activation.threshold
  const plain = activation.threshold.every((value) => value === first)
  const threshold = activation.threshold.map((value, f) => (plain ? value / norms[f]! : value * norms[f]!))
  const reading = `with thresholds compared ${plain ? 'with' : 'without'} decoder norms`
  return [{ doubt: 'activation', reading, set: { ...set, activation: { ...activation, threshold } } }]
}

/** SAELens reads Llama Scope's thresholds with this factor. */
const times = (activation: Activation & { kind: 'jumprelu' }, factor: number): Activation => ({
  ...activation,
  threshold: activation.threshold.map((value) => value * factor),
})

function shifted(set: FeatureSet): Variant[] {
  if (set.D !== set.E || set.writes !== null) return []
  const { subtractsDecoderBias: subtracts } = set
  return [
    {
      doubt: 'bias',
      reading: `with the decoder's bias ${subtracts ? 'left in' : 'taken off'} the input`,
      set: { ...set, subtractsDecoderBias: !subtracts },
    },
  ]
}
