/** The prompts of a run with what was computed of each. */
import { Link } from 'wouter'
import { RunAttributionsDocument, type RunAttributionsQuery, RunCountsDocument, type RunPartsFragment } from '../../api/generated.ts'
import { useLatest } from '../../api/use-latest.ts'
import { likeText, sqlCommand, sqlText } from '../../export/command-line.ts'
import type { Cell } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { tableCopies } from '../../export/table.ts'
import { CopyBar } from '../../ui/copy-bar.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Pager } from '../../ui/pager.tsx'
import { Search } from '../../ui/search.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { count, error as errorText, percent, score, tokenName } from '../../ui/words.ts'
import { LARGE_ERROR } from '../ask/answer.ts'
import type { RunOrder, RunState } from './run-state.ts'

interface RunPromptsProps {
  id: string
  run: RunPartsFragment
  state: RunState
  onChange(change: Partial<RunState>): void
}

/** The splits that Ask has. */
const ASK: Readonly<Record<string, string>> = { TOKEN: 'token', GROUP: 'word', HEAD: 'head', MODULE: 'module', NEURON: 'neuron', FEATURE: 'feature' }

export function RunPrompts({ id, run, state, onChange }: RunPromptsProps) {
  const { by, direction, show, find, after } = state
  const variables = {
    where: { run: id, ...(find !== '' && { containing: find }), ...(show !== 'all' && { correct: show === 'right' }) }, orderBy: { by, direction }, after: after || null,
  }
  const { data, error, loading } = useLatest(RunAttributionsDocument, variables)
  const found = data?.attributions
  const sort = (field: RunOrder) => onChange({ by: field, direction: by === field && direction === 'DESC' ? 'ASC' : 'DESC', after: '' })
  const head = (field: RunOrder, name: string) => (
    <th scope="col" className="num" aria-sort={by === field ? (direction === 'DESC' ? 'descending' : 'ascending') : undefined}>
      <button type="button" onClick={() => sort(field)}>{name}{by === field ? (direction === 'DESC' ? ' ↓' : ' ↑') : ''}</button>
    </th>
  )
  return (
    <section className="card" aria-label="Prompts" aria-busy={loading}>
      <h2>Prompts</h2>
      <div className="row">
        <Search label="Find in the prompts" value={find} onSearch={(wanted) => onChange({ find: wanted, after: '' })} />
        <RightAndWrong id={id} show={show} onShow={(next) => onChange({ show: next, after: '' })} />
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {found && (
        <>
          <div className="table-frame">
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">Prompt</th><th scope="col">Answer</th><th scope="col">It says</th>
                  {head('EXPECTED_RANK', 'Rank of the answer')}<th scope="col">Target</th>
                  {head('PROBABILITY', 'Probability')}{head('VALUE', 'Value')}{head('COMPLETENESS_ERROR', 'Error of the sum')}<th scope="col" className="num">Tokens</th>
                </tr>
              </thead>
              <tbody>
                {found.nodes.map((each) => {
                  const { id: key, target, prediction, sequence, completenessError } = each
                  const prompt = promptOf(each)
                  const text = prompt?.text ?? sequence.text ?? ''
                  return (
                    <tr key={key}>
                      <td><Link href={askAddress(run, text, target.tokenId)}>{text}</Link></td>
                      <td>{prompt?.answer}</td>
                      <td>
                        {prediction && <span title={percent(prediction.probability)}>{tokenName(prediction.text ?? `#${prediction.tokenId}`)} </span>}
                        <Verdict right={prediction?.correct ?? null} />
                      </td>
                      <td className="num">{prediction?.expected?.rank}</td>
                      <td>{tokenName(target.text ?? `#${target.tokenId}`)}</td>
                      <td className="num">{target.probability == null ? '' : percent(target.probability)}</td>
                      <td className="num">{score(target.value)}</td>
                      <td className={`num ${completenessError > LARGE_ERROR ? 'bad' : ''}`}>{errorText(completenessError)}</td>
                      <td className="num">{sequence.tokenCount}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
          {found.nodes.length === 0 && <p className="note">{find !== '' ? `No prompt of this run contains “${find}”.` : show !== 'all' ? `The model gets none of them ${show}.` : 'Nothing is computed yet.'}</p>}
          <Pager page={found.pageInfo} isFirst={after === ''} shown={found.nodes.length} total={found.totalCount} onPage={(next) => onChange({ after: next })} />
          {found.nodes.length > 0 && (
            <CopyBar copies={tableCopies(
              { name: `tributary-run-${run.number}`, columns: COLUMNS, rows: found.nodes.map(rowOf) },
              { graphql: () => queryText(RunAttributionsDocument, variables), command: () => runCommand(run, state) },
            )} />
          )}
        </>
      )}
    </section>
  )
}

type Found = NonNullable<RunAttributionsQuery['attributions']>['nodes'][number]

const promptOf = ({ prompts }: Found) => prompts.find(({ answer }) => answer !== null) ?? prompts[0]

const COLUMNS = ['prompt', 'answer', 'says', 'right', 'rankOfAnswer', 'target', 'probability', 'value', 'completenessError', 'tokens'] as const

const rowOf = (found: Found): Cell[] => {
  const { target, prediction, sequence, completenessError } = found
  const prompt = promptOf(found)
  const right = prediction?.correct ?? null
  return [
    prompt?.text ?? sequence.text ?? null, prompt?.answer ?? null, prediction?.text ?? null, right === null ? null : right ? 'right' : 'wrong', prediction?.expected?.rank ?? null,
    target.text ?? null, target.probability ?? null, target.value, completenessError, sequence.tokenCount,
  ]
}

/** What the list can be ordered by, in SQL. */
const ORDER_COLUMNS: Readonly<Record<RunOrder, string>> = {
  PROBABILITY: 'target_probability', VALUE: 'target_value', COMPLETENESS_ERROR: 'completeness_error', CREATED: 'created_at',
  EXPECTED_RANK: 'expected_rank', EXPECTED_PROBABILITY: 'expected_probability',
}

/** The same list in the same order, with all of its prompts, not only those of the page. */
function runCommand({ number }: RunPartsFragment, { by, direction, show, find }: RunState): string {
  const order = ORDER_COLUMNS[by]
  const conditions = [
    `run_id = ${number}`, `${order} IS NOT NULL`,
    ...(show === 'all' ? [] : [show === 'right' ? 'correct' : 'NOT correct']),
    ...(find === '' ? [] : [`prompt ILIKE ${sqlText(`%${likeText(find)}%`)}`]),
  ]
  return sqlCommand(
    'SELECT prompt, answer, predicted, correct, expected_rank, target, target_probability, target_value, completeness_error, token_count ' +
      `FROM run_result WHERE ${conditions.join(' AND ')} ORDER BY ${order} ${direction}`,
  )
}

const Verdict = ({ right }: { right: boolean | null }) =>
  right === null ? null : <span className={right ? 'badge good' : 'badge wrong'}>{right ? 'right' : 'wrong'}</span>

const SHOWN = [{ value: 'all', name: 'All' }, { value: 'right', name: 'Right' }, { value: 'wrong', name: 'Wrong' }] as const

/** How many the model gets right, as it was stored with every result; nothing where nothing was expected. */
function RightAndWrong({ id, show, onShow }: { id: string; show: RunState['show']; onShow(show: RunState['show']): void }) {
  const { data } = useLatest(RunCountsDocument, { right: { run: id, correct: true }, wrong: { run: id, correct: false } })
  const right = data?.right?.totalCount ?? 0
  const wrong = data?.wrong?.totalCount ?? 0
  if (right + wrong === 0) return null
  return (
    <div className="row end">
      <span className="muted">{count(right)} of {count(right + wrong)} right ({percent(right / (right + wrong))})</span>
      <Tabs label="Which prompts" options={SHOWN} value={show} onChange={onShow} />
    </div>
  )
}

function askAddress({ model, partitionKind }: RunPartsFragment, text: string, tokenId: number | null): string {
  const state = new URLSearchParams({ model: model.slug, q: text })
  const by = ASK[partitionKind]
  if (by !== undefined && by !== 'token') state.set('by', by)
  if (tokenId !== null) state.set('target', `#${tokenId}`)
  return `/?${state}`
}
