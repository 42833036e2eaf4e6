/** One experiment's report: what was asked, what the paper says, figures, and tables with their intervals. */
import { useQuery } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { ExperimentViewDocument, type ExperimentViewQuery } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import type { Cell } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { type Copies, CopyBar } from '../../ui/copy-bar.tsx'
import { isNumberOrIdOf } from '../../state/global-id.ts'
import { nameIn } from '../../state/addresses.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { NoSuch } from '../../ui/no-such.tsx'
import { score, timeAgo } from '../../ui/words.ts'
import { ProgressBar, StatusBadge } from '../library/runs-table.tsx'
import { inPaper } from './paper.ts'
import './experiments.css'

/** While it is computed. */
const LOOK_EVERY_MS = 3000

type Experiment = NonNullable<ExperimentViewQuery['experiment']>
type Section = NonNullable<Experiment['report']>['sections'][number]

export default function ExperimentView({ params }: { params: { id: string } }) {
  const name = nameIn(params.id)
  const variables = { id: name }
  const isName = isNumberOrIdOf('Experiment', name)
  const { data, error, startPolling, stopPolling } = useQuery(ExperimentViewDocument, { variables, skip: !isName })
  const isRunning = data?.experiment?.status === 'RUNNING'
  useEffect(() => {
    if (isRunning) startPolling(LOOK_EVERY_MS)
    return stopPolling
  }, [isRunning, startPolling, stopPolling])
  if (error) return <ErrorNote error={error} />
  if (isName && !data) return <p className="loading" role="status">Loading …</p>
  const experiment = data?.experiment
  if (!experiment) return <NoSuch what="experiment" name={name} expected="the number or the id of an experiment" place={{ name: 'the list of experiments', href: '/experiments' }} />
  const { report } = experiment
  const asked = { graphql: () => queryText(ExperimentViewDocument, variables), command: () => commandLine(`experiment ${experiment.name}`, flagsOf(experiment)) }
  return (
    <>
      <h1>{report?.title ?? experiment.name}</h1>
      <section className="card" aria-label="What was asked">
        <ProgressBar run={experiment} />
        <Facts facts={[
          { name: 'status', value: <StatusBadge status={experiment.status} /> },
          { name: 'done', value: `${experiment.progress.done} of ${experiment.total}` },
          { name: 'model', value: experiment.model.slug },
          { name: 'dataset', value: <Link href={`/dataset/${encodeURIComponent(experiment.dataset.slug)}`}>{experiment.dataset.slug}</Link> },
          { name: 'protocol', value: experiment.protocol },
          { name: 'seed', value: experiment.seed },
          { name: 'engine', value: experiment.engine },
          { name: 'started', value: timeAgo(experiment.startedAt), title: experiment.startedAt },
        ]} />
        {experiment.error != null && <p className="note error" role="alert">{experiment.error}</p>}
        {report && <Claims facts={report.facts} says={inPaper(experiment.name)?.says ?? null} />}
        <CopyBar copies={{ name: `tributary-experiment-${experiment.number}`, json: () => experiment, ...asked }} />
      </section>
      {report?.sections.map((section) => <ReportSection key={section.heading} section={section} asked={asked} />)}
    </>
  )
}

/** Facts that are shown above already and are therefore left out below. */
const ABOVE = new Set(['model', 'dataset', 'seed', 'engine'])

/** Options come as JSON: what is not set is left out, lists are lists. */
function optionsText(value: string): string {
  if (!value.startsWith('{')) return value
  const given = Object.entries(JSON.parse(value) as Record<string, unknown>).filter(([, each]) => each !== null)
  return given.map(([name, each]) => `${name}: ${Array.isArray(each) ? each.join(', ') : typeof each === 'object' ? JSON.stringify(each) : String(each)}`).join('; ')
}

function Claims({ facts, says }: { facts: NonNullable<Experiment['report']>['facts']; says: string | null }) {
  return (
    <table className="list claims">
      <tbody>
        {facts.filter(({ name }) => !ABOVE.has(name)).map(({ name, value }) => <tr key={name}><th scope="row">{name}</th><td>{optionsText(value)}</td></tr>)}
        {says !== null && <tr><th scope="row">the paper finds</th><td>{says}</td></tr>}
      </tbody>
    </table>
  )
}

const textOf = (value: unknown): string | null =>
  Array.isArray(value) ? value.map(String).join(',') : typeof value === 'string' || typeof value === 'number' ? String(value) : null

/** The command that asks for this experiment, with every option that it has. */
export function flagsOf({ model, dataset, protocol, seed, total, train, test, options }: Pick<Experiment, 'model' | 'dataset' | 'protocol' | 'seed' | 'total' | 'train' | 'test' | 'options'>): Record<string, string | number | null> {
  const own = options !== null && typeof options === 'object' ? Object.entries(options).map(([name, value]) => [name, textOf(value)]) : []
  return {
    model: model.slug, dataset: dataset.slug, protocol, limit: total, seed, train: train?.slug ?? null, test: test?.slug ?? null, ...Object.fromEntries(own),
  }
}

/** What asks for the experiment. */
type Asked = Pick<Copies, 'graphql' | 'command'>

function ReportSection({ section, asked }: { section: Section; asked: Asked }) {
  return (
    <section className="card" aria-label={section.heading}>
      <h2>{section.heading}</h2>
      {section.text.map((text) => <p key={text}>{text}</p>)}
      <div className="figures">{section.figures.map(({ title, svg }) => <Drawing key={title} title={title} svg={svg} asked={asked} />)}</div>
      {section.tables.map((table) => <ReportTable key={table.title} table={table} asked={asked} />)}
    </section>
  )
}

/** Shown as an image, so that nothing in the SVG can run or reach the page. */
function Drawing({ title, svg, asked }: { title: string; svg: string; asked: Asked }) {
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [svg])
  return (
    <figure className="drawing">
      {address !== '' && <img src={address} alt={title} />}
      <figcaption>{title}</figcaption>
      <CopyBar copies={{ name: title.toLowerCase().replace(/\W+/g, '-'), svg: () => svg, ...asked }} />
    </figure>
  )
}

/** Longer tables are folded: pictures come first. */
const FEW_ROWS = 14

/** Rows come as JSON: numbers, texts and nulls. */
const cellsOf = (rows: unknown): Cell[][] =>
  Array.isArray(rows) ? rows.map((row: unknown) => (Array.isArray(row) ? row.map((cell: unknown) => (typeof cell === 'number' ? cell : cell === null ? null : String(cell))) : [])) : []

function ReportTable({ table: { title, headings, rows }, asked }: { table: Section['tables'][number]; asked: Asked }) {
  const cells = cellsOf(rows)
  return (
    <details className="report-table" open={cells.length <= FEW_ROWS}>
      <summary>{title} <small className="muted">{cells.length} rows</small></summary>
      <div className="table-frame tall">
        <table className="list">
          <thead><tr>{headings.map((heading) => <th key={heading} scope="col">{heading}</th>)}</tr></thead>
          <tbody>
            {cells.map((row, at) => (
              <tr key={at}>{row.map((cell, column) => <td key={column} className={typeof cell === 'number' ? 'num' : undefined} title={typeof cell === 'number' ? String(cell) : undefined}>{typeof cell === 'number' ? (Number.isInteger(cell) ? cell : score(cell)) : cell}</td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      <CopyBar copies={tableCopies({ name: title.toLowerCase().replace(/\W+/g, '-'), columns: headings, rows: cells }, asked)} />
    </details>
  )
}
