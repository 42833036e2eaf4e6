/** Known_1000 (ROME): facts that GPT-2 XL knows. */
import { z } from 'zod'
import { otherFields } from './fields.ts'
import { filled, type DatasetFormat } from './format.ts'

const record = z.looseObject({ prompt: filled, attribute: filled, subject: filled.nullish() }).transform((raw) => [
  {
    text: raw.prompt,
    answer: raw.attribute,
    subject: raw.subject ?? null,
    extra: otherFields(raw, ['prompt', 'attribute', 'subject']),
  },
])

export const known: DatasetFormat = {
  name: 'known',
  fields: 'prompt, attribute, perhaps subject',
  recognises: (fields) => fields.hasExactly('prompt', 'attribute'),
  schemaFor: () => record,
}
