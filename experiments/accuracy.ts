/** Whether a model can do a task at all. Numbers about prompts that it does not answer say nothing about the method. */
import { row, type ExperimentModel, type Row } from './experiment.ts'
import { predict, type Said } from './predict.ts'
import type { Prompt, promptsOf } from './prompts.ts'
import { LEFT_OUT } from './report/report.ts'

/** The metric by which every experiment says whether the model's first choice is the answer's first token. */
export const ANSWERED = 'answered'
/** The name of the model itself where rows have a method. */
export const MODEL = 'model'

/** With a smaller share of right answers an experiment refuses to report. */
const LEAST_ACCURACY = 0.1

export interface Answered {
  said: Said
  prompt: Prompt
  right: boolean
}

/** What the model answers to each prompt, and the rows that record it. */
export async function answersTo(
  { prompts, left }: Awaited<ReturnType<typeof promptsOf>>, model: ExperimentModel,
): Promise<{ answers: Answered[]; rows: Row[] }> {
  const said = await predict(prompts, model)
  const answers = prompts.map((prompt, p) => ({ prompt, said: said[p]!, right: said[p]!.next === prompt.target }))
  return {
    answers,
    rows: [
      ...answers.flatMap(({ prompt: { record, target }, said: { probability }, right }) => [
        row({ record: record.index, method: MODEL, metric: ANSWERED, value: right ? 1 : 0, text: model.tokenizer.tokenText(target) }),
        row({ record: record.index, method: MODEL, metric: 'probability', value: probability }),
      ]),
      ...left.map(({ record, reason }) => row({ record: record.index, method: MODEL, metric: LEFT_OUT, text: reason })),
    ],
  }
}

export interface Accuracy {
  right: number
  of: number
}

export function accuracyOf(rows: readonly Row[]): Accuracy {
  const told = rows.filter(({ method, metric }) => method === MODEL && metric === ANSWERED)
  return { right: told.filter(({ value }) => value === 1).length, of: told.length }
}

export const saysAccuracy = ({ right, of }: Accuracy): string =>
  `${right} of ${of} prompts${of === 0 ? '' : ` (${((100 * right) / of).toFixed(1)} %)`}`

/** One sentence with the accuracy if it is too small; null if it is not. */
export function refusalOf(rows: readonly Row[]): string | null {
  const accuracy = accuracyOf(rows)
  if (accuracy.of > 0 && accuracy.right >= Math.max(1, LEAST_ACCURACY * accuracy.of)) return null
  return `The model's first choice is the answer in ${saysAccuracy(accuracy)}, and the experiment needs ` +
    `${100 * LEAST_ACCURACY} % at least; take a model that can do the task, or a dataset that this one can.`
}
