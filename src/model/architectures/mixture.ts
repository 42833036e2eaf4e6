/** What the families with mixtures of experts have in common. */
import type { z } from 'zod'
import { UserError } from '../../errors.ts'
import type { ModelConfig } from '../config.ts'
import { everyLayer, size } from './fields.ts'
import type { ExpertsForm } from './naming.ts'

/** A mixture of more experts than that is a mistake. */
const MOST_EXPERTS = 100_000

/** Files call the number of experts by either name. */
export const expertFields = {
  num_experts: size.max(MOST_EXPERTS).optional(),
  num_local_experts: size.max(MOST_EXPERTS).optional(),
  num_experts_per_tok: size.max(MOST_EXPERTS).optional(),
}
type RawExperts = z.infer<z.ZodObject<typeof expertFields>>

interface MixtureOptions {
  /** Of the transformers class. */
  defaults: { count: number; chosen: number }
  /** Neurons of one expert. */
  width: number
  normalised: boolean
  /** By default every layer is a mixture. */
  isMixture?: (layer: number) => boolean
  routerBias?: boolean
}

/** The configuration with its MLPs, which stand there as plain ones, made mixtures of experts. */
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

/** As transformers 5 keeps experts in memory, and some files do: gate above up. */
export const stackedExperts: ExpertsForm = {
  store: 'stacked', gateUp: 'mlp.experts.gate_up_proj', down: 'mlp.experts.down_proj', orientation: 'out,in', interleaved: false,
}
