/**
 * Appendix C.1.1: how a fact of CounterFact is asked. `plain` is the fact's own wording, which the next token
 * completes. `question` is the paper's template, with the information, if there is some, before the question.
 */
import type { ExperimentRecord } from './experiment.ts'

export const templates = ['plain', 'question'] as const
export type Template = (typeof templates)[number]

const QUESTION_HEAD = 'According to the given information and your knowledge, answer the question.'

interface Fact {
  /** The wording of the fact up to its answer. */
  prompt: string
  /** A statement that comes before the question. */
  information?: string
}

export function factAsked({ prompt, information }: Fact, template: Template): string {
  if (template === 'plain') return information === undefined ? prompt : `${information} ${prompt}`
  return [
    QUESTION_HEAD,
    ...(information === undefined ? [] : [`Information: ${information}`]),
    `Question: ${prompt}`,
    'The answer is:',
  ].join('\n')
}

/** Records whose prompts are asked by the template. */
export const recordsAsked = (records: readonly ExperimentRecord[], template: Template): readonly ExperimentRecord[] =>
  template === 'plain' ? records : records.map((record) => ({ ...record, text: factAsked({ prompt: record.text }, template) }))
