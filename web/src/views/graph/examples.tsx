/** Shown before anything was asked: example questions, and graphs that exist already. */
import { useQuery } from '@apollo/client/react'
import { Link } from 'wouter'
import { StoredGraphsDocument } from '../../api/generated.ts'
import { count, timeAgo } from '../../ui/words.ts'
import type { GraphState } from './question.ts'

const DEMO = 'demo'
const DEMO_EXAMPLES: readonly { title: string; state: Partial<GraphState> }[] = [
  { title: 'How the features of two layers lead to Paris', state: { text: 'The capital of France is', sets: '1-res,2-res' } },
  { title: 'Which heads and MLPs find Mary', state: { text: 'When Mary and John went to the store, John gave a drink to', by: 'head' } },
]

export function GraphExamples({ model, onChoose }: { model: string; onChoose(state: Partial<GraphState>): void }) {
  const { data } = useQuery(StoredGraphsDocument, { fetchPolicy: 'cache-and-network' })
  const stored = data?.attributionGraphs?.nodes ?? []
  return (
    <>
      {model === DEMO && (
        <section aria-label="Examples" className="examples">
          {DEMO_EXAMPLES.map(({ title, state }) => (
            <button key={title} type="button" className="example" onClick={() => onChoose(state)}>
              <b>{title}</b>
              <span>{state.text}</span>
            </button>
          ))}
        </section>
      )}
      {stored.length > 0 && (
        <section className="card" aria-label="Stored graphs">
          <h2>Stored graphs</h2>
          <ul className="stored-graphs">
            {stored.map(({ id, maker, modelName, prompt, nodesBy, sets, nodeCount, createdAt }) => (
              <li key={id}>
                <Link href={`/graph?${new URLSearchParams({ id })}`}>{prompt}</Link>{' '}
                <small className="muted">
                  {modelName}, {maker !== null ? `made by ${maker}` : sets.length > 0 ? sets.map(({ name }) => name).join(', ') : `by ${nodesBy?.toLowerCase()}`}, {count(nodeCount)} nodes, {timeAgo(createdAt)}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
