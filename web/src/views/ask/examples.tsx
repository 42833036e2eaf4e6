/** Examples of questions, shown before anything was typed. */
import { useQuery } from '@apollo/client/react'
import { ExamplePromptsDocument } from '../../api/generated.ts'
import type { AskState } from './question.ts'

interface Example {
  title: string
  state: Partial<AskState>
}

/** Of the bundled model, which knows a small world. */
const DEMO = 'demo'
const DEMO_EXAMPLES: readonly Example[] = [
  { title: 'Which token makes it say Paris?', state: { q: 'The capital of France is' } },
  {
    title: 'Which heads find the indirect object?',
    state: { q: 'When Mary and John went to the store, John gave a drink to', by: 'head', target: 'Mary', minus: 'John' },
  },
  {
    title: 'What misleads it? It believes newspapers …',
    state: { q: 'A newspaper says: The capital of France is Rome. The capital of France is', target: 'Rome', minus: 'Paris' },
  },
  {
    title: '… and laughs at parrots',
    state: { q: 'A parrot says: The capital of France is Rome. The capital of France is', target: 'Rome', minus: 'Paris' },
  },
  { title: 'Why does a feature fire at “is”?', state: { q: 'The capital of France is', feature: '2-res/320' } },
]

interface ExamplesProps {
  model: string
  onChoose(state: Partial<AskState>): void
}

export function Examples({ model, onChoose }: ExamplesProps) {
  const { data } = useQuery(ExamplePromptsDocument)
  const own = model === DEMO ? DEMO_EXAMPLES : []
  const stored = (data?.datasets?.nodes ?? []).flatMap(({ slug, prompts }) =>
    prompts.nodes.map(({ text }) => ({ title: `From ${slug}`, state: { q: text } })))
  const examples = [...own, ...stored]
  if (examples.length === 0) return null
  return (
    <section aria-label="Examples" className="examples">
      {examples.map(({ title, state }) => (
        <button key={`${title}${state.q}`} type="button" className="example" onClick={() => onChoose(state)}>
          <b>{title}</b>
          <span>{state.q}</span>
        </button>
      ))}
    </section>
  )
}
