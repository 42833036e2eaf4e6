/** The parts of an answer that can be copied. */
import { AnswerDocument, FeatureSharesDocument, StrongestDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText, queryTexts } from '../../export/graphql-text.ts'
import { stackedSvg, standaloneSvg } from '../../export/picture.ts'
import type { Copies } from '../../ui/copy-bar.tsx'
import { type Answer, ANSWER_COLUMNS, answerRows } from './answer.ts'
import { inputOf, type Question } from './question.ts'

interface Taken {
  answer: Answer
  question: Question
  svg: () => string
}

const DOCUMENTS = { neuron: StrongestDocument, feature: FeatureSharesDocument } as const

const documentOf = ({ by }: Question) => (by in DOCUMENTS ? DOCUMENTS[by as keyof typeof DOCUMENTS] : AnswerDocument)

export const copiesOf = ({ answer, question, svg }: Taken): Copies => ({
  name: `tributary-${question.by}-${answer.key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(ANSWER_COLUMNS, answerRows(answer)),
  json: () => answer,
  graphql: () => queryText(documentOf(question), { input: inputOf(question) }),
  command: () => commandLine('attribute', question.flags),
})

interface ComparedParts {
  label: string
  left: number | null
  right: number | null
}

interface Compared {
  questions: readonly [Question, Question]
  answers: readonly [Answer, Answer]
  parts: readonly ComparedParts[]
  svg: () => string
}

/** Of two prompts under one question. */
export const comparedCopies = ({ questions, answers, parts, svg }: Compared): Copies => ({
  name: `tributary-${questions[0].by}-compared-${answers[0].key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(['label', 'first', 'second', 'difference'], parts.map(({ label, left, right }) =>
    [label, left, right, left === null || right === null ? null : left - right])),
  json: () => ({ first: answers[0], second: answers[1] }),
  graphql: () => queryTexts(documentOf(questions[0]), questions.map((question) => ({ input: inputOf(question) }))),
  command: () => questions.map(({ flags }) => commandLine('attribute', flags)).join('\n'),
})

/** Every chart inside an element, under each other. */
export function chartsIn(element: HTMLElement | null): string {
  const svgs = [...(element?.querySelectorAll<SVGSVGElement>('.figure-frame svg') ?? [])]
  if (svgs.length === 0) throw new Error('The picture is not drawn yet.')
  return stackedSvg(svgs.map(standaloneSvg))
}

/** The first chart inside an element. */
export function chartIn(element: HTMLElement | null): string {
  const svg = element?.querySelector<SVGSVGElement>('.figure-frame svg')
  if (!svg) throw new Error('The picture is not drawn yet.')
  return standaloneSvg(svg)
}
