/** One example of each kind of attribution on the demo model. */
import type { Attributor } from '../../src/attribution/attributor.ts'
import { prepareQuestion, type AttributionQuestion } from '../../src/attribution/resolve.ts'
import type { AttributionResult, ComponentKind } from '../../src/attribution/result.ts'

export interface ExampleQuestion extends AttributionQuestion {
  title: string
  /** The same in words of the command line. */
  command: string
  /** How many components to show. */
  show: number
  /** Leaves out everything but this kind of component. */
  only?: ComponentKind
}

export interface Example {
  question: ExampleQuestion
  result: AttributionResult
  /** Highest first. */
  shown: { label: string; score: number }[]
}

export async function explain(attributor: Attributor, question: ExampleQuestion): Promise<Example> {
  const prepared = await prepareQuestion(question, attributor)
  const [result] = await attributor.attribute([prepared])
  if (result === undefined) throw new Error('one request has one result')
  const label = ({ kind, index, label: own }: AttributionResult['contributions'][number]['component']) => {
    return kind === 'token' ? (prepared.tokens[index]?.text.trim() ?? own) : own
  }
  const shown = result.contributions.filter(({ component }) => question.only === undefined || component.kind === question.only).map(({ component, score }) => ({ label: label(component), score }))
    .sort((a, b) => b.score - a.score).slice(0, question.show)
  return { question, result, shown }
}
