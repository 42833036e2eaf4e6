/** Fields of config.json that many families share, and values derived from them. */
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { Activation } from '../config.ts'

/** Far above any existing model; keeps absurd sizes from reaching an allocation. */
export const size = z.number().int().positive().max(100_000_000)
export const layerCount = size.max(10_000)
export const epsilon = z.number().positive().max(1)
export const multiplier = z.number().positive().finite()
export const cap = multiplier.nullable()
/** null means the default, just like an absent flag. */
export const flag = (otherwise: boolean) => z.boolean().nullish().transform((value) => value ?? otherwise)
export const layerTypes = z.array(z.string()).max(10_000).nullish()

const activations: Readonly<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_accurate: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_python_tanh: 'gelu_tanh',
  relu: 'relu',
}

/** The activation by its name in transformers' `ACT2FN`. Refuses (UNSUPPORTED) one that is not computed here. */
export function activation(name: string): Activation {
  const known = Object.hasOwn(activations, name) ? activations[name] : undefined
  if (known !== undefined) return known
  const names = Object.keys(activations).join(', ')
  throw new UserError('UNSUPPORTED', `config.json asks for the activation "${name}"; supported are ${names}.`)
}

/** D / H, if the file gives no width of a head. */
export function evenHeadWidth(D: number, H: number): number {
  if (D % H === 0) return D / H
  throw new UserError('BAD_MODEL', `config.json divides a width of ${D} among ${H} heads, which does not come out even; ` +
    'correct it or add head_dim.')
}

/** [L]: the same value for every layer. */
export const everyLayer = <T>(L: number, value: T): readonly T[] => Array<T>(L).fill(value)

/** [L]: the sliding window of each layer, for families that know which layers slide. */
export const windows = (L: number, window: number | null, slides: (layer: number) => boolean): readonly (number | null)[] =>
  Array.from({ length: L }, (_, layer) => (slides(layer) ? window : null))

/** [L]: does the layer slide, as `layer_types` says? Refuses (BAD_MODEL, UNSUPPORTED) a list that cannot be followed. */
export function slidingLayers(types: readonly string[], L: number): readonly boolean[] {
  if (types.length !== L) {
    throw new UserError('BAD_MODEL', `config.json lists ${types.length} layer_types for ${L} layers; they must agree.`)
  }
  return types.map((type) => {
    // Older files say "attention" for full attention.
    if (type === 'full_attention' || type === 'attention') return false
    if (type === 'sliding_attention') return true
    throw new UserError('UNSUPPORTED', `config.json has a layer of type "${type}"; supported are full_attention and ` +
      'sliding_attention.')
  })
}

/** Windows [L] according to `layer_types`; `window` is null if the file has none or switches it off. */
export function typedWindows(types: readonly string[], L: number, window: number | null): readonly (number | null)[] {
  return slidingLayers(types, L).map((slides) => {
    if (slides && window === null) {
      throw new UserError('BAD_MODEL', 'config.json has sliding_attention layers but no sliding_window, or one that is ' +
        'switched off by use_sliding_window; set it.')
    }
    return slides ? window : null
  })
}
