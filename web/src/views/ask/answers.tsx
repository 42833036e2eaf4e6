/** The answer to what is asked, by whatever it was split. */
import { type ReactNode, useDeferredValue, useMemo } from 'react'
import type { How } from '../../state/view-state.ts'
import { percent, score } from '../../ui/words.ts'
import { AnswerCard } from './answer-card.tsx'
import { type Answer, type Asked, targetName, useAnswer } from './answer.ts'
import { GridComparison, TokenComparison } from './comparison.tsx'
import { useCompared } from './compared.ts'
import type { Compared, Questions } from './contrast.ts'
import { ContrastAnswer } from './contrast-answer.tsx'
import type { Search } from './find-box.tsx'
import { FeatureAnswer } from './feature-answer.tsx'
import { GridAnswer } from './grid-answer.tsx'
import { NeuronAnswer } from './neuron-answer.tsx'
import { OwnTargets } from './own-targets.tsx'
import { type AskState, inputsOf, type Question, questionOf } from './question.ts'
import { TokenAnswer } from './token-answer.tsx'
import { Warnings } from './warnings.tsx'

const DETAILS = { neuron: 'strongest', feature: 'features' } as const

/** One or two, as many as there are inputs. */
function useAnswers(question: Question) {
  const [input = null, other = null] = inputsOf(question)
  const detail = question.by in DETAILS ? DETAILS[question.by as keyof typeof DETAILS] : 'all'
  const first = useAnswer(input, detail)
  const second = useAnswer(other)
  const wanted = other ? [first, second] : [first]
  return {
    wanted,
    answers: wanted.flatMap(({ answer }) => (answer ? [answer] : [])),
    isComplete: wanted.every(({ answer }) => answer !== null),
  }
}

const errorOf = (asked: readonly Asked[]): unknown => asked.find(({ error }) => error)?.error

interface AnswersProps {
  state: AskState
  /** For a split by feature: the feature sets, each with an answer of its own. */
  sets: readonly string[]
  layers: number
  onPick(pick: number | null, how?: How): void
  onFind: Search['onFind']
}

export function Answers({ state, sets, ...looks }: AnswersProps) {
  if (state.by !== 'feature') return <AskedAnswers state={state} set="" {...looks} />
  return (
    <>
      {sets.map((set) => (
        <AskedAnswers key={set} state={state} set={set} {...looks} />
      ))}
    </>
  )
}

interface AskedProps {
  state: AskState
  set: string
  layers: number
  onPick(pick: number | null, how?: How): void
  onFind: Search['onFind']
}

function AskedAnswers({ state, set, layers, onPick, onFind }: AskedProps) {
  const search = { find: state.find, onFind }
  const left = useSame(questionOf(state, state.q, set))
  const right = useSame(questionOf(state, state.other, set))
  if (state.other === '') {
    return (
      <OneAnswer
        label="Answer"
        question={left}
        layers={layers}
        pick={state.pick}
        onPick={onPick}
        search={search}
        head={(answer) => <Headline answer={answer} set={set} />}
      />
    )
  }
  // Too many parts to draw them all: the server is asked for those that differ.
  return left.by in DETAILS ? <ContrastAnswer key={left.by} questions={[left, right]} search={search} /> : <ComparedAnswer questions={[left, right]} layers={layers} pick={state.pick} onPick={onPick} />
}

/** The same object as long as it says the same, so that what was drawn from it stays when a token is chosen. */
function useSame(question: Question): Question {
  const said = JSON.stringify(question)
  return useMemo(() => JSON.parse(said) as Question, [said])
}

interface OneAnswerProps {
  label: string
  question: Question
  layers: number
  pick: number | null
  onPick(pick: number | null, how?: How): void
  search: Search
  head?(answer: Answer): ReactNode
}

/** One question's answer, or the note that is shown while it is computed or if it failed. */
export function OneAnswer({ label, question, layers, pick, onPick, search, head }: OneAnswerProps) {
  const { wanted, answers, isComplete } = useAnswers(question)
  // Deferred, so that the page stays responsive while a long text is drawn.
  const [answer, ...more] = useDeferredValue(answers)
  const error = errorOf(wanted)
  const isLoading = wanted.some(({ loading }) => loading)
  return (
    <AnswerCard label={label} error={error} isLoading={isLoading}>
      {answer && isComplete && isOf(answer, question) && (
        <>
          {head?.(answer)}
          {question.by === 'neuron' && <NeuronAnswer answer={answer} question={question} search={search} />}
          {question.by === 'feature' && <FeatureAnswer answer={answer} question={question} search={search} />}
          {(question.by === 'head' || question.by === 'module') && (
            <GridAnswer answers={[answer, ...more]} question={question} />
          )}
          {(question.by === 'token' || question.by === 'word') && (
            <TokenAnswer answer={answer} question={question} layers={layers} pick={pick} onPick={onPick} />
          )}
        </>
      )}
    </AnswerCard>
  )
}

const KINDS = {
  token: 'TOKEN',
  word: 'GROUP',
  head: 'HEAD',
  module: 'MODULE',
  neuron: 'NEURON',
  feature: 'FEATURE',
} as const

/** Whether an answer belongs to the question. While another split is computed, the last answer is still here. */
const isOf = (answer: Answer, { by }: Question): boolean => answer.partitionKind === KINDS[by]

interface ComparedProps {
  questions: Questions
  layers: number
  pick: number | null
  onPick(pick: number | null, how?: How): void
}

function ComparedAnswer({ questions, ...looks }: ComparedProps) {
  const { compared: [first, ...more], error, loading } = useCompared(questions)
  return (
    <AnswerCard label="Answer" error={error} isLoading={loading}>
      {first?.first?.partitionKind === KINDS[questions[0].by] && <Comparison questions={questions} compared={[first, ...more]} {...looks} />}
    </AnswerCard>
  )
}

interface ComparisonProps extends ComparedProps {
  compared: readonly [Compared, ...Compared[]]
}

function Comparison({ questions, compared, ...looks }: ComparisonProps) {
  const [first] = compared
  const { by } = questions[0]
  return (
    <>
      <Warnings of={[first.first, first.second]} />
      <OwnTargets names={[first.first, first.second].map((side) => (side ? targetName(side) : '–'))} />
      {by === 'token' || by === 'word'
        ? <TokenComparison questions={questions} compared={first} {...looks} />
        : <GridComparison questions={questions} compared={compared} columnLabel={by === 'head' ? 'head' : 'sublayer'} />}
    </>
  )
}

function Headline({ answer, set }: { answer: Answer; set: string }) {
  const { target, sequence } = answer
  const before = sequence.tokens[target.position]?.text
  const isFeature = target.type === 'FEATURE'
  return (
    <>
      <h2 className="headline">
        {isFeature ? 'What made it fire: ' : 'What made it say '}
        <mark>{targetName(answer)}</mark>
        <small className="muted">
          {isFeature ? 'pre-activation' : target.minusTokenId == null ? 'logit' : 'difference'} {score(target.value)}
          {target.activation != null &&
            (target.activation === 0 ? ', does not fire' : `, activation ${score(target.activation)}`)}
          {target.probability != null && `, ${percent(target.probability)}`}
          {before !== undefined && ` at position ${target.position}, ${isFeature ? 'on' : 'after'} “${before.trim()}”`}
          {set !== '' && `, by features of ${set}`}
        </small>
      </h2>
      <Warnings of={[answer]} />
    </>
  )
}
