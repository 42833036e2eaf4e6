/** Labelled sentences that probes are trained on: nothing to predict, so no answer; the label stays in `extra`. */
import { z } from 'zod'
import { filled, otherFields, type DatasetFormat } from './format.ts'

const record = z
  .looseObject({ text: filled, label: z.union([z.number(), z.string(), z.boolean()]) })
  .transform((raw) => [{ text: raw.text, answer: null, subject: null, extra: otherFields(raw, ['text']) }])

export const probe: DatasetFormat = {
  name: 'probe',
  fields: 'text, label',
  recognises: (keys) => keys.has('text') && keys.has('label') && !keys.has('prompt'),
  schemaFor: () => record,
}
