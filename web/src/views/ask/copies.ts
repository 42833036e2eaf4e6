/** The parts of an answer that can be copied. */
import type { DocumentNode } from 'graphql'
import { AnswerDocument, ComparisonDocument, FeatureSharesDocument, StrongestDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText, queryTexts } from '../../export/graphql-text.ts'
import { stackedSvg, standaloneSvg, titleSvg } from '../../export/picture.ts'
import type { Copies } from '../../ui/copy-bar.tsx'
import { type Answer, ANSWER_COLUMNS, answerRows } from './answer.ts'
import { type Compared, contrastFlags, contrastInputs, type Difference, differencesOf, type Questions } from './contrast.ts'
import { flagsOf, inputsOf, type Question } from './question.ts'

interface Taken {
  /** One, or one for each kind of sublayer. */
  answers: readonly [Answer, ...Answer[]]
  question: Question
  svg: () => string
}

const DOCUMENTS = { neuron: StrongestDocument, feature: FeatureSharesDocument } as const

const documentOf = ({ by }: Question) => (by in DOCUMENTS ? DOCUMENTS[by as keyof typeof DOCUMENTS] : AnswerDocument)

/** The same query about each input, in one operation. */
export function queriesOf(document: DocumentNode, inputs: readonly object[]): string {
  const variables = inputs.map((input) => ({ input }))
  return variables.length === 1 ? queryText(document, variables[0]!) : queryTexts(document, variables)
}

const together = <T>(answers: readonly [T, ...T[]]): T | readonly T[] => (answers.length === 1 ? answers[0] : answers)

export const copiesOf = ({ answers, question, svg }: Taken): Copies => ({
  name: `tributary-${question.by}-${answers[0].key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(ANSWER_COLUMNS, answers.flatMap(answerRows)),
  json: () => together(answers),
  graphql: () => queriesOf(documentOf(question), inputsOf(question)),
  command: () => flagsOf(question).map((flags) => commandLine('attribute', flags)).join('\n'),
})

const DIFFERENCE_COLUMNS = ['kind', 'layer', 'index', 'label', 'first', 'second', 'difference'] as const

export const differencesCsv = (differences: readonly Difference[]): string =>
  csvOf(DIFFERENCE_COLUMNS, differences.map(({ kind, layer, index, label, first, second, difference }) => [kind, layer, index, label, first, second, difference]))

interface TakenFromTwo {
  questions: Questions
  /** One, or one for each kind of sublayer. */
  compared: readonly [Compared, ...Compared[]]
  svg: () => string
}

/** Of two prompts under one question. Each command lists every component. */
export const comparedCopies = ({ questions, compared, svg }: TakenFromTwo): Copies => ({
  name: `tributary-${questions[0].by}-compared-${compared[0].first?.key.slice(0, 8) ?? ''}`,
  svg,
  csv: () => differencesCsv(compared.flatMap(differencesOf)),
  json: () => together(compared),
  graphql: () => queriesOf(ComparisonDocument, contrastInputs(questions, [])),
  command: () => contrastFlags(questions, [], Math.max(...compared.map(({ totalCount }) => totalCount))).map((flags) => commandLine('attribute', flags)).join('\n'),
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
