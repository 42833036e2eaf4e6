/**
 * Logs of lm-evaluation-harness (`--log_samples`). `doc` is the benchmark's record. `arguments` is what the model was
 * asked: one pair of context and continuation for every option. `target` is the right option, or the expected text.
 */
import { z } from 'zod'
import { brokenReason } from '../broken.ts'
import type { Prompt } from '../record.ts'
import { quotedName } from '../text.ts'
import { readAnswer } from './answers.ts'
import { Fields, otherFields, type Raw } from './fields.ts'
import { objects, reader, Refused, withFound, type DatasetFormat, type FileFacts } from './format.ts'

const pair = z.tuple([z.string()], z.unknown())
/** A list of pairs, or an object of them by number, as newer versions write. */
const asked = z.union([
  z.array(pair),
  z.record(z.string(), z.looseObject({ arg_0: z.string(), arg_1: z.unknown() })).transform((byName) =>
    Object.values(byName).map(({ arg_0, arg_1 }) => (arg_1 === undefined ? [arg_0] : [arg_0, arg_1])),
  ),
])

/** `others`: the formats to try on `doc` if the log does not say what the model was asked. */
export const harnessOf = (others: readonly DatasetFormat[]): DatasetFormat => ({
  name: 'harness',
  fields: 'doc, arguments, target',
  recognises: (fields) => fields.hasExactly('doc') && fields.hasOne('arguments', 'target'),
  schemaFor: (fields, facts) =>
    reader((raw) => (fields.hasExactly('arguments') ? [readSample(raw, fields)] : readDoc(raw, others, facts))),
})

function readDoc(raw: Raw, others: readonly DatasetFormat[], facts: FileFacts): Prompt[] {
  const doc = objects.safeParse(raw['doc'])
  const names = doc.success ? new Fields(Object.keys(doc.data)) : null
  const format = names && others.find((each) => each.recognises(names, doc.data ?? {}))
  const read = names && format?.schemaFor(names, facts).safeParse(raw['doc'])
  if (!read) throw new Refused('doc', 'is no record of a known format, and there are no "arguments" beside it')
  if (!read.success) throw new Refused('doc', brokenReason(read.error, raw['doc']))
  const about = otherFields(raw, [])
  return read.data.map(({ extra, ...prompt }) => {
    const { distractors, answers } = extra
    return { ...prompt, extra: withFound(about, { distractors, answers }) }
  })
}

function readSample(raw: Raw, fields: Fields): Prompt {
  const read = asked.safeParse(raw['arguments'])
  const requests = read.data ?? []
  const [first] = requests
  if (!first) throw new Refused('arguments', 'is no list of contexts and continuations')
  const { text, answer, ...found } = answered(requests, first, fields.find('target') === null ? null : raw['target'])
  return { text, answer, subject: null, extra: withFound(otherFields(raw, []), found) }
}

interface Answered {
  text: string
  answer: string | null
  distractors?: readonly string[]
  /** Contexts of the wrong options, if the options differ in their contexts. */
  contrast?: readonly string[]
}

function answered(requests: readonly unknown[][], first: readonly unknown[], target: unknown): Answered {
  const context = String(first[0])
  // The pair has settings of a generation instead of a continuation, so only the target has the expected text.
  if (typeof first[1] !== 'string') return { text: context, answer: readAnswer(target)?.text ?? null }
  const pairs = requests.map(([before, after]) => ({ before: String(before), after: String(after).trim() }))
  if (pairs.length === 1) return { text: context, answer: pairs[0]?.after || null }
  const isSameEnd = pairs.every(({ after }) => after === pairs[0]?.after)
  // Some tasks also ask for the options without their context; these pairs are left out.
  const options = isSameEnd ? pairs : pairs.filter(({ before }) => before === context)
  const index = indexOf(target, options.map(({ after }) => after), isSameEnd)
  const right = index === null ? null : options[index]
  if (!right) return { text: context, answer: null }
  const wrong = options.filter((option) => option !== right)
  return isSameEnd
    ? { text: right.before, answer: right.after, contrast: wrong.map(({ before }) => before) }
    : { text: context, answer: right.after, distractors: wrong.map(({ after }) => after) }
}

/** By number, or by the text of the option; null where the log does not say. */
function indexOf(target: unknown, options: readonly string[], mustBeNumber: boolean): number | null {
  const said = Array.isArray(target) ? (target[0] as unknown) : target
  const text = typeof said === 'number' || typeof said === 'string' ? String(said).trim() : ''
  if (text === '') return null
  const byText = mustBeNumber || typeof said === 'number' ? -1 : options.indexOf(text)
  const byNumber = /^\d{1,3}$/.test(text) && Number(text) < options.length ? Number(text) : -1
  if (byText >= 0 && byNumber >= 0 && byText !== byNumber)
    throw new Refused(
      'target',
      `can mean the option ${quotedName(text)} and, by its place, ${quotedName(options[byNumber] ?? '')}`,
    )
  if (byText >= 0 || byNumber >= 0) return Math.max(byText, byNumber)
  throw new Refused(
    'target',
    `is ${quotedName(text)}, which is neither the number nor the text of one of the ${options.length} options`,
  )
}
