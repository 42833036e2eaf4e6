/**
 * TruthfulQA, in four forms. The first has ready prompts, three per record, told apart by `variant`: `prompt_init`
 * without information, `prompt_correct` with right and `prompt_wrong` with misleading information. The others are the
 * published CSV, the hub's `generation` files (the CSV's columns in small letters), and multiple choice (`mc1_targets`
 * with one right answer, or `mc2_targets` alone with several). These have only questions, so the prompt is the
 * benchmark's own "Q: …\nA:".
 */
import { z } from 'zod'
import { otherFields } from './fields.ts'
import { asQuestion, filled, type DatasetFormat } from './format.ts'

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

const csvRow = z.looseObject({ Question: filled, 'Best Answer': filled }).transform((raw) => [
  {
    text: asQuestion(raw.Question),
    answer: raw['Best Answer'],
    subject: null,
    extra: otherFields(raw, ['Question', 'Best Answer']),
  },
])

const generation = z
  .looseObject({ question: filled, best_answer: filled })
  .transform((raw) => [
    {
      text: asQuestion(raw.question),
      answer: raw.best_answer,
      subject: null,
      extra: otherFields(raw, ['question', 'best_answer']),
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
    context.addIssue({
      code: 'custom',
      path: ['mc1_targets'],
      message: `marks ${right.length} answers as right, expected 1`,
    })
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

const severalRight = z.looseObject({ question: filled, mc2_targets: choices }).transform((raw, context) => {
  const [first] = raw.mc2_targets.filter((choice) => choice.right)
  if (!first) {
    context.addIssue({ code: 'custom', path: ['mc2_targets'], message: 'marks no answer as right' })
    return z.NEVER
  }
  return [
    { text: asQuestion(raw.question), answer: first.choice, subject: null, extra: otherFields(raw, ['question']) },
  ]
})

export const truthfulqa: DatasetFormat = {
  name: 'truthfulqa',
  fields:
    'prompt_init, prompt_correct, prompt_wrong, correct_option; or Question, Best Answer; or question, mc1_targets',
  recognises: (fields) =>
    fields.hasExactly('prompt_init') ||
    fields.hasExactly('Question', 'Best Answer') ||
    fields.hasExactly('question', 'best_answer') ||
    (fields.hasExactly('question') && (fields.hasExactly('mc1_targets') || fields.hasExactly('mc2_targets'))),
  schemaFor: (fields) => {
    if (fields.hasExactly('prompt_init')) return withPrompts
    if (fields.hasExactly('Question')) return csvRow
    if (fields.hasExactly('mc1_targets')) return multipleChoice
    return fields.hasExactly('mc2_targets')
      ? severalRight
      : fields.hasExactly('best_answer')
        ? generation
        : multipleChoice
  },
}
