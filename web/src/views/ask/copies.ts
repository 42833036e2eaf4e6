/** What of an answer can be taken along. */
import { AnswerDocument, FeatureSharesDocument, StrongestDocument } from '../../api/generated.ts'
import { commandLine } from '../../export/command-line.ts'
import { csvOf } from '../../export/csv.ts'
import { queryText } from '../../export/graphql-text.ts'
import { standaloneSvg } from '../../export/picture.ts'
import type { Copies } from '../../ui/copy-bar.tsx'
import { type Answer, ANSWER_COLUMNS, answerRows } from './answer.ts'
import { inputOf, type Question } from './question.ts'

interface Taken {
  answer: Answer
  question: Question
  svg: () => string
}

const DOCUMENTS = { neuron: StrongestDocument, feature: FeatureSharesDocument } as const

export const copiesOf = ({ answer, question, svg }: Taken): Copies => ({
  name: `tributary-${question.by}-${answer.key.slice(0, 8)}`,
  svg,
  csv: () => csvOf(ANSWER_COLUMNS, answerRows(answer)),
  json: () => answer,
  graphql: () => queryText(question.by in DOCUMENTS ? DOCUMENTS[question.by as keyof typeof DOCUMENTS] : AnswerDocument, { input: inputOf(question) }),
  command: () => commandLine('attribute', question.flags),
})

/** The first chart inside an element. */
export function chartIn(element: HTMLElement | null): string {
  const svg = element?.querySelector<SVGSVGElement>('.figure-frame svg')
  if (!svg) throw new Error('The picture is not drawn yet.')
  return standaloneSvg(svg)
}
