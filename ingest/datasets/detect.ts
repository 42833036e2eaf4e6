/** The format of a file if the user does not name it: the one that most of its first records look like. */
import { UserError } from '../../src/errors.ts'
import { Fields, type Raw } from './formats/fields.ts'
import type { DatasetFormat, FileFacts } from './formats/format.ts'
import { factsOf } from './formats/gold.ts'
import { formats } from './formats/index.ts'
import { haveOptions, optionsIn } from './formats/options.ts'
import type { RawRecord } from './record.ts'
import { shownName } from './text.ts'

/**
 * Records looked at: enough to outvote broken ones at the top of a file, and to see whether it counts options from 0 or
 * 1.
 */
export const SAMPLE = 200

/** Whether an object with these fields is a record of some format. */
export function isRecord(names: readonly string[]): boolean {
  const fields = new Fields(names)
  return formats.some((format) => format.recognises(fields, {}))
}

export function detectFormat(sample: readonly RawRecord[], file: string): DatasetFormat {
  const votes = new Map<DatasetFormat, number>()
  for (const raw of objectsOf(sample)) {
    const fields = new Fields(Object.keys(raw))
    const format = formats.find((candidate) => candidate.recognises(fields, raw))
    if (format) votes.set(format, (votes.get(format) ?? 0) + 1)
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a)
  if (best) return best[0]
  throw new UserError(
    'BAD_DATASET',
    `${file} is of no known format: ${describeFirst(sample)}; expected a prompt or text with its answer, a question ` +
      'with its answer or options, or another format that tributary dataset --help lists.',
  )
}

/** What the records tell together. Records that cannot be read are left out. */
export function factsIn(sample: readonly RawRecord[]): FileFacts {
  return factsOf(
    objectsOf(sample).flatMap((raw) => {
      const fields = new Fields(Object.keys(raw))
      try {
        const options = haveOptions(fields) ? optionsIn(raw, fields) : null
        return options ? [{ options, raw, fields }] : []
      } catch {
        return []
      }
    }),
  )
}

export const isObject = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectsOf = (records: readonly RawRecord[]): Raw[] =>
  records.flatMap((record) => ('value' in record && isObject(record.value) ? [record.value] : []))

const SHOWN = 12

function describeFirst([first]: readonly RawRecord[]): string {
  if (!first) return 'it has no records'
  if ('reason' in first)
    return `record ${first.record}${first.line === null ? '' : ` (line ${first.line})`} ${first.reason}`
  const names = isObject(first.value) ? Object.keys(first.value) : []
  return names.length > 0
    ? `its records have the fields ${names.slice(0, SHOWN).map(shownName).join(', ')}`
    : 'its records are not objects'
}
