/** One dataset: its prompts, and the runs through them. */
import { useQuery } from '@apollo/client/react'
import { Link } from 'wouter'
import { DatasetViewDocument, LibraryDocument } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { nameIn } from '../../state/addresses.ts'
import { text } from '../../state/url.ts'
import { useViewState } from '../../state/view-state.ts'
import { likeText, sqlCommand, sqlText } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { LIBRARY, NoSuch } from '../../ui/no-such.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Search } from '../../ui/search.tsx'
import { count } from '../../ui/words.ts'
import { RunsTable } from '../library/runs-table.tsx'

const parts = { find: text(), after: text() }

export default function DatasetView({ params }: { params: { slug: string } }) {
  const slug = nameIn(params.slug)
  const [{ find, after }, change] = useViewState(parts)
  const variables = { slug, containing: find || null, after: after || null }
  const { data, error, loading } = useLatest(DatasetViewDocument, variables)
  const library = useQuery(LibraryDocument)
  if (error) return <ErrorNote error={error} />
  if (!data && loading) return <p className="loading" role="status">Loading …</p>
  const dataset = data?.dataset
  if (!dataset) return <NoSuch what="dataset" name={slug} expected="the name of a dataset" place={LIBRARY} />
  const runs = (library.data?.runs?.nodes ?? []).filter((run) => run.dataset.slug === slug)
  const { prompts } = dataset
  return (
    <>
      <h1>{dataset.title}</h1>
      <Facts facts={[
        { name: 'name', value: dataset.slug }, { name: 'prompts', value: count(dataset.promptCount) }, { name: 'format', value: dataset.format },
        { name: 'content', value: <code title={dataset.contentHash}>{dataset.contentHash.slice(0, 10)}</code> },
      ]} />
      <section className="card" aria-label="Runs"><h2>Runs</h2><RunsTable runs={runs} /></section>
      <section className="card" aria-label="Prompts">
        <h2>Prompts</h2>
        <Search label="Find in the prompts" value={find} onSearch={(wanted) => change({ find: wanted, after: '' })} />
        <div className="table-frame">
          <table className="list">
            <thead><tr><th scope="col" className="num">#</th><th scope="col">Prompt</th><th scope="col">Answer</th><th scope="col">About</th></tr></thead>
            <tbody>
              {prompts.nodes.map(({ id, index, text: prompt, answer, subject }) => (
                <tr key={id}>
                  <td className="num">{index}</td>
                  <td><Link href={`/?q=${encodeURIComponent(prompt)}`}>{prompt}</Link></td>
                  <td>{answer}</td>
                  <td>{subject}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {prompts.nodes.length === 0 && <p className="note">No prompt here contains “{find}”.</p>}
        <Pager page={prompts.pageInfo} isFirst={after === ''} shown={prompts.nodes.length} total={prompts.totalCount} onPage={(next) => change({ after: next })} />
        {prompts.nodes.length > 0 && (
          <CopyBar copies={tableCopies(
            { name: `tributary-${dataset.slug}`, columns: ['index', 'prompt', 'answer', 'subject'], rows: prompts.nodes.map(({ index, text: prompt, answer, subject }) => [index, prompt, answer, subject]) },
            {
              graphql: () => queryText(DatasetViewDocument, variables),
              command: () => sqlCommand(
                `SELECT p.index, p.text, p.answer, p.subject FROM prompt p JOIN dataset d ON d.id = p.dataset_id WHERE d.slug = ${sqlText(slug)}${find === '' ? '' : ` AND p.text ILIKE ${sqlText(`%${likeText(find)}%`)}`} ORDER BY p.index`,
              ),
            },
          )} />
        )}
      </section>
    </>
  )
}
