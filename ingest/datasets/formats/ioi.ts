/** Indirect object identification: "Mary and John … John gave a drink to" → Mary. */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const record = z.looseObject({ prompt: filled, target_token: filled }).transform((raw) => [
  { text: raw.prompt, answer: raw.target_token, subject: null, extra: otherFields(raw, ['prompt', 'target_token']) },
])

export const ioi: DatasetFormat = {
  name: 'ioi',
  fields: 'prompt, target_token',
  recognises: (keys) => keys.has('prompt') && keys.has('target_token'),
  schemaFor: () => record,
}
