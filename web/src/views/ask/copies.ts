/** The parts of an answer that can be copied. */
import type { DocumentNode } from 'graphql'
import { AnswerDocument, FeatureSharesDocument, StrongestDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText, queryTexts } from '../../export/graphql-text.ts'
import { stackedSvg, standaloneSvg, titleSvg } from '../../export/picture.ts'
import type { Copies } from '../../ui/copy-bar.tsx'
import { type Answer, ANSWER_COLUMNS, answerRows } from './answer.ts'
import { againstFlags, flagsOf, inputsOf, type Question } from './question.ts'

interface Taken {
  /** One, or one for each kind of sublayer. */
  answers: readonly [Answer, ...Answer[]]
  question: Question
  svg: () => string
}

const DOCUMENTS = { neuron: StrongestDocument, feature: FeatureSharesDocument } as const

const documentOf = ({ by }: Question) => (by in DOCUMENTS ? DOCUMENTS[by as keyof typeof DOCUMENTS] : AnswerDocument)

const queriesOf = (questions: readonly Question[], document: DocumentNode): string => {
  const variables = questions.flatMap(inputsOf).map((input) => ({ input }))
  return variables.length === 1 ? queryText(document, variables[0]!) : queryTexts(document, variables)
}

const commandsOf = (questions: readonly Question[]): string =>
  questions.flatMap(flagsOf).map((flags) => commandLine('attribute', flags)).join('\n')

const together = (answers: readonly Answer[]): Answer | readonly Answer[] => (answers.length === 1 ? answers[0]! : answers)

export const copiesOf = ({ answers, question, svg }: Taken): Copies => ({
  name: `tributary-${question.by}-${answers[0].key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(ANSWER_COLUMNS, answers.flatMap(answerRows)),
  json: () => together(answers),
  graphql: () => queriesOf([question], documentOf(question)),
  command: () => commandsOf([question]),
})

interface ComparedParts {
  label: string
  left: number | null
  right: number | null
}

interface Compared {
  questions: readonly [Question, Question]
  /** Of each prompt. */
  answers: readonly [Taken['answers'], Taken['answers']]
  parts: readonly ComparedParts[]
  /** Whether part by part is subtracted. */
  isSubtracted: boolean
  svg: () => string
}

/** One for each kind of sublayer; each lists every component. */
const differenceCommands = ([first, second]: Compared['questions'], answers: Taken['answers']): string =>
  flagsOf(first).map((flags, at) => commandLine('attribute', againstFlags(flags, second, answers[at]?.componentCount ?? 0))).join('\n')

/** Of two prompts under one question. */
export const comparedCopies = ({ questions, answers, parts, svg, isSubtracted }: Compared): Copies => ({
  name: `tributary-${questions[0].by}-compared-${answers[0][0].key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(['label', 'first', 'second', 'difference'], parts.map(({ label, left, right }) =>
    [label, left, right, left === null || right === null ? null : left - right])),
  json: () => ({ first: together(answers[0]), second: together(answers[1]) }),
  graphql: () => queriesOf(questions, documentOf(questions[0])),
  command: () => (isSubtracted ? differenceCommands(questions, answers[0]) : commandsOf(questions)),
})

/** Every chart inside an element, under each other, each below its name. */
export function chartsIn(element: HTMLElement | null): string {
  const svgs = [...(element?.querySelectorAll<SVGSVGElement>('.figure-frame svg') ?? [])]
  if (svgs.length === 0) throw new Error('The picture is not drawn yet.')
  return stackedSvg(svgs.flatMap((svg) => [titleSvg(svg.closest('figure')?.getAttribute('aria-label') ?? ''), standaloneSvg(svg)]))
}

/** The first chart inside an element. */
export function chartIn(element: HTMLElement | null): string {
  const svg = element?.querySelector<SVGSVGElement>('.figure-frame svg')
  if (!svg) throw new Error('The picture is not drawn yet.')
  return standaloneSvg(svg)
}
