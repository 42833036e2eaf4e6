/**
 * Reads the right answer in the forms that public files use: texts, numbers, lists of them, and objects around them.
 */
import { z } from 'zod'
import { isLosslessNumber, type LosslessNumber } from '../../../src/json/number.ts'

export interface Answer {
  text: string
  /** Other texts that are equally right. */
  others: readonly string[]
}

/**
 * Fields that hold an answer, the surest first. Each was seen in files that people publish: CounterFact
 * (`target_true`), LAMA (`obj_label`), zsRE (`answers`), circuits' pairs (`clean_answer`), logs and tunings
 * (`completion`, `ideal`) …
 */
export const answerNames = [
  'answer', 'target', 'answers', 'targettrue', 'correctanswer', 'correctanswers', 'bestanswer', 'goldanswer',
  'expectedanswer', 'cleananswer', 'targettoken', 'targettext', 'targetword', 'targets', 'attribute', 'objlabel',
  'completion', 'continuation', 'expected', 'expectedoutput', 'expectedcompletion', 'groundtruth', 'reference',
  'ideal', 'gold', 'goldtext', 'answertext', 'correct', 'solution', 'output', 'response', 'chosen', 'possibleanswers',
  'nexttoken', 'nextword', 'lastword', 'finalword', 'obj', 'object',
] as const

/** Names that suggest an answer to a reader, in whatever form. */
export const looksLikeAnswer = (name: string): boolean =>
  /answer|target|label|gold|correct|expected|truth|solution|completion|continuation|response|output|ideal|chosen/i.test(name)

const scalar = z.union([z.string(), z.number(), z.boolean()])
const text = z.union([
  scalar.transform(String),
  z.custom<LosslessNumber>(isLosslessNumber).transform((number) => number.value),
])
const texts = z.array(text)

/** SQuAD's `{text: […]}`, Wikidata's `{str, id}`, TriviaQA's `{value, aliases}`. */
const wrapped = z.union([
  z.looseObject({ str: text }).transform(({ str }) => [str]),
  z.looseObject({ value: text, aliases: texts.optional() }).transform(({ value, aliases = [] }) => [value, ...aliases]),
  z.looseObject({ text: z.union([texts, text.transform((one) => [one])]) }).transform((object) => object.text),
])
const answer = z.union([text.transform((one) => [one]), texts, wrapped])

/**
 * null: there is no answer (null, only blanks, an empty list). undefined: there is a value of no known form. Blanks
 * around an answer are not part of it, because the tokenizer decides whether a blank precedes it.
 */
export function readAnswer(value: unknown): Answer | null | undefined {
  if (value === null || value === undefined) return null
  const read = typeof value === 'string' ? [value] : answer.safeParse(value).data
  if (!read) return undefined
  const [first, ...others] = [...new Set(read.map((each) => each.trim()))].filter((each) => each !== '')
  return first === undefined ? null : { text: first, others }
}

/** A list that is written as one text, as in tables: as JSON, or as Python prints it. null if the text is no list. */
export function listIn(value: string): string[] | null {
  if (!/^\s*\[/.test(value)) return null
  try {
    const list = texts.safeParse(JSON.parse(value))
    return list.success ? list.data : null
  } catch {
    return pythonList(value.trim())
  }
}

const PYTHON_TEXT = /\s*(?:'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")\s*(?:,|(?=['"])|$)/y

/** `['a', "b's"]`, and numpy's `['a' 'b']`. */
function pythonList(value: string): string[] | null {
  if (!value.endsWith(']')) return null
  const inside = value.slice(1, -1)
  const list: string[] = []
  PYTHON_TEXT.lastIndex = 0
  while (PYTHON_TEXT.lastIndex < inside.length) {
    const found = PYTHON_TEXT.exec(inside)
    if (!found) return null
    list.push((found[1] ?? found[2] ?? '').replace(/\\(['"\\])/g, '$1'))
  }
  return list
}
