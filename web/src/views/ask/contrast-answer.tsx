/** Two prompts, neuron by neuron or feature by feature: the parts that differ most, with both shares. */
import { useDeferredValue, useMemo, useRef } from 'react'
import { Link } from 'wouter'
import { ContrastDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { DifferenceBars, SIDES } from '../../plot/difference-bars.tsx'
import { type Copies, CopyBar } from '../../ui/copy-bar.tsx'
import { type Fact, Facts } from '../../ui/facts.tsx'
import { count, error as errorText, score, signed } from '../../ui/words.ts'
import { AnswerCard } from './answer-card.tsx'
import { LARGE_ERROR, targetName, UNITS } from './answer.ts'
import { beyond, type Contrast, contrastFlags, contrastInputs, type Difference, differencesOf, type Questions, sumOfDifferences, useContrast } from './contrast.ts'
import { chartIn, differencesCsv, queriesOf } from './copies.ts'
import { FindBox, type Search, wantedOf } from './find-box.tsx'
import { OwnTargets } from './own-targets.tsx'
import { Warnings } from './warnings.tsx'

const SHOWN = 24

export function ContrastAnswer({ questions, search }: { questions: Questions; search: Search }) {
  const { contrast, features, error, loading } = useContrast(questions)
  return (
    <AnswerCard label="Answer" error={error} isLoading={loading}>
      {!loading && contrast && <Contrasted contrast={contrast} questions={questions} features={features} search={search} />}
    </AnswerCard>
  )
}

interface ContrastedProps {
  contrast: Contrast
  questions: Questions
  features: readonly number[]
  search: Search
}

export function Contrasted({ contrast, questions, features, search }: ContrastedProps) {
  const wanted = useDeferredValue(wantedOf(search))
  const frame = useRef<HTMLDivElement>(null)
  const all = useMemo(() => differencesOf(contrast), [contrast])
  const shown = useMemo(() => all.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, SHOWN), [all, wanted])
  const [{ by, set }] = questions
  const { first, second } = contrast
  const names = [first, second].map((side) => (side ? targetName(side) : '–'))
  return (
    <>
      <h2 className="headline">
        What makes the difference: <mark>{names[0]}</mark>
        {names[0] !== names[1] && <>{' and '}<mark>{names[1]}</mark></>}
        <small className="muted">
          first minus second {signed(contrast.value)}{set !== '' && by === 'feature' && `, by features of ${set}, each over all its positions`}
        </small>
      </h2>
      <Warnings of={[first, second]} />
      <OwnTargets names={names} />
      <FindBox search={search} placeholder={by === 'neuron' ? 'L2 or L2.N41' : 'a label or a number'}>
        {shown.length} of {count(all.length)} components, the largest difference first
      </FindBox>
      {shown.length === 0
        ? <p className="note">None of the {count(all.length)} components is called “{search.find}”.</p>
        : (
          <>
            <div ref={frame}><DifferenceBars label={`Shares of ${names[0]} in the first prompt, of ${names[1]} in the second, and their difference`} bars={shown} /></div>
            <DifferenceTable differences={shown} />
          </>
        )}
      <Beyond contrast={contrast} listed={all.length} />
      <Facts facts={factsOf(contrast)} />
      <CopyBar copies={copiesOf({ contrast, questions, features, differences: all, svg: () => chartIn(frame.current) })} />
    </>
  )
}

const shareOf = (share: number | null, absence: string): string => (share === null ? absence : signed(share))

/** The same as the chart, for those who read it row by row. */
function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  return (
    <details>
      <summary>As a table</summary>
      <div className="table-frame">
        <table className="list">
          <thead><tr><th scope="col">Component</th>{SIDES.map((side) => <th key={side} scope="col" className="num">{side}</th>)}</tr></thead>
          <tbody>
            {differences.map(({ label, href, first, second, difference, absence }) => (
              <tr key={label}>
                <td>{href === undefined ? label : <Link href={href}>{label}</Link>}</td>
                <td className="num">{shareOf(first, absence)}</td>
                <td className="num">{signed(difference)}</td>
                <td className="num">{shareOf(second, absence)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

/** What is not listed, so that nobody takes the list for everything. */
function Beyond({ contrast, listed }: { contrast: Contrast; listed: number }) {
  const others = beyond(contrast)
  return (
    <>
      {listed < contrast.totalCount && <p className="muted">{count(listed)} of {count(contrast.totalCount)} are here, the largest differences.</p>}
      {others && (
        <p className="muted">
          The other {count(others.count)} neurons are among the largest of neither prompt: their differences sum to {signed(others.sum)}, and none is larger than {score(others.most)}.
        </p>
      )}
    </>
  )
}

function factsOf(contrast: Contrast): (Fact | false)[] {
  const { first, second, value, completenessError } = contrast
  const sum = sumOfDifferences(contrast)
  const name = UNITS[first?.target.type ?? ''] ?? 'value'
  return [
    first !== null && { name: `${name}, first`, value: score(first.target.value) },
    second !== null && { name: `${name}, second`, value: score(second.target.value) },
    { name: 'first minus second', value: signed(value) },
    sum !== null && { name: first?.partitionKind === 'NEURON' ? 'differences of each layer' : 'sum of differences', value: `${score(sum)} of ${score(value)}` },
    { name: 'relative error', value: errorText(completenessError), bad: completenessError > LARGE_ERROR, title: 'The larger of both prompts; 0 is exact' },
    { name: 'components', value: [...new Set([first, second].flatMap((side) => side?.componentCount ?? []))].map(count).join(' and ') },
  ]
}

interface Taken extends Omit<ContrastedProps, 'search'> {
  differences: readonly Difference[]
  svg: () => string
}

export const copiesOf = ({ contrast, questions, features, differences, svg }: Taken): Copies => ({
  name: `tributary-${questions[0].by}-compared-${contrast.first?.key.slice(0, 8) ?? ''}`,
  svg,
  csv: () => differencesCsv(differences),
  json: () => contrast,
  graphql: () => queriesOf(ContrastDocument, contrastInputs(questions, features)),
  command: () => contrastFlags(questions, features, SHOWN).map((flags) => commandLine('attribute', flags)).join('\n'),
})
