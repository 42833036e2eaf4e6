/** One run: how far it has come, what it says on average, and every prompt, sorted and searched by the database. */
import { useQuery, useSubscription } from '@apollo/client/react'
import { Link } from 'wouter'
import { RunProgressDocument, RunViewDocument } from '../../api/generated.ts'
import { sqlCommand } from '../../export/command-line.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { nameIn } from '../../state/addresses.ts'
import { isNumberOrIdOf } from '../../state/global-id.ts'
import { useViewState } from '../../state/view-state.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { LIBRARY, NoSuch } from '../../ui/no-such.tsx'
import { timeAgo } from '../../ui/words.ts'
import { optionsText, ProgressBar, StatusBadge } from '../library/runs-table.tsx'
import { Means } from './means.tsx'
import { RunPrompts } from './run-prompts.tsx'
import { runParts } from './run-state.ts'

export default function RunView({ params }: { params: { id: string } }) {
  const name = nameIn(params.id)
  const isName = isNumberOrIdOf('Run', name)
  const [state, change] = useViewState(runParts)
  const { data, error } = useQuery(RunViewDocument, { variables: { id: name }, skip: !isName })
  const run = data?.run
  const id = run?.id ?? ''
  // What comes is about the same run, and changes it in the cache.
  const live = useSubscription(RunProgressDocument, { variables: { id }, skip: run?.status !== 'RUNNING' })
  if (error) return <ErrorNote error={error} />
  if (isName && !data) return <p className="loading" role="status">Loading …</p>
  if (!run) return <NoSuch what="run" name={name} expected="the number or the id of a run" place={LIBRARY} />
  return (
    <>
      <h1>{run.dataset.slug} through {run.model.slug}</h1>
      <p className="muted">{optionsText(run)}</p>
      <section className="card" aria-label="Progress">
        <ProgressBar run={run} />
        <Facts facts={[
          { name: 'status', value: <StatusBadge status={run.status} /> },
          { name: 'done', value: `${run.progress.done} of ${run.total}` },
          { name: 'failed', value: run.progress.failed, bad: run.progress.failed > 0 },
          { name: 'pending', value: run.progress.pending },
          { name: 'started', value: timeAgo(run.startedAt), title: run.startedAt },
          run.finishedAt != null && { name: 'finished', value: timeAgo(run.finishedAt), title: run.finishedAt },
          { name: 'dataset', value: <Link href={`/dataset/${encodeURIComponent(run.dataset.slug)}`}>{run.dataset.slug}</Link> },
        ]} />
        {run.error != null && <p className="note error">{run.error}</p>}
        {live.error ? <ErrorNote error={live.error} /> : null}
        {run.failures.nodes.length > 0 && (
          <details>
            <summary>{run.failures.totalCount} failed, and why</summary>
            <div className="table-frame">
              <table className="list">
                <thead><tr><th scope="col" className="num">#</th><th scope="col">Prompt</th><th scope="col">Reason</th></tr></thead>
                <tbody>{run.failures.nodes.map(({ prompt, error: reason }) => <tr key={prompt.id}><td className="num">{prompt.index}</td><td>{prompt.text}</td><td className="bad">{reason}</td></tr>)}</tbody>
              </table>
            </div>
            <CopyBar copies={tableCopies(
              {
                name: `tributary-run-${run.number}-failures`,
                columns: ['index', 'prompt', 'error'],
                rows: run.failures.nodes.map(({ prompt, error: reason }) => [prompt.index, prompt.text, reason]),
              },
              { graphql: () => queryText(RunViewDocument, { id }), command: () => sqlCommand(failuresOf(run.number)) },
            )} />
          </details>
        )}
      </section>
      <Means id={id} number={run.number} kind={run.partitionKind} total={run.total} />
      <RunPrompts id={id} run={run} state={state} onChange={change} />
    </>
  )
}

const failuresOf = (number: number): string =>
  `SELECT p.index, p.text, i.error FROM run_item i JOIN prompt p ON p.id = i.prompt_id WHERE i.run_id = ${number} AND i.status = 'failed' ORDER BY p.index`
