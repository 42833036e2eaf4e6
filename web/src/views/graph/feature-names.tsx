/** What the features of a graph are about: a graph has their numbers, of which nobody reads anything. */
import { useApolloClient } from '@apollo/client/react'
import { createContext, useContext, useEffect, useMemo, useState } from 'react'
import { GraphFeatureNamesDocument } from '../../api/generated.ts'
import { withBlanks } from '../../ui/words.ts'
import type { DrawnNode } from './layout.ts'

/** Descriptions by set and number. */
type Names = ReadonlyMap<string, string>
type Numbered = Pick<DrawnNode, 'kind' | 'source' | 'number'>

const keyOf = ({ source, number }: Omit<Numbered, 'kind'>): string => `${source}/${number}`

/** Of each set, those that matter most: as many as one answer has. */
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
 * Without them the graph is complete: where they cannot be had, numbers stand alone. `model`: null of a graph whose model is
 * not here; its features keep what its file calls them.
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

/** Empty where nothing is known. */
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
      {withBlanks(label)}
      <About text={about} />
      {position !== null && kind !== 'TOKEN' && kind !== 'LOGIT' && <small className="muted"> at {withBlanks(tokens[position] ?? '')}</small>}
    </span>
  )
}
