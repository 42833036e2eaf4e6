/** The list of RoPE variants, by their names in config.json; if one is missing, the program does not compile. */
import { dynamic, type DynamicScaling } from './dynamic.ts'
import { linear, type LinearScaling } from './linear.ts'
import { llama3, type Llama3Scaling } from './llama3.ts'
import { longrope, type LongRopeScaling } from './longrope.ts'
import { plainFrequencies, type RopeVariant } from './variant.ts'
import { yarn, type YarnScaling } from './yarn.ts'

/** The rotation as it was first published (https://arxiv.org/abs/2104.09864). */
interface DefaultScaling {
  type: 'default'
}

interface Scalings {
  default: DefaultScaling
  linear: LinearScaling
  dynamic: DynamicScaling
  llama3: Llama3Scaling
  yarn: YarnScaling
  longrope: LongRopeScaling
}
export type RopeType = keyof Scalings
export type RopeScaling = Scalings[RopeType]

export const ropeVariants: { readonly [T in RopeType]: RopeVariant<Scalings[T]> } = {
  default: {
    parse: () => ({ type: 'default' }),
    frequencies: ({ theta, rotaryWidth }) => ({ inverse: plainFrequencies(theta, rotaryWidth), attentionFactor: 1 }),
    dependsOnLength: false,
    reach: (_scaling, maxPositions) => maxPositions,
  },
  linear,
  dynamic,
  llama3,
  yarn,
  longrope,
}

export const isRopeType = (name: string): name is RopeType => Object.hasOwn(ropeVariants, name)

// In a table of functions over a union, only `type` says that a scaling belongs to its own variant.
export const variantOf = <S extends RopeScaling>({ type }: S): RopeVariant<S> => ropeVariants[type] as unknown as RopeVariant<S>
