/** What a person calls a component. The SQL function `component_label` is tested to say the same. */
import type { ComponentKind } from '../depass/partition/component.ts'
import { groupLabel } from '../depass/partition/groups.ts'

export interface NamedComponent {
  kind: ComponentKind
  index: number
  layer: number | null
  /** Where a feature fires; null for all positions, and for other kinds. */
  position?: number | null
}

/** The texts that tokens and groups are called by. */
export interface ComponentTexts {
  /** The text of the token at a position. */
  token(position: number): string
  /** The positions of a group. */
  group(index: number): readonly number[]
  /** What the user calls the groups, in their order; null where the text decides. */
  groupLabels?: readonly string[] | null
}

/** Kinds of which a layer has many, each with its letter. */
const LETTERS: Partial<Record<ComponentKind, string>> = { head: 'H', neuron: 'N', feature: 'F' }

/**
 * `L3.H5`, `L3.N812`, `L2.F320@4` (a feature at a position), `L2.ERROR@4`, `BIAS`, `L3.RESIDUAL` …: names that need no text.
 * What begins at the embedding has no layer.
 */
export function componentName({ kind, index, layer, position = null }: NamedComponent): string {
  const letter = LETTERS[kind]
  const name = `${letter === undefined ? kind.toUpperCase() : `${letter}${index}`}${position === null ? '' : `@${position}`}`
  return layer === null ? name : `L${layer}.${name}`
}

/** A token is called by its text, a group by the user's name for it or by its words, all others by their names. */
export function componentLabel(component: NamedComponent, texts: ComponentTexts): string {
  const { kind, index } = component
  if (kind === 'token') return texts.token(index)
  if (kind !== 'group') return componentName(component)
  const given = texts.groupLabels?.[index]
  if (given !== undefined) return given
  const positions = texts.group(index)
  const byPosition: { text: string }[] = []
  for (const position of positions) byPosition[position] = { text: texts.token(position) }
  return groupLabel(byPosition, positions)
}
