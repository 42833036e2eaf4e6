/** Every format, the particular before the general: the first that fits a record is what the record is. */
import { counterfact } from './counterfact.ts'
import type { DatasetFormat, FormatName } from './format.ts'
import { ioi } from './ioi.ts'
import { jsonl } from './jsonl.ts'
import { known } from './known.ts'
import { longra } from './longra.ts'
import { probe } from './probe.ts'
import { truthfulqa } from './truthfulqa.ts'

export const formats: readonly DatasetFormat[] = [truthfulqa, counterfact, known, longra, ioi, probe, jsonl]

export function formatNamed(name: FormatName): DatasetFormat {
  const format = formats.find((candidate) => candidate.name === name)
  if (!format) throw new Error(`no reader for the format ${name}`)
  return format
}
