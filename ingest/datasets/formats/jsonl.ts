/** The general form, for everyone's own prompts: `{prompt | text, answer? | target?, subject?, …}`. */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const optional = filled.nullish()
const rest = { answer: optional, target: optional, subject: optional }

const promptOf = (raw: { answer?: string | null; target?: string | null; subject?: string | null }, text: string) => ({
  text,
  answer: raw.answer ?? raw.target ?? null,
  subject: raw.subject ?? null,
})
const used = ['answer', 'target', 'subject']

const byPrompt = z
  .looseObject({ prompt: filled, ...rest })
  .transform((raw) => [{ ...promptOf(raw, raw.prompt), extra: otherFields(raw, [...used, 'prompt']) }])
const byText = z
  .looseObject({ text: filled, ...rest })
  .transform((raw) => [{ ...promptOf(raw, raw.text), extra: otherFields(raw, [...used, 'text']) }])

export const jsonl: DatasetFormat = {
  name: 'jsonl',
  fields: 'prompt or text, and perhaps answer or target, subject',
  recognises: (keys) => keys.has('prompt') || keys.has('text'),
  schemaFor: (keys) => (keys.has('text') && !keys.has('prompt') ? byText : byPrompt),
}
