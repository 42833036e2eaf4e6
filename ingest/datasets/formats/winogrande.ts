/**
 * WinoGrande and other schemas with a blank: `sentence` with a `_`, and two options or more that may fill it. The
 * prompt is the text before the blank, and the answer is the option that belongs there. The whole sentence is kept
 * among the other fields, since often only the text after the blank decides.
 */
import { otherFields, type Fields, type Raw } from './fields.ts'
import { asQuestion, reader, Refused, textIn, withFound, type DatasetFormat, type FileFacts } from './format.ts'
import { goldOf } from './gold.ts'
import { optionsIn } from './options.ts'

const BLANK = /_+/

export const winogrande: DatasetFormat = {
  name: 'winogrande',
  fields: 'sentence with _, option1, option2, answer',
  recognises: (fields) => fields.has('sentence', 'option1', 'option2'),
  schemaFor: (fields, facts) => reader((raw) => [readSchema(raw, fields, facts)]),
}

function readSchema(raw: Raw, fields: Fields, facts: FileFacts) {
  const field = fields.find('sentence') ?? 'sentence'
  const sentence = textIn(raw, field)
  const blank = BLANK.exec(sentence)
  if (!blank) throw new Refused(field, 'has no _ where an option goes')
  const before = sentence.slice(0, blank.index).trimEnd()
  const options = optionsIn(raw, fields)
  const gold = options && goldOf(raw, fields, options, facts)
  return {
    // A sentence that begins with its blank has nothing before it to go on from.
    text: before === '' ? asQuestion(sentence) : before,
    answer: gold?.answer ?? null,
    subject: null,
    extra: withFound(otherFields(raw, []), { distractors: gold?.distractors }),
  }
}
