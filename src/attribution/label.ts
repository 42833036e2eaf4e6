/** The name that people see for a component. A test holds the SQL function `component_label` to the same names. */
import type { ComponentKind } from '../depass/partition/component.ts'
import { groupLabel } from '../depass/partition/groups.ts'

export interface NamedComponent {
  kind: ComponentKind
  index: number
  layer: number | null
  /** Where a feature fires; null for all positions, and for other kinds. */
  position?: number | null
}

/** The texts that name tokens and groups. */
export interface ComponentTexts {
  /** The text of the token at a position. */
  token(position: number): string
  /** The positions of a group. */
  group(index: number): readonly number[]
  /** The user's names for the groups, in their order; null if groups are named by their text. */
  groupLabels?: readonly string[] | null
}

/** Kinds with many components in a layer, each with its letter. */
const LETTERS: Partial<Record<ComponentKind, string>> = { head: 'H', neuron: 'N', feature: 'F' }

/**
 * Names that need no text: `L3.H5`, `L3.N812`, `L2.F320@4` (a feature at a position), `L2.ERROR@4`, `BIAS`, `L3.RESIDUAL`
 * … A component that begins at the embedding has no layer in its name.
 */
export function componentName({ kind, index, layer, position = null }: NamedComponent): string {
  const letter = LETTERS[kind]
  const name = `${letter === undefined ? kind.toUpperCase() : `${letter}${index}`}${position === null ? '' : `@${position}`}`
  return layer === null ? name : `L${layer}.${name}`
}

/** A token is labelled by its text, a group by the user's name for it or by its words, and all others by their names. */
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
