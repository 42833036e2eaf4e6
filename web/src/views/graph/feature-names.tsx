/** What the features of a graph are about. The graph itself has only their numbers, which mean nothing to people. */
import { useApolloClient } from '@apollo/client/react'
import { createContext, useContext, useEffect, useMemo, useState } from 'react'
import { GraphFeatureNamesDocument } from '../../api/generated.ts'
import { tokenName } from '../../ui/words.ts'
import type { DrawnNode } from './layout.ts'

/** Descriptions by set and number. */
type Names = ReadonlyMap<string, string>
type Numbered = Pick<DrawnNode, 'kind' | 'source' | 'number'>

const keyOf = ({ source, number }: Omit<Numbered, 'kind'>): string => `${source}/${number}`

/** Features of each set that get names: those that matter most, as many as one answer can have. */
const MOST_NAMED = 100

function wantedOf(nodes: readonly DrawnNode[]): { source: string; indexes: number[] }[] {
  const bySource = new Map<string, Set<number>>()
  for (const { kind, source, number } of nodes.toSorted((a, b) => b.influence - a.influence)) {
    if (kind !== 'FEATURE' || source === null) continue
    const numbers = bySource.get(source) ?? new Set()
    if (numbers.size < MOST_NAMED) numbers.add(number)
    bySource.set(source, numbers)
  }
  return [...bySource].map(([source, numbers]) => ({ source, indexes: [...numbers] }))
}

/**
 * A graph is complete without names: if they cannot be loaded, only numbers are shown. `model`: null if the graph's
 * model is not here; its features then keep the names of the file.
 */
export function useFeatureNames(model: string | null, nodes: readonly DrawnNode[]): Names {
  const client = useApolloClient()
  const [names, setNames] = useState<Names>(new Map())
  const wanted = useMemo(() => JSON.stringify(wantedOf(nodes)), [nodes])
  useEffect(() => {
    if (model === null) return
    let isLeft = false
    const asked = (JSON.parse(wanted) as ReturnType<typeof wantedOf>).map(({ source, indexes }) =>
      client.query({ query: GraphFeatureNamesDocument, variables: { model, source, indexes } }).then(({ data }) =>
        (data?.features?.nodes ?? []).map(({ index, label }) => [keyOf({ source, number: index }), label ?? ''] as const)))
    Promise.all(asked).then((found) => {
      if (!isLeft) setNames(new Map(found.flat().filter(([, label]) => label !== '')))
    }, () => {})
    return () => {
      isLeft = true
    }
  }, [client, model, wanted])
  return names
}

const Context = createContext<Names>(new Map())
export const FeatureNames = Context.Provider

/** Gives the name of a node; empty if none is known. */
export function useNameOf(): (node: Numbered) => string {
  const names = useContext(Context)
  return (node) => (node.kind === 'FEATURE' ? (names.get(keyOf(node)) ?? '') : '')
}

export const About = ({ text }: { text: string }) => (text === '' ? null : <span className="node-about"> {text}</span>)

interface NodeNameProps {
  node: Numbered & Pick<DrawnNode, 'label' | 'position'>
  tokens: readonly string[]
}

export function NodeName({ node, tokens }: NodeNameProps) {
  const about = useNameOf()(node)
  const { kind, label, position } = node
  return (
    <span>
      {tokenName(label)}
      <About text={about} />
      {position !== null && kind !== 'TOKEN' && kind !== 'LOGIT' && <small className="muted"> at {tokenName(tokens[position] ?? '')}</small>}
    </span>
  )
}
