/**
 * CounterFact, in three forms: the components form (one prompt), the multilingual form (one prompt per language) and
 * ROME's original (`requested_rewrite`: the fact with the subject filled in; its paraphrases and neighbours are other
 * prompts of other tasks and are left out).
 */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const components = z.looseObject({ prompt: filled, answer: filled, subject: filled }).transform((raw) => [
  { text: raw.prompt, answer: raw.answer, subject: raw.subject, extra: otherFields(raw, ['prompt', 'answer', 'subject']) },
])

const translation = z.looseObject({ prompt: filled, answer: filled })
const caseId = z.union([z.number(), z.string()])

/** The English wording is the one the others were translated from. */
const ORIGINAL_LANGUAGE = 'English'

const multilingual = z
  .object({ case_id: caseId, original: translation })
  .catchall(translation)
  .transform(({ case_id, original, ...translations }) =>
    Object.entries({ [ORIGINAL_LANGUAGE]: original, ...translations }).map(([language, { prompt, answer }]) => ({
      text: prompt,
      answer,
      subject: null,
      extra: { case_id, language },
    })),
  )

const object = z.looseObject({ str: filled })

const rome = z
  .looseObject({
    case_id: caseId,
    requested_rewrite: z.looseObject({
      prompt: filled.refine((text) => text.includes('{}'), 'has no {} where the subject goes'),
      subject: filled,
      target_true: object,
      target_new: object,
      relation_id: z.string().optional(),
    }),
  })
  .transform(({ case_id, requested_rewrite: rewrite }) => [
    {
      // A function, because a subject may hold `$&` and the like.
      text: rewrite.prompt.replace('{}', () => rewrite.subject),
      answer: rewrite.target_true.str,
      subject: rewrite.subject,
      extra: { case_id, relation_id: rewrite.relation_id ?? null, target_new: rewrite.target_new.str },
    },
  ])

export const counterfact: DatasetFormat = {
  name: 'counterfact',
  fields: 'case_id with prompt, answer, subject; or one {prompt, answer} per language; or requested_rewrite',
  recognises: (keys) =>
    keys.has('requested_rewrite') ||
    (keys.has('case_id') && (keys.has('original') || ['prompt', 'answer', 'subject'].every((key) => keys.has(key)))),
  schemaFor: (keys) => (keys.has('requested_rewrite') ? rome : keys.has('original') ? multilingual : components),
}
