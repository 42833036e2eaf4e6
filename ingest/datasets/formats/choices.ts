/**
 * Questions and beginnings with options, of which one is right: MMLU and MMLU-Pro, ARC, OpenBookQA, CommonsenseQA,
 * HellaSwag, SWAG, PIQA, SocialIQA, COPA, αNLI, StoryCloze, SciQ, RACE, AGIEval, MedQA, MedMCQA, GPQA, BIG-bench, and
 * files of the same form. The answer is the right option's text, since the prompt does not list the options; the wrong
 * options are `distractors`. The file's own fields are kept beside them.
 */
import type { Prompt } from '../record.ts'
import { answerNames, readAnswer } from './answers.ts'
import { Fields, otherFields, plainName, type Raw } from './fields.ts'
import { optionalText, reader, textIn, withFound, type DatasetFormat, type FileFacts } from './format.ts'
import { goldOf, type Gold } from './gold.ts'
import { haveOptions, optionsIn } from './options.ts'
import { passageNames, questionNames, questionPrompt } from './qa.ts'

/** Fields that are prompts already; they take precedence over a question. */
const promptNames = ['prompt', 'fullprompt', 'inputs', 'input'] as const
/** Fields with the beginning of a text that the options continue. */
const beginningNames = [
  'ctx', 'startphrase', 'obs1', 'observation1', 'beginning', 'context', 'sentence', 'premise', 'text',
] as const
const storyNames = ['inputsentence1', 'inputsentence2', 'inputsentence3', 'inputsentence4'] as const

const wrongName = /^(?:incorrect|wrong)(?:answer|option|choice)s?\d*$|^distractors?\d*$/

export const choices: DatasetFormat = {
  name: 'choices',
  fields: 'question or prompt, choices or options or A, B, C …, answer or label',
  recognises: (fields) =>
    (haveOptions(fields) || hasWrongOnes(fields) || isStemmed(fields)) &&
    (fields.hasOne(...questionNames, ...promptNames, ...beginningNames) || fields.has(...storyNames)),
  schemaFor: (fields, facts) => reader((raw) => [readChoice(raw, fields, facts)]),
}

const hasWrongOnes = (fields: Fields) =>
  fields.hasOne('correctanswer', 'answer') && fields.names.some((name) => wrongName.test(plainName(name)))

/**
 * ARC's own files: `question: {stem, choices}`. Seen by the names, since `answerKey` stands beside a question alone.
 */
const isStemmed = (fields: Fields) => fields.has('question', 'answerkey')

function readChoice(raw: Raw, fields: Fields, facts: FileFacts): Prompt {
  const stemmed = unstemmed(raw, fields)
  if (stemmed) return readChoice(stemmed, new Fields(Object.keys(stemmed)), facts)
  const options = haveOptions(fields) ? optionsIn(raw, fields) : null
  const gold = options ? goldOf(raw, fields, options, facts) : goldBesideWrong(raw, fields)
  const { text, used } = promptOf(raw, fields)
  const subject = fields.find('subject')
  const subjectText = optionalText(raw, subject)
  const extra = otherFields(raw, [...used, subjectText === null ? null : subject])
  return {
    text,
    answer: gold?.answer ?? null,
    subject: subjectText,
    extra: withFound(extra, {
      distractors: gold?.distractors,
      answers: gold?.others.length ? [gold.answer, ...gold.others] : null,
    }),
  }
}

function unstemmed(raw: Raw, fields: Fields): Raw | null {
  const field = fields.find('question')
  const question = field === null ? null : raw[field]
  if (typeof question !== 'object' || question === null || Array.isArray(question) || !('stem' in question)) return null
  const { stem, ...rest } = question
  return { ...otherFields(raw, [field]), ...rest, question: stem }
}

/** The right answer as a text, the wrong ones in fields or a list of their own (SciQ, GPQA). */
function goldBesideWrong(raw: Raw, fields: Fields): Gold | null {
  const right = fields.find('correctanswer', 'answer', ...answerNames)
  const answer = right === null ? null : readAnswer(raw[right])
  if (!answer) return null
  const wrong = fields.names.filter((name) => wrongName.test(plainName(name))).map((name) => readAnswer(raw[name]))
  return {
    answer: answer.text,
    others: answer.others,
    distractors: wrong.flatMap((each) => (each ? [each.text, ...each.others] : [])),
  }
}

function promptOf(raw: Raw, fields: Fields): { text: string; used: (string | null)[] } {
  // A query is a question about a passage; without one it is a prompt, as lm-evaluation-harness prepares it.
  const prompt = fields.find(...promptNames) ?? (fields.hasOne(...passageNames) ? null : fields.find('query'))
  if (prompt !== null) return { text: textIn(raw, prompt), used: [prompt] }
  if (fields.has(...storyNames)) {
    const sentences = storyNames.map((name) => fields.find(name) ?? name)
    return { text: sentences.map((name) => textIn(raw, name).trim()).join(' '), used: sentences }
  }
  const premise = fields.find('premise')
  if (premise !== null) return { text: continued(textIn(raw, premise), raw, fields), used: [premise] }
  if (fields.hasOne(...questionNames)) return questionPrompt(raw, fields)
  const beginning = fields.find(...beginningNames) ?? 'text'
  return { text: textIn(raw, beginning), used: [beginning] }
}

/** COPA asks for a cause or an effect of its premise: "… because", "… so". */
function continued(premise: string, raw: Raw, fields: Fields): string {
  const asked = optionalText(raw, fields.find('question', 'asksfor'))
  const word = asked === 'cause' ? ' because' : asked === 'effect' ? ' so' : ''
  return word === '' ? premise : `${premise.trim().replace(/\.$/, '')}${word}`
}
