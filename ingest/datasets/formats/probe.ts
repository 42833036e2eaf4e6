/**
 * Labelled sentences to train probes on. There is nothing to predict, so they have no answer; the label stays in
 * `extra`.
 */
import { z } from 'zod'
import { isLosslessNumber } from '../../../src/json/number.ts'
import { otherFields } from './fields.ts'
import { filled, type DatasetFormat } from './format.ts'

const record = z
  .looseObject({ text: filled, label: z.union([z.number(), z.string(), z.boolean(), z.custom(isLosslessNumber)]) })
  .transform((raw) => [{ text: raw.text, answer: null, subject: null, extra: otherFields(raw, ['text']) }])

export const probe: DatasetFormat = {
  name: 'probe',
  fields: 'text, label',
  recognises: (fields) => fields.hasExactly('text', 'label') && !fields.hasExactly('prompt'),
  schemaFor: () => record,
}
