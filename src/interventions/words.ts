/** What a run changes in every pass, in the words of `ingest --intervene`, from the options that are stored with the run. */
import { z } from 'zod'

const feature = z.looseObject({ set: z.looseObject({ name: z.string() }), index: z.number() })
const numbers = z.array(z.number())

/** Loose, because a run may be of a version that knows more. */
const interveneSchema = z.looseObject({
  remove: numbers.optional(),
  mask: numbers.optional(),
  heads: z.array(z.looseObject({ layer: z.number(), head: z.number() })).optional(),
  neurons: z.array(z.looseObject({ layer: z.number(), neuron: z.number() })).optional(),
  modules: z.array(z.looseObject({ layer: z.number(), module: z.string() })).optional(),
  features: z.array(feature).optional(),
  steer: z.looseObject({ feature: feature.optional(), layer: z.number().optional(), factor: z.number() }).optional(),
  at: numbers.optional(),
  choose: z.looseObject({ order: z.string(), count: z.number(), how: z.string().optional() }).optional(),
  to: z.unknown().optional(),
})
const optionsSchema = z.looseObject({ intervene: interveneSchema.optional() })

export interface RunWork {
  computes: 'attributions' | 'interventions'
  /** Null where nothing is changed. */
  change: string | null
}

/** A list longer than this says how many there are. */
const LISTED = 6

/** `model` is the slug by which features are called. */
export function runWork(options: unknown, model: string): RunWork {
  const { intervene } = optionsSchema.parse(options)
  return intervene === undefined ? { computes: 'attributions', change: null } : { computes: 'interventions', change: changeWords(intervene, model) }
}

function changeWords({ remove, mask, heads, neurons, modules, features, steer, at, choose, to }: z.infer<typeof interveneSchema>, model: string): string {
  const list = (word: string, items: readonly (string | number)[] | undefined) => {
    if (items === undefined) return []
    return [`${word}:${items.slice(0, LISTED).join(',')}${items.length > LISTED ? `,… (${items.length})` : ''}`]
  }
  const nameOf = ({ set, index }: z.infer<typeof feature>) => `${model}/${set.name}/${index}`
  return [
    ...(choose ? [`${choose.order}:${choose.count}`, ...(choose.how === undefined ? [] : [`--how ${choose.how}`])] : []),
    ...list('remove', remove),
    ...list('mask', mask),
    ...list('heads', heads?.map(({ layer, head }) => `${layer}.${head}`)),
    ...list('neurons', neurons?.map(({ layer, neuron }) => `${layer}.${neuron}`)),
    ...list('modules', modules?.map(({ layer, module }) => `${layer}.${module}`)),
    ...list('features', features?.map(nameOf)),
    ...(steer
      ? [
          ...(steer.feature ? [`steer:${nameOf(steer.feature)}`] : ['steer:FILE', `--steer-layer ${steer.layer}`]),
          ...(steer.factor === 1 ? [] : [`--factor ${steer.factor}`]),
        ]
      : []),
    ...(at ? [`--at ${at.join(',')}`] : []),
    ...(to === undefined || to === 'zero' ? [] : ['to the mean']),
  ].join(' ')
}
