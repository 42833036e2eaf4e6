/**
 * Minimal pairs (BLiMP, SyntaxGym and others with `sentence_good` and `sentence_bad`). The words that both share at the
 * beginning are the prompt; the words in which they differ are the right answer and the wrong one. If they differ from
 * the first word on, the good sentence's own first words are the prompt, and the word with which both go on is the
 * answer ("two prefixes" in BLiMP's terms). A pair that allows neither is kept as a text without an answer.
 */
import type { Prompt } from '../record.ts'
import { otherFields, type Fields, type Raw } from './fields.ts'
import { reader, textIn, withFound, type DatasetFormat } from './format.ts'

const good = ['sentencegood', 'goodsentence', 'goodsent', 'grammatical', 'sentgood', 'acceptable', 'good'] as const
const bad = ['sentencebad', 'badsentence', 'badsent', 'ungrammatical', 'sentbad', 'unacceptable', 'bad'] as const

export const blimp: DatasetFormat = {
  name: 'blimp',
  fields: 'sentence_good, sentence_bad',
  recognises: (fields) => fields.hasOne(...good) && fields.hasOne(...bad),
  schemaFor: (fields) => reader((raw) => [readPair(raw, fields)]),
}

function readPair(raw: Raw, fields: Fields): Prompt {
  const right = textIn(raw, fields.find(...good) ?? 'sentence_good').trim()
  const wrong = textIn(raw, fields.find(...bad) ?? 'sentence_bad').trim()
  const { text, answer, ...found } = contrast(wordsOf(right), wordsOf(wrong)) ?? { text: right, answer: null }
  // Both sentences stay among the other fields: the prompt and the answer have only parts of them.
  return { text, answer, subject: null, extra: withFound(otherFields(raw, []), found) }
}

/** The prompt that tells two sentences apart; null if there is none. */
function contrast(right: readonly string[], wrong: readonly string[]): Contrast | null {
  const before = right.findIndex((word, i) => word !== wrong[i])
  const rest = Math.min(right.length, wrong.length) - Math.max(0, before)
  let after = 0
  while (after < rest && right[right.length - 1 - after] === wrong[wrong.length - 1 - after]) after++
  if (before > 0) {
    // At least one word of each sentence remains, even if one sentence only has an additional word.
    const end = Math.min(after, rest - 1)
    const [answer, distractor] = withoutSharedMark(
      span(right, before, right.length - end),
      span(wrong, before, wrong.length - end),
    )
    return answer === '' || distractor === ''
      ? null
      : { text: span(right, 0, before), answer, distractors: [distractor] }
  }
  const [rightStart, wrongStart] = [right.length - after, wrong.length - after]
  if (before < 0 || after === 0 || rightStart === 0 || wrongStart === 0) return null
  return { text: span(right, 0, rightStart), answer: right[rightStart] ?? '', contrast: span(wrong, 0, wrongStart) }
}

interface Contrast {
  text: string
  answer: string
  /** What the other sentence has in the answer's place. */
  distractors?: readonly string[]
  /** What the other sentence has in the prompt's place. */
  contrast?: string
}

const wordsOf = (sentence: string): string[] => sentence.split(/\s+/)
const span = (words: readonly string[], from: number, to: number): string => words.slice(from, to).join(' ')

/** Removes a punctuation mark at the end of both sentences, which does not tell them apart. */
function withoutSharedMark(a: string, b: string): [string, string] {
  const mark = /[.,!?;:]$/.exec(a)?.[0]
  return mark !== undefined && b.endsWith(mark) && a.length > 1 && b.length > 1
    ? [a.slice(0, -1), b.slice(0, -1)]
    : [a, b]
}
