/** The queries of schema/examples, to run with one click. */
import { type GraphiQLPlugin, useEditorContext } from '@graphiql/react'

interface Example {
  title: string
  description: string
  query: string
  /** What the query is called: the server is told which operation to run. */
  operation: string
}

const files = import.meta.glob<string>('../../../schema/examples/*.graphql', { query: '?raw', import: 'default', eager: true })

/** Two lines of comments come first: a title and a sentence. */
function readExample(text: string): Example {
  const [title = '', description = '', ...lines] = text.trimEnd().split('\n')
  const uncommented = (line: string) => line.replace(/^#\s*/, '')
  const query = lines.join('\n')
  const operation = /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1]
  if (operation === undefined) throw new Error(`the example “${uncommented(title)}” has an operation without a name`)
  return { title: uncommented(title), description: uncommented(description), query, operation }
}

const examples = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => readExample(text))

export const firstQuery = examples[0]?.query ?? ''

/** The name of the bundled model; users replace it by another. */
const VARIABLES = '{\n  "model": "demo"\n}'

function Examples() {
  const { queryEditor, variableEditor, responseEditor, setOperationName } = useEditorContext({ nonNull: true })
  const choose = ({ query, operation }: Example) => {
    queryEditor?.setValue(query)
    variableEditor?.setValue(query.includes('$model') ? VARIABLES : '')
    // GraphiQL reads typed text only after a pause. Until then it would run the previous operation.
    setOperationName(operation)
  }
  // The editors are loaded one by one. Until all are loaded, an example could not be filled in or run.
  const ready = queryEditor && variableEditor && responseEditor
  return (
    <section aria-label="Examples" className="query-examples">
      <h2>Examples</h2>
      {examples.map((example) => (
        <button key={example.title} type="button" disabled={!ready} onClick={() => choose(example)}>
          <b>{example.title}</b>
          <span>{example.description}</span>
        </button>
      ))}
    </section>
  )
}

const Icon = () => (
  <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <path d="M5 4h14M5 9h14M5 14h9M5 19h9" strokeLinecap="round" />
  </svg>
)

export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Examples }
