/**
 * LAMBADA: a passage whose last word is to be guessed. The file has the whole passage; the prompt is everything but the
 * last word. Only the published form with an empty `domain` is recognised by itself. The form with `text` alone looks
 * like any file of texts, so it needs `--format lambada`.
 */
import { otherFields } from './fields.ts'
import { reader, Refused, textIn, type DatasetFormat } from './format.ts'

export const lambada: DatasetFormat = {
  name: 'lambada',
  fields: 'text that ends with the answer, and an empty domain',
  recognises: (fields, record) =>
    fields.names.length === 2 &&
    fields.hasExactly('text', 'domain') &&
    (record['domain'] === null || record['domain'] === ''),
  schemaFor: (fields) =>
    reader((raw) => {
      const field = fields.find('text', 'passage', 'sentence', 'prompt') ?? 'text'
      const words = /^([^]*\S)\s+(\S+)\s*$/.exec(textIn(raw, field))
      const [, text, answer] = words ?? []
      if (text === undefined || answer === undefined)
        throw new Refused(field, 'has one word only: nothing comes before the answer')
      return [{ text, answer, subject: null, extra: otherFields(raw, [field]) }]
    }),
}
