/**
 * The general form, for users' own prompts: a text, and perhaps an answer and a subject under one of the usual names.
 */
import { type ChatMessage, chatSchema } from '../../../src/tokenizer/chat.ts'
import { kindOf } from '../broken.ts'
import type { Prompt } from '../record.ts'
import { answerNames, listIn, readAnswer } from './answers.ts'
import { otherFields, type Fields, type Raw } from './fields.ts'
import { optionalText, reader, Refused, textIn, type DatasetFormat } from './format.ts'

/**
 * Fields with a text to be continued. The first two always count; the others only if there is an answer beside them.
 */
const textNames = ['prompt', 'text'] as const
const otherTextNames = [
  'input', 'inputs', 'fullprompt', 'context', 'ctx', 'prefix', 'cleanprefix', 'cleanprompt', 'clean', 'src', 'query',
  'cloze', 'sentence', 'instruction', 'statement',
] as const

/** Fields with a chat, as in files for fine-tuning; used if a record has no text of its own. */
const chatNames = ['messages', 'conversation', 'conversations'] as const

/** If one of these holds a value that cannot be read, the record is refused. Other names may hold something else. */
const sureNames: ReadonlySet<string> = new Set(['answer', 'target'])

export const jsonl: DatasetFormat = {
  name: 'jsonl',
  fields: 'prompt, text or messages, and perhaps answer or target, subject',
  recognises: (fields) =>
    fields.hasOne(...textNames) || fields.hasOne(...chatNames) || (fields.hasOne(...otherTextNames) && fields.hasOne(...answerNames)),
  schemaFor: (fields) =>
    reader((raw) => {
      const chat = fields.hasOne(...textNames) ? null : fields.find(...chatNames)
      if (chat !== null) return [chatPrompt(raw, fields, chat)]
      const text = fields.find(...textNames) ?? fields.find(...otherTextNames) ?? 'prompt'
      return [answeredPrompt(raw, fields, instructed(raw, fields) ?? { text: textIn(raw, text), used: [text] })]
    }),
}

/**
 * The last user message is the text, and an assistant message at the end is the answer. The messages before the answer
 * are kept under their field's name; `ingest --chat NAME` formats them with the model's template.
 */
function chatPrompt(raw: Raw, fields: Fields, name: string): Prompt {
  const read = chatSchema.safeParse(raw[name])
  if (!read.success) throw new Refused(name, 'is no chat; expected [{"role": "user", "content": "…"}, …]')
  const isAnswered = read.data.length > 1 && read.data.at(-1)?.role === 'assistant'
  const messages = isAnswered ? read.data.slice(0, -1) : read.data
  const last = contentOf(messages.at(-1)!)
  if (last.trim() === '') throw new Refused(name, 'ends in a message without text')
  const prompt = answeredPrompt(raw, fields, { text: last, used: [name] })
  const answer = prompt.answer ?? (isAnswered ? contentOf(read.data.at(-1)!) : null)
  return { ...prompt, answer: answer?.trim() === '' ? null : answer, extra: { ...prompt.extra, [name]: messages } }
}

const contentOf = ({ content }: ChatMessage): string => (typeof content === 'string' ? content : content.map(({ text }) => text).join(''))

/** An instruction and its input, which may be empty, as in files for fine-tuning. */
function instructed(raw: Raw, fields: Fields): { text: string; used: string[] } | null {
  const [instruction, input] = [fields.find('instruction'), fields.find('input')]
  if (instruction === null || input === null || fields.hasOne(...textNames)) return null
  const about = optionalText(raw, input)
  const text = textIn(raw, instruction)
  return { text: about === null ? text : `${text}\n${about}`, used: [instruction, input] }
}

/** Fields that may hold several answers in one text, as in tables. */
const severalNames: ReadonlySet<string> = new Set(['answers', 'correctanswers', 'possibleanswers', 'targets'])

/** A prompt with the answer and the subject that the record has under any of their names. */
export function answeredPrompt(
  raw: Raw,
  fields: Fields,
  { text, used, yesOrNo = false }: { text: string; used: readonly (string | null)[]; yesOrNo?: boolean },
): Prompt {
  const { answer, field } = findAnswer(raw, fields, used, yesOrNo)
  const subject = fields.find('subject')
  const names = [...used, field, ...spent(raw, fields)]
  return { text, answer, subject: optionalText(raw, subject), extra: otherFields(raw, names) }
}

/**
 * The first field with an answer. `field` is null if the field holds more than the answer, so that the field is kept.
 */
function findAnswer(
  raw: Raw,
  fields: Fields,
  used: readonly (string | null)[],
  yesOrNo: boolean,
): { answer: string | null; field: string | null } {
  for (const name of answerNames) {
    const field = fields.find(name)
    if (field === null || used.includes(field)) continue
    const value = raw[field]
    if (yesOrNo && typeof value === 'boolean') return { answer: value ? 'yes' : 'no', field: null }
    const read = readAnswer(severalNames.has(name) && typeof value === 'string' ? (listIn(value) ?? value) : value)
    if (read) return { answer: read.text, field: typeof value === 'string' ? field : null }
    if (read === undefined && sureNames.has(name))
      throw new Refused(field, `is ${kindOf(value)} of no known form; text, a number or a list of texts was expected`)
  }
  return { answer: null, field: null }
}

/** Fields that need not be kept: they say nothing (null, blank) or became the subject. */
const spent = (raw: Raw, fields: Fields): string[] =>
  ['answer', 'target', 'subject'].flatMap((name) => {
    const field = fields.find(name)
    const value = field === null ? undefined : raw[field]
    const isSpent = value === null || (typeof value === 'string' && (name === 'subject' || value.trim() === ''))
    return field !== null && isSpent ? [field] : []
  })
