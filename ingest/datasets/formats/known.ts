/** Known_1000 (ROME): facts that GPT-2 XL knows. */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const record = z.looseObject({ prompt: filled, attribute: filled, subject: filled }).transform((raw) => [
  {
    text: raw.prompt,
    answer: raw.attribute,
    subject: raw.subject,
    extra: otherFields(raw, ['prompt', 'attribute', 'subject']),
  },
])

export const known: DatasetFormat = {
  name: 'known',
  fields: 'prompt, attribute, subject',
  recognises: (keys) => keys.has('prompt') && keys.has('attribute'),
  schemaFor: () => record,
}
