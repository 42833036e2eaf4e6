/**
 * Which option is right, as the record says it: by its letter, its number, its text, or a list of these. If a word can
 * mean two options, or a number fits none, the record is refused, since a guess would be an answer that nobody gave.
 */
import { kindOf } from '../broken.ts'
import { isLosslessNumber } from '../../../src/json/number.ts'
import type { Fields, Raw } from './fields.ts'
import { Refused, type FileFacts } from './format.ts'
import { quotedName } from '../text.ts'
import type { Options } from './options.ts'

export interface Gold {
  answer: string
  /** Other options that are right, too. */
  others: readonly string[]
  /** The wrong ones. */
  distractors: readonly string[]
}

/** Fields that name an option by its letter or number. */
const keyNames = [
  'answerkey', 'answeridx', 'answerindex', 'answerid', 'correctindex', 'correctidx', 'correctanswerindex',
  'correctansweridx', 'correctoption', 'correctchoice', 'correctoptionindex', 'goldindex', 'goldidx',
  'answerrightending', 'cop',
] as const
/** Fields that may give its text instead. */
const wordNames = ['answer', 'gold', 'label', 'target', 'correct', 'correctanswer'] as const
/** Fields that may name an option or its text, or may hold something else. */
const otherNames = [
  'rightanswer', 'answertext', 'targets', 'truth', 'groundtruth', 'solution', 'ideal', 'output', 'completion',
] as const

/** null if the record does not say which option is right, as in test sets. */
export function goldOf(raw: Raw, fields: Fields, options: Options, facts: FileFacts): Gold | null {
  if (options.right) return options.right.length > 0 ? gold(options, options.right) : null
  const key = firstSaid(keyNames, raw, fields, options, facts)
  const word = firstSaid(wordNames, raw, fields, options, facts)
  if (key && word && !key.indexes.some((index) => word.indexes.includes(index)))
    throw new Refused(
      key.field,
      `names ${shown(options, key.indexes)}, and "${word.field}" names ${shown(options, word.indexes)}`,
    )
  const said = key ?? word ?? perhapsSaid(raw, fields, options, facts)
  return said && gold(options, said.indexes)
}

const shown = ({ texts }: Options, indexes: readonly number[]) =>
  indexes.map((i) => quotedName(texts[i] ?? '')).join(', ')

function gold({ texts }: Options, [first = 0, ...others]: readonly number[]): Gold {
  const right = new Set([first, ...others])
  return {
    answer: texts[first] ?? '',
    others: others.map((i) => texts[i] ?? ''),
    distractors: texts.filter((_, i) => !right.has(i)),
  }
}

interface Said {
  field: string
  indexes: readonly number[]
}

function firstSaid(
  names: readonly string[],
  raw: Raw,
  fields: Fields,
  options: Options,
  facts: FileFacts,
): Said | null {
  for (const name of names) {
    const field = fields.find(name)
    if (field === null) continue
    const value = raw[field]
    const place: Place = {
      field,
      options,
      facts,
      isKey: names === keyNames || name === 'label',
      isClass: name === 'label',
    }
    const found = (Array.isArray(value) ? value : [value]).map((one: unknown) => indexOf(one, place))
    const indexes = [...new Set(found.filter((index) => index !== null))]
    if (indexes.length > 0) return { field, indexes }
  }
  return null
}

function perhapsSaid(raw: Raw, fields: Fields, options: Options, facts: FileFacts): Said | null {
  try {
    return firstSaid(otherNames, raw, fields, options, facts)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

interface Place {
  field: string
  options: Options
  facts: FileFacts
  /** Whether the field holds a letter or a number rather than a text. */
  isKey: boolean
  /**
   * Whether the field is `label`, a class. Classes are counted from 0, even if the options are `choice1` and `choice2`
   * (COPA, PIQA).
   */
  isClass: boolean
}

/** null for the values that say nothing: null, blank, -1. */
function indexOf(value: unknown, place: Place): number | null {
  const { field, options, isKey } = place
  if (value === null || value === undefined || value === -1) return null
  if (typeof value !== 'string' && typeof value !== 'number') {
    const what = isLosslessNumber(value) ? value.value : kindOf(value)
    throw new Refused(field, `is ${what} where the letter, the number or the text of an option was expected`)
  }
  const text = String(value).trim()
  if (text === '' || text === '-1') return null
  const byLabel = options.labels?.findIndex((label) => bare(label) === bare(text)) ?? -1
  if (byLabel >= 0) return byLabel
  const byText = typeof value === 'number' ? -1 : textIndex(text, options)
  const byPlace = placeIndex(text, place, byText < 0)
  if (byText >= 0 && byPlace >= 0 && byText !== byPlace && !isKey)
    throw new Refused(
      field,
      `can mean the option ${quotedName(text)} and, by its place, ${quotedName(options.texts[byPlace] ?? '')}`,
    )
  const index = isKey && byPlace >= 0 ? byPlace : byText >= 0 ? byText : byPlace
  if (index >= 0) return index
  throw new Refused(field, `is ${quotedName(text)}, which is neither the letter, the number nor the text of an option`)
}

/** `(B)`, `B.` and `b` → `b` */
const bare = (text: string): string => (/^\(?([A-Za-z0-9]{1,2})\)?[.:)]?$/.exec(text)?.[1] ?? text).toLowerCase()

/** The index of the option with this text; also finds the option Paris for `B. Paris`. */
function textIndex(text: string, { texts }: Options): number {
  const index = texts.indexOf(text)
  const behindLetter = /^\(?[A-Za-z]\)?[.:)]\s+(\S[^]*)$/.exec(text)?.[1]
  return index < 0 && behindLetter !== undefined ? texts.indexOf(behindLetter) : index
}

/** The index by letter, if the options have no labels of their own, or by number; -1 if the text is neither. */
function placeIndex(text: string, { field, options, facts, isClass }: Place, mustBe: boolean): number {
  const { texts, labels, numbering } = options
  const letter = bare(text)
  if (!labels && /^[a-z]$/.test(letter)) {
    const index = letter.charCodeAt(0) - 'a'.charCodeAt(0)
    return index < texts.length ? index : -1
  }
  if (!NUMBER.test(text)) return -1
  const from = facts.optionsFrom ?? (isClass && numbering?.isSure !== true ? 0 : (numbering?.from ?? 0))
  const index = Number(text) - from
  if (index >= 0 && index < texts.length) return index
  if (!mustBe) return -1
  throw new Refused(field, `is ${text}, and its ${texts.length} options are numbered from ${from}`)
}

const NUMBER = /^\d{1,4}(?:\.0)?$/

/**
 * What many records tell together: an answer of 0 means that options are counted from 0, and an answer as large as the
 * number of options means from 1. If neither occurs, or both do, nothing is known.
 */
export function factsOf(records: readonly { options: Options; raw: Raw; fields: Fields }[]): FileFacts {
  let isFromZero = false
  let isFromOne = false
  for (const { options, raw, fields } of records) {
    const field = fields.find(...keyNames, ...wordNames)
    const text = field === null ? '' : String(raw[field]).trim()
    if (
      !NUMBER.test(text) ||
      options.labels?.includes(text) ||
      (typeof raw[field ?? ''] === 'string' && options.texts.includes(text))
    )
      continue
    if (Number(text) === 0) isFromZero = true
    if (Number(text) === options.texts.length) isFromOne = true
  }
  return { optionsFrom: isFromZero === isFromOne ? null : isFromZero ? 0 : 1 }
}
