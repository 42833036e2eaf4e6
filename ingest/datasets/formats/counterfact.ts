/**
 * CounterFact, in five forms: the components form (one prompt), the multilingual form (one prompt per language), ROME's
 * original (`requested_rewrite`: the fact with the subject filled in; its paraphrases and neighbours are other prompts
 * of other tasks and are left out), MQuAKE's (several rewrites a record), and the flat form of counterfact-tracing (the
 * rewrite's fields in the record itself).
 */
import { z } from 'zod'
import { isLosslessNumber, type LosslessNumber } from '../../../src/json/number.ts'
import type { Prompt } from '../record.ts'
import { readAnswer } from './answers.ts'
import { Fields, otherFields, type Raw } from './fields.ts'
import { filled, optionalText, reader, Refused, textIn, type DatasetFormat } from './format.ts'

const components = z
  .looseObject({ prompt: filled, answer: filled, subject: filled })
  .transform((raw) => [
    {
      text: raw.prompt,
      answer: raw.answer,
      subject: raw.subject,
      extra: otherFields(raw, ['prompt', 'answer', 'subject']),
    },
  ])

const translation = z.looseObject({ prompt: filled, answer: filled })
const caseId = z.union([z.number(), z.string(), z.custom<LosslessNumber>(isLosslessNumber)])

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

/** The subject's place in a template. A function fills it, because a subject may hold `$&` and the like. */
function fill(raw: Raw, promptField: string, subject: string | null): string {
  const prompt = textIn(raw, promptField)
  if (!prompt.includes('{}')) return prompt
  if (subject === null) throw new Refused(promptField, 'has a {} for the subject, and the record names none')
  return prompt.replace('{}', () => subject)
}

/** A target is written as text, or as Wikidata's `{str, id}`. */
function targetIn(raw: Raw, field: string): string {
  const read = readAnswer(raw[field])
  if (read) return read.text
  throw new Refused(field, read === null ? 'is blank' : 'is neither text nor an object with "str"')
}

const WRONG = ['target_new', 'target_false'] as const

const rome = reader((raw) => {
  const rewrites = raw['requested_rewrite']
  if (!Array.isArray(rewrites)) return [rewritten(raw, rewrites, {})]
  if (rewrites.length === 0) throw new Refused('requested_rewrite', 'is empty')
  return rewrites.map((rewrite, index) => rewritten(raw, rewrite, { rewrite: index }))
})

function rewritten(record: Raw, rewrite: unknown, more: Record<string, unknown>): Prompt {
  const found = z.record(z.string(), z.unknown()).safeParse(rewrite)
  if (!found.success) throw new Refused('requested_rewrite', 'is no object')
  const raw = found.data
  try {
    const subject = textIn(raw, 'subject')
    if (!textIn(raw, 'prompt').includes('{}')) throw new Refused('prompt', 'has no {} where the subject goes')
    const wrong = WRONG.filter((name) => name in raw).map((name) => [name, targetIn(raw, name)])
    return {
      text: fill(raw, 'prompt', subject),
      answer: targetIn(raw, 'target_true'),
      subject,
      extra: {
        ...('case_id' in record && { case_id: record['case_id'] }),
        relation_id: optionalText(raw, 'relation_id'),
        ...Object.fromEntries(wrong),
        ...more,
      },
    }
  } catch (error) {
    throw error instanceof Refused
      ? new Refused('requested_rewrite', `has a "${error.field}" that ${error.why}`)
      : error
  }
}

const flat = (fields: Fields) =>
  reader((raw) => {
    const [promptField, right, subjectField] = ['prompt', 'targettrue', 'subject'].map((name) => fields.find(name))
    const subject = optionalText(raw, subjectField ?? null)
    const answer = targetIn(raw, right ?? 'target_true')
    const isText = typeof raw[right ?? 'target_true'] === 'string'
    const used = [
      promptField ?? 'prompt',
      isText ? (right ?? null) : null,
      subject === null ? null : (subjectField ?? null),
    ]
    return [{ text: fill(raw, promptField ?? 'prompt', subject), answer, subject, extra: otherFields(raw, used) }]
  })

export const counterfact: DatasetFormat = {
  name: 'counterfact',
  fields:
    'case_id with prompt, answer, subject; or one {prompt, answer} per language; or requested_rewrite; or prompt, ' +
    'target_true',
  recognises: (fields) =>
    fields.hasExactly('requested_rewrite') ||
    fields.hasExactly('case_id', 'original') ||
    fields.hasExactly('case_id', 'prompt', 'answer', 'subject') ||
    fields.has('prompt', 'targettrue'),
  schemaFor: (fields) => {
    if (fields.hasExactly('requested_rewrite')) return rome
    if (fields.hasExactly('case_id', 'original')) return multilingual
    return fields.has('targettrue') ? flat(fields) : components
  },
}
