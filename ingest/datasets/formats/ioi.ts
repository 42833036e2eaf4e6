/**
 * Indirect object identification: "Mary and John … John gave a drink to" → Mary. Published with `target_token`, or with
 * the names as `IO` and `S`. In the second form the text ends with the indirect object, which is the answer and not
 * part of the prompt.
 */
import { z } from 'zod'
import { otherFields } from './fields.ts'
import { filled, reader, textIn, withFound, type DatasetFormat } from './format.ts'

const record = z.looseObject({ prompt: filled, target_token: filled }).transform((raw) => [
  { text: raw.prompt, answer: raw.target_token, subject: null, extra: otherFields(raw, ['prompt', 'target_token']) },
])

const textNames = ['prompt', 'text', 'ioisentences', 'sentence'] as const

export const ioi: DatasetFormat = {
  name: 'ioi',
  fields: 'prompt, target_token; or text, IO, S',
  recognises: (fields) =>
    fields.hasExactly('prompt', 'target_token') || (fields.hasExactly('IO', 'S') && fields.hasOne(...textNames)),
  schemaFor: (fields) =>
    fields.hasExactly('prompt', 'target_token') || !fields.hasExactly('IO', 'S')
      ? record
      : reader((raw) => {
          const field = fields.find(...textNames) ?? 'text'
          const text = textIn(raw, field)
          const [io, s] = [textIn(raw, 'IO').trim(), textIn(raw, 'S').trim()]
          const extra = withFound(otherFields(raw, [field, 'IO']), { distractors: [s] })
          return [{ text: withoutEnd(text, io), answer: io, subject: null, extra }]
        }),
}

/** `text` without the word that it ends with, where that is `word`. */
function withoutEnd(text: string, word: string): string {
  const bare = text.trimEnd().replace(/[.!?]$/, '')
  const before = bare.endsWith(word) ? bare.slice(0, bare.length - word.length) : text
  return /\s$/.test(before) && before.trim() !== '' ? before.trimEnd() : text
}
