/**
 * Questions with answers (`question`, and `answer`, `answers` …), perhaps about a passage: TriviaQA, SQuAD's records,
 * BoolQ, GSM8K, everyone's own. The prompt is "Q: …\nA:", after the passage if there is one.
 */
import type { Raw, Fields } from './fields.ts'
import { answerNames } from './answers.ts'
import { asQuestion, optionalText, reader, textIn, type DatasetFormat } from './format.ts'
import { answeredPrompt } from './jsonl.ts'

export const questionNames = ['question', 'questionstem', 'questiontext', 'query', 'goal', 'stem', 'problem'] as const
export const passageNames = [
  'context', 'passage', 'article', 'support', 'story', 'paragraph', 'background', 'ctx', 'text',
] as const

/** A question as a prompt, and the fields that are in it. */
export function questionPrompt(raw: Raw, fields: Fields): { text: string; used: (string | null)[] } {
  const question = fields.find(...questionNames) ?? 'question'
  const passage = fields.find(...passageNames)
  const asked = asQuestion(textIn(raw, question).trim())
  const about = optionalText(raw, passage)?.trim()
  return about === undefined
    ? { text: asked, used: [question] }
    : { text: `${about}\n${asked}`, used: [question, passage] }
}

export const qa: DatasetFormat = {
  name: 'qa',
  fields: 'question, and answer or answers, perhaps context',
  recognises: (fields) =>
    !fields.hasOne('prompt') && fields.hasOne('question', 'questiontext', 'problem') && fields.hasOne(...answerNames),
  schemaFor: (fields) =>
    reader((raw) => [answeredPrompt(raw, fields, { ...questionPrompt(raw, fields), yesOrNo: true })]),
}
