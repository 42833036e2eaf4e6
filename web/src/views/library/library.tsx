/** Library: what there is to ask and to look at. */
import { useQuery } from '@apollo/client/react'
import { Link } from 'wouter'
import { FindPromptsDocument, LibraryDocument, type LibraryQuery } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { commandLine, likeText, sqlCommand, sqlText } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { text } from '../../state/url.ts'
import { useViewState } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Search } from '../../ui/search.tsx'
import { count } from '../../ui/words.ts'
import { FeatureSets } from './feature-sets.tsx'
import { RunsTable } from './runs-table.tsx'

const parts = { find: text(), sets: text() }

export default function Library() {
  const [{ find, sets }, change] = useViewState(parts)
  const { data, error, loading } = useQuery(LibraryDocument)
  return (
    <>
      <h1>Library</h1>
      {error ? <ErrorNote error={error} /> : null}
      {loading && !data && <p className="loading" role="status">Loading …</p>}
      <Search label="Find prompts in all datasets" value={find} onSearch={(wanted) => change({ find: wanted })} />
      {find !== '' && <Found find={find} />}
      {data && (
        <>
          <Models models={data.models?.nodes ?? []} />
          <FeatureSets after={sets} onPage={(after) => change({ sets: after })} />
          <Datasets datasets={data.datasets?.nodes ?? []} />
          <section className="card" aria-label="Runs">
            <h2>Runs</h2>
            <RunsTable runs={data.runs?.nodes ?? []} />
          </section>
        </>
      )}
    </>
  )
}

type Model = NonNullable<LibraryQuery['models']>['nodes'][number]
type Dataset = NonNullable<LibraryQuery['datasets']>['nodes'][number]

const MODEL_COLUMNS = ['slug', 'architecture', 'parameters', 'layers', 'heads', 'residualWidth', 'neurons', 'vocabularySize', 'hash'] as const

function Models({ models }: { models: readonly Model[] }) {
  return (
    <section className="card" aria-label="Models">
      <h2>Models</h2>
      {models.length === 0
        ? <p className="note">No model yet. Add one with <code>npx tributary model add FOLDER</code>.</p>
        : (
          <div className="table-frame">
            <table className="list">
              <thead>
                <tr><th scope="col">Model</th><th scope="col">Architecture</th><th scope="col" className="num">Parameters</th><th scope="col" className="num">Layers</th><th scope="col" className="num">Heads</th><th scope="col" className="num">Width</th><th scope="col" className="num">Neurons</th><th scope="col" className="num">Vocabulary</th><th scope="col">Weights</th></tr>
              </thead>
              <tbody>
                {models.map((model) => (
                  <tr key={model.id}>
                    <td><Link href={`/?model=${encodeURIComponent(model.slug)}`}>{model.slug}</Link></td>
                    <td>{model.architecture}</td>
                    <td className="num">{count(model.parameters)}</td>
                    <td className="num">{model.layers}</td>
                    <td className="num">{model.heads}</td>
                    <td className="num">{model.residualWidth}</td>
                    <td className="num">{model.neurons}</td>
                    <td className="num">{count(model.vocabularySize)}</td>
                    <td><code title={model.hash}>{model.hash.slice(0, 10)}</code></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      {models.length > 0 && (
        <CopyBar copies={tableCopies(
          { name: 'tributary-models', columns: MODEL_COLUMNS, rows: models.map((model) => MODEL_COLUMNS.map((column) => model[column])) },
          { graphql: () => queryText(LibraryDocument, {}), command: () => commandLine('model list', {}) },
        )} />
      )}
    </section>
  )
}

const DATASET_COLUMNS = ['slug', 'title', 'format', 'promptCount'] as const

function Datasets({ datasets }: { datasets: readonly Dataset[] }) {
  return (
    <section className="card" aria-label="Datasets">
      <h2>Datasets</h2>
      {datasets.length === 0
        ? <p className="note">No dataset yet. Add one with <code>npx tributary dataset add FILE</code>.</p>
        : (
          <div className="table-frame">
            <table className="list">
              <thead><tr><th scope="col">Dataset</th><th scope="col">Title</th><th scope="col">Format</th><th scope="col" className="num">Prompts</th></tr></thead>
              <tbody>
                {datasets.map(({ id, slug, title, format, promptCount }) => (
                  <tr key={id}>
                    <td><Link href={`/dataset/${encodeURIComponent(slug)}`}>{slug}</Link></td>
                    <td>{title}</td>
                    <td>{format}</td>
                    <td className="num">{count(promptCount)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      {datasets.length > 0 && (
        <CopyBar copies={tableCopies(
          { name: 'tributary-datasets', columns: DATASET_COLUMNS, rows: datasets.map((dataset) => DATASET_COLUMNS.map((column) => dataset[column])) },
          { graphql: () => queryText(LibraryDocument, {}), command: () => commandLine('dataset list', {}) },
        )} />
      )}
    </section>
  )
}

function Found({ find }: { find: string }) {
  const { data, error } = useLatest(FindPromptsDocument, { containing: find })
  if (error) return <ErrorNote error={error} />
  const found = data?.prompts
  if (!found) return <p className="loading" role="status">Searching …</p>
  return (
    <section className="card" aria-label="Prompts found">
      <h2>{count(found.totalCount)} prompts with “{find}”</h2>
      <div className="table-frame">
        <table className="list">
          <tbody>
            {found.nodes.map(({ id, text: prompt, answer, dataset }) => (
              <tr key={id}>
                <td><Link href={`/?q=${encodeURIComponent(prompt)}`}>{prompt}</Link></td>
                <td>{answer}</td>
                <td><Link href={`/dataset/${encodeURIComponent(dataset.slug)}?find=${encodeURIComponent(find)}`}>{dataset.slug}</Link></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CopyBar copies={tableCopies(
        { name: 'tributary-prompts', columns: ['prompt', 'answer', 'dataset'], rows: found.nodes.map(({ text: prompt, answer, dataset }) => [prompt, answer, dataset.slug]) },
        {
          graphql: () => queryText(FindPromptsDocument, { containing: find }),
          command: () => sqlCommand(`SELECT d.slug, p.text, p.answer FROM prompt p JOIN dataset d ON d.id = p.dataset_id WHERE p.text LIKE ${sqlText(`%${likeText(find)}%`)}`),
        },
      )} />
    </section>
  )
}
