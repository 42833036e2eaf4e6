/**
 * TruthfulQA, in three forms: with ready prompts (`prompt_init` without, `prompt_correct` with right and
 * `prompt_wrong` with misleading information: three prompts per record, told apart by `variant`), the published CSV,
 * and the multiple-choice file (`mc1_targets`). The latter two have only questions, so the prompt is the benchmark's
 * own "Q: …\nA:".
 */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const variants = ['init', 'correct', 'wrong'] as const

const withPrompts = z
  .looseObject({ prompt_init: filled, prompt_correct: filled, prompt_wrong: filled, correct_option: filled })
  .transform((raw) =>
    variants.map((variant) => ({
      text: raw[`prompt_${variant}`],
      // The right option in every variant: information may mislead, the truth stays.
      answer: raw.correct_option,
      subject: null,
      extra: { ...otherFields(raw, ['prompt_init', 'prompt_correct', 'prompt_wrong']), variant },
    })),
  )

const asQuestion = (question: string) => `Q: ${question}\nA:`

const csvRow = z.looseObject({ Question: filled, 'Best Answer': filled }).transform((raw) => [
  {
    text: asQuestion(raw.Question),
    answer: raw['Best Answer'],
    subject: null,
    extra: otherFields(raw, ['Question', 'Best Answer']),
  },
])

const label = z.union([z.literal(0), z.literal(1)])
/** `{answer: label}` as published, `{choices, labels}` as on the Hugging Face hub. */
const choices = z.union([
  z
    .object({ choices: z.array(z.string()).min(1), labels: z.array(label) })
    .refine(({ choices, labels }) => choices.length === labels.length, 'has as many choices as labels')
    .transform(({ choices, labels }) => choices.map((choice, i) => ({ choice, right: labels[i] === 1 }))),
  z
    .record(z.string(), label)
    .transform((byChoice) => Object.entries(byChoice).map(([choice, right]) => ({ choice, right: right === 1 }))),
])

const multipleChoice = z.looseObject({ question: filled, mc1_targets: choices }).transform((raw, context) => {
  const right = raw.mc1_targets.filter((choice) => choice.right)
  if (right.length !== 1) {
    context.addIssue({ code: 'custom', path: ['mc1_targets'], message: `marks ${right.length} answers as right, expected 1` })
    return z.NEVER
  }
  return [
    {
      text: asQuestion(raw.question),
      answer: right[0]?.choice ?? null,
      subject: null,
      extra: otherFields(raw, ['question']),
    },
  ]
})

export const truthfulqa: DatasetFormat = {
  name: 'truthfulqa',
  fields: 'prompt_init, prompt_correct, prompt_wrong, correct_option; or Question, Best Answer; or question, mc1_targets',
  recognises: (keys) =>
    keys.has('prompt_init') || (keys.has('Question') && keys.has('Best Answer')) || keys.has('mc1_targets'),
  schemaFor: (keys) => (keys.has('prompt_init') ? withPrompts : keys.has('Question') ? csvRow : multipleChoice),
}
