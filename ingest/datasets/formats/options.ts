/**
 * The options of a question, in the many ways that benchmarks write them: a list, a list of `{text, label}`, `{text:
 * […], label: […]}` (ARC), an object by letter (MedQA), a column each (`A` … `D`, `option1` …, `endings`, `sol1`), or
 * scores by option (BIG-bench).
 */
import { z } from 'zod'
import { kindOf } from '../broken.ts'
import { listIn, readAnswer } from './answers.ts'
import { Fields, type Raw } from './fields.ts'
import { Refused } from './format.ts'

export interface Options {
  texts: readonly string[]
  /** The file's names for the options, such as letters; null if it has none. */
  labels: readonly string[] | null
  /**
   * The number from which the field names count the options, and whether the publisher's answers are known to count
   * alike.
   */
  numbering: { from: 0 | 1; isSure: boolean } | null
  /** The right options, if the options themselves say it. */
  right: readonly number[] | null
}

const listNames = [
  'choices', 'options', 'candidates', 'endings', 'alternatives', 'answerchoices', 'answeroptions',
  'multiplechoicetargets', 'mcoptions', 'choicetexts', 'possiblecontinuations', 'targetscores',
] as const

/**
 * The names of option columns without their letter or number. `sure` names belong to one benchmark, whose answers count
 * from 1 (SocialIQA, αNLI, StoryCloze).
 */
const columnNames = [
  { name: 'answer', sure: 1 }, { name: 'hyp', sure: 1 }, { name: 'hypothesis', sure: 1 },
  { name: 'randomfifthsentencequiz', sure: 1 },
  { name: 'option' }, { name: 'choice' }, { name: 'ending' }, { name: 'sol' }, { name: 'solution' }, { name: 'op' },
  { name: 'candidate' }, { name: 'alternative' }, { name: 'completion' }, { name: 'quiz' }, { name: '' },
] as const
const LETTERS = 'abcdefghij'
const FROM_ONE = '123456789'
const FROM_ZERO = '012345678'
/**
 * How many columns it takes to be options: at least two; single letters need more, since one may stand there by chance.
 */
const least = (name: string) => (name === '' ? 3 : 2)

/** Whether records with these fields have options at all. */
export const haveOptions = (fields: Fields): boolean => fields.hasOne(...listNames) || columnsOf(fields) !== null

/** null if the record has no options. */
export function optionsIn(raw: Raw, fields: Fields): Options | null {
  const list = fields.find(...listNames)
  if (list !== null) return listed(raw, fields, list)
  const columns = columnsOf(fields)
  return columns && fromColumns(raw, columns)
}

interface Columns extends Pick<Options, 'labels' | 'numbering'> {
  fields: readonly string[]
}

function columnsOf(fields: Fields): Columns | null {
  for (const column of columnNames) {
    const { name } = column
    for (const series of name === '' ? [LETTERS] : [LETTERS, FROM_ZERO, FROM_ONE]) {
      const own = [...series].map((label) => fields.find(`${name}${label}`))
      const found = own.slice(0, own.includes(null) ? own.indexOf(null) : own.length).filter((each) => each !== null)
      if (found.length < least(name)) continue
      if ('sure' in column)
        return {
          fields: found,
          labels: lettersOf(series, found.length),
          numbering: { from: column.sure, isSure: true },
        }
      const from = series === FROM_ONE ? 1 : 0
      const numbering = series === LETTERS ? null : ({ from, isSure: from === 0 } as const)
      return { fields: found, labels: lettersOf(series, found.length), numbering }
    }
  }
  return null
}

/** Only letters become labels. Numbers do not, because an answer may count from 0 or from 1. */
const lettersOf = (series: string, count: number) => (series === LETTERS ? Array.from(series.slice(0, count)) : null)

function fromColumns(raw: Raw, { fields, labels, numbering }: Columns): Options | null {
  const read = fields.map((field) => readAnswer(raw[field]))
  const broken = read.indexOf(undefined)
  if (broken >= 0)
    throw new Refused(
      fields[broken] ?? '',
      `is ${kindOf(raw[fields[broken] ?? ''])} where the text of an option was expected`,
    )
  // If records have different numbers of options, the last columns are empty in some.
  const count = read.findLastIndex((option) => option !== null) + 1
  const hole = read.slice(0, count).indexOf(null)
  if (hole >= 0) throw new Refused(fields[hole] ?? '', 'is blank, though options follow it')
  const texts = read.slice(0, count).map((option) => option?.text ?? '')
  return count === 0 ? null : { texts, labels: labels?.slice(0, count) ?? null, numbering, right: null }
}

const option = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const shapes = {
  plain: z.array(option),
  labelled: z.array(z.looseObject({ text: option, label: option })),
  columns: z.looseObject({ text: z.array(option), label: z.array(option) }),
  scored: z.record(z.string(), z.number()),
  byName: z.record(z.string(), option),
} as const

function listed(raw: Raw, fields: Fields, field: string): Options | null {
  const given = typeof raw[field] === 'string' ? (listIn(raw[field]) ?? raw[field]) : raw[field]
  if (given === null || given === undefined || given === '') return null
  const plain = shapes.plain.safeParse(given)
  if (plain.success) return plain.data.length === 0 ? null : scoredBy(raw, fields, plain.data)
  const labelled = shapes.labelled.safeParse(given)
  if (labelled.success) return options(labelled.data.map(({ text }) => text), labelled.data.map(({ label }) => label))
  const columns = shapes.columns.safeParse(given)
  if (columns.success && columns.data.text.length === columns.data.label.length)
    return options(columns.data.text, columns.data.label)
  const scored = field === fields.find('targetscores') ? shapes.scored.safeParse(given) : null
  if (scored?.success) {
    const texts = Object.keys(scored.data)
    return { texts, labels: null, numbering: null, right: best(Object.values(scored.data)) }
  }
  const byName = shapes.byName.safeParse(given)
  if (byName.success && Object.keys(byName.data).length >= 2)
    return options(Object.values(byName.data), Object.keys(byName.data))
  throw new Refused(
    field,
    `is ${kindOf(given)} that holds no options; a list of texts, or one text by letter, was expected`,
  )
}

const options = (texts: readonly string[], labels: readonly string[]): Options => ({
  texts: texts.map((text) => text.trim()),
  labels,
  numbering: null,
  right: null,
})

/** A list of texts, perhaps with a list of scores beside it. */
function scoredBy(raw: Raw, fields: Fields, texts: readonly string[]): Options {
  const field = fields.find('multiplechoicescores', 'labels')
  const scores = z.array(z.number()).safeParse(field === null ? null : raw[field])
  const right = scores.success && scores.data.length === texts.length ? best(scores.data) : null
  return { texts: texts.map((text) => text.trim()), labels: null, numbering: null, right }
}

function best(scores: readonly number[]): number[] {
  const highest = Math.max(...scores)
  return scores.flatMap((score, i) => (score === highest && score > 0 ? [i] : []))
}
