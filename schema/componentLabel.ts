/** Names of components that need no text to be named. */
import type { ComponentKind } from '../src/attribution/result.ts'

interface Named {
  kind: ComponentKind
  layer: number | null
  componentIndex: number
}

const LETTERS: Partial<Record<ComponentKind, string>> = { head: 'H', neuron: 'N' }

/** `L3.H5`, `L3.N812`, `BIAS`, `L3.RESIDUAL` … */
export function componentLabel({ kind, layer, componentIndex }: Named): string {
  const letter = LETTERS[kind]
  const name = letter ? `${letter}${componentIndex}` : kind.toUpperCase()
  return layer === null ? name : `L${layer}.${name}`
}
