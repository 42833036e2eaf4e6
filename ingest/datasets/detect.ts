/** Which format a file is, when nobody says: the one that most of its first records look like. */
import { UserError } from '../../src/errors.ts'
import type { DatasetFormat } from './formats/format.ts'
import { formats } from './formats/index.ts'
import type { RawRecord } from './record.ts'

/** Enough to outvote broken records at the top of a file. */
const SAMPLE = 50

export const keysOf = (value: unknown): ReadonlySet<string> =>
  new Set(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [])

export function detectFormat(raw: readonly RawRecord[], file: string): DatasetFormat {
  const votes = new Map<DatasetFormat, number>()
  for (const record of raw.slice(0, SAMPLE)) {
    const keys = 'value' in record ? keysOf(record.value) : new Set<string>()
    const format = formats.find((candidate) => candidate.recognises(keys))
    if (format) votes.set(format, (votes.get(format) ?? 0) + 1)
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a)
  if (best) return best[0]
  const expected = formats.map(({ name, fields }) => `${name} (${fields})`).join(', or ')
  throw new UserError('BAD_DATASET', `${file} is of no known format: ${describeFirst(raw)}; expected ${expected}.`)
}

function describeFirst([first]: readonly RawRecord[]): string {
  if (!first) return 'it has no records'
  if ('reason' in first) return `record ${first.record} (line ${first.line}) ${first.reason}`
  const fields = [...keysOf(first.value)]
  return fields.length > 0 ? `its records have the fields ${fields.slice(0, 12).join(', ')}` : 'its records are not objects'
}
