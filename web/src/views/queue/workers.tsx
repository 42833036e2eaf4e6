/** Who computes: with which model and engine, how fast, and what failed there last. */
import { Link } from 'wouter'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { count, timeAgo } from '../../ui/words.ts'
import { shortId, WHOLE, type Worker } from './question.ts'

const GIBI = 1024 ** 3
const GIGA = 1e9

export function Workers({ workers }: { workers: readonly Worker[] }) {
  return (
    <section className="card" aria-label="Workers">
      <h2>Workers</h2>
      {workers.length === 0
        ? <p className="note error" role="alert">No worker is connected: nothing is computed. Start one with <code>npx tributary work</code>.</p>
        : (
          <>
            <div className="table-frame">
              <table className="list">
                <thead>
                  <tr><th scope="col">Worker</th><th scope="col">Engine</th><th scope="col">Model</th><th scope="col">Takes</th><th scope="col" className="num">Memory of a pass</th><th scope="col">Rate while it computes</th><th scope="col" className="num">Results</th><th scope="col">Last result</th><th scope="col" className="num">Failures</th><th scope="col">Last failure</th><th scope="col">Connected</th></tr>
                </thead>
                <tbody>{workers.map((worker) => <WorkerRow key={worker.id} worker={worker} />)}</tbody>
              </table>
            </div>
            <CopyBar copies={tableCopies({ name: 'tributary-workers', columns: COLUMNS, rows: workers.map(cellsOf) }, WHOLE)} />
          </>
        )}
    </section>
  )
}

function WorkerRow({ worker }: { worker: Worker }) {
  const { id, engine, model, interactiveOnly, memoryLimitBytes, results, lastResultAt, failures, lastError, connectedAt } = worker
  return (
    <tr>
      <td>{shortId(id)}</td>
      <td>{engine}</td>
      <td>{model ? <Link href={`/?model=${encodeURIComponent(model.slug)}`}>{model.slug}</Link> : <span className="muted">none yet</span>}</td>
      <td>{interactiveOnly ? 'what someone waits for' : 'everything'}</td>
      <td className="num">{(memoryLimitBytes / GIBI).toFixed(1)} GiB</td>
      <td>{rateOf(worker) ?? <span className="muted">not measured yet</span>}</td>
      <td className="num">{count(results)}</td>
      <td title={lastResultAt ?? undefined}>{lastResultAt == null ? <span className="muted">none yet</span> : timeAgo(lastResultAt)}</td>
      <td className="num">{count(failures)}</td>
      <td title={lastError?.at}>
        {lastError ? <><span className="badge wrong">{lastError.code}</span> {lastError.message} <small className="muted">{timeAgo(lastError.at)}</small></> : <span className="muted">none</span>}
      </td>
      <td title={connectedAt}>{timeAgo(connectedAt)}</td>
    </tr>
  )
}

/** As the command line says it; null before anything was measured. */
function rateOf({ resultsPerSecond, flopsPerSecond }: Worker): string | null {
  const parts = [
    ...(resultsPerSecond == null ? [] : [`${resultsPerSecond.toPrecision(3)} results/s`]),
    ...(flopsPerSecond == null ? [] : [`${(flopsPerSecond / GIGA).toPrecision(3)} GFLOP/s`]),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}

const COLUMNS = [
  'id', 'engine', 'model', 'takes', 'memoryLimitBytes', 'resultsPerSecond', 'flopsPerSecond', 'results', 'lastResultAt', 'failures',
  'lastErrorCode', 'lastError', 'lastErrorAt', 'connectedAt',
] as const

const cellsOf = ({ id, engine, model, interactiveOnly, memoryLimitBytes, resultsPerSecond, flopsPerSecond, results, lastResultAt, failures, lastError, connectedAt }: Worker) => [
  id, engine, model?.slug ?? null, interactiveOnly ? 'INTERACTIVE' : 'ALL', memoryLimitBytes, resultsPerSecond ?? null, flopsPerSecond ?? null, results,
  lastResultAt ?? null, failures, lastError?.code ?? null, lastError?.message ?? null, lastError?.at ?? null, connectedAt,
]
