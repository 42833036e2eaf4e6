/** The difference of two graphs: nodes of the same name, summed over all their positions. */
import type { DrawnNode } from './layout.ts'

export interface ComparedNode {
  name: string
  kind: DrawnNode['kind']
  source: string | null
  number: number
  /** Influence on the logits, summed over all positions; null if the graph does not draw the node. */
  first: number | null
  second: number | null
}

/** `L1.F194@5` is feature 194 of layer 1, wherever it fires. */
const withoutPlace = (label: string): string => label.replace(/@\d+$/, '')

/** Influence by name. Logits have none, since they are what is influenced. */
function influences(nodes: readonly DrawnNode[]): Map<string, { node: DrawnNode; sum: number }> {
  const sums = new Map<string, { node: DrawnNode; sum: number }>()
  for (const node of nodes) {
    const { kind, label, influence } = node
    if (kind === 'LOGIT') continue
    const name = kind === 'TOKEN' ? label : withoutPlace(label)
    sums.set(name, { node, sum: (sums.get(name)?.sum ?? 0) + influence })
  }
  return sums
}

/** The largest differences first. */
export function comparedNodes(left: readonly DrawnNode[], right: readonly DrawnNode[]): ComparedNode[] {
  const [ours, theirs] = [influences(left), influences(right)]
  const names = [...new Set([...ours.keys(), ...theirs.keys()])]
  const differenceOf = ({ first, second }: ComparedNode): number => Math.abs((first ?? 0) - (second ?? 0))
  return names
    .flatMap((name): ComparedNode[] => {
      const [one, other] = [ours.get(name), theirs.get(name)]
      const node = one?.node ?? other?.node
      return node === undefined ? [] : [{ name, kind: node.kind, source: node.source, number: node.number, first: one?.sum ?? null, second: other?.sum ?? null }]
    })
    .toSorted((a, b) => differenceOf(b) - differenceOf(a))
}
