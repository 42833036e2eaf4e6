/** Long-range agreement (LongRA): word analogies with a distracting aside between the clue and the question. */
import { z } from 'zod'
import { otherFields } from './fields.ts'
import { filled, type DatasetFormat } from './format.ts'

const record = z.looseObject({ prompt: filled, target_token: filled, category: filled }).transform((raw) => [
  { text: raw.prompt, answer: raw.target_token, subject: null, extra: otherFields(raw, ['prompt', 'target_token']) },
])

export const longra: DatasetFormat = {
  name: 'longra',
  fields: 'prompt, target_token, category',
  recognises: (fields) => fields.hasExactly('prompt', 'target_token', 'category'),
  schemaFor: () => record,
}
