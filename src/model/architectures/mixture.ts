/** The common part of the families with mixtures of experts. */
import type { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { ModelConfig } from '../config.ts'
import { everyLayer, size } from './fields.ts'
import type { ExpertsForm } from './naming.ts'

/** A larger number of experts is taken for a mistake. */
const MOST_EXPERTS = 100_000

/** Files use either name for the number of experts. */
export const expertFields = {
  num_experts: size.max(MOST_EXPERTS).optional(),
  num_local_experts: size.max(MOST_EXPERTS).optional(),
  num_experts_per_tok: size.max(MOST_EXPERTS).optional(),
}
type RawExperts = z.infer<z.ZodObject<typeof expertFields>>

interface MixtureOptions {
  /** Defaults of the transformers class. */
  defaults: { count: number; chosen: number }
  /** Neurons of one expert. */
  width: number
  normalised: boolean
  /** By default every layer is a mixture. */
  isMixture?: (layer: number) => boolean
  routerBias?: boolean
}

/** The configuration with its plain MLPs turned into mixtures of experts. */
export function mixture(config: ModelConfig, raw: RawExperts, options: MixtureOptions): ModelConfig {
  const { num_experts: byOneName, num_local_experts: byTheOther } = raw
  if (byOneName !== undefined && byTheOther !== undefined && byOneName !== byTheOther) {
    throw new UserError('BAD_MODEL', `config.json has num_experts ${byOneName} and num_local_experts ${byTheOther}, two names ` +
      'of one number; correct one of them.')
  }
  const count = byOneName ?? byTheOther ?? options.defaults.count
  const chosen = raw.num_experts_per_tok ?? options.defaults.chosen
  if (chosen > count) {
    throw new UserError('BAD_MODEL', `config.json gives each position to ${chosen} of ${count} experts; it cannot be given ` +
      'to more than there are. Correct num_experts_per_tok.')
  }
  const { isMixture } = options
  const layers = isMixture === undefined
    ? everyLayer(config.L, true)
    : Array.from({ length: config.L }, (_, layer) => isMixture(layer))
  const denseI = config.I
  const I = count * options.width
  return {
    ...config,
    I: layers.every(Boolean) ? I : Math.max(I, denseI),
    experts: {
      count, chosen, layers, denseI,
      I: options.width,
      normalised: options.normalised,
      routerBias: options.routerBias ?? false,
    },
  }
}

/**
 * Experts stacked in one tensor, gate above up: how transformers 5 keeps them in memory, and how some files store
 * them.
 */
export const stackedExperts: ExpertsForm = {
  store: 'stacked', gateUp: 'mlp.experts.gate_up_proj', down: 'mlp.experts.down_proj', orientation: 'out,in', interleaved: false,
}
