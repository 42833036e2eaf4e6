/** All formats, specific ones before general ones: the first that fits a record is taken. */
import { blimp } from './blimp.ts'
import { choices } from './choices.ts'
import { counterfact } from './counterfact.ts'
import type { DatasetFormat, FormatName } from './format.ts'
import { harnessOf } from './harness.ts'
import { ioi } from './ioi.ts'
import { jsonl } from './jsonl.ts'
import { known } from './known.ts'
import { lambada } from './lambada.ts'
import { longra } from './longra.ts'
import { probe } from './probe.ts'
import { qa } from './qa.ts'
import { truthfulqa } from './truthfulqa.ts'
import { winogrande } from './winogrande.ts'

const ofRecords: readonly DatasetFormat[] = [
  truthfulqa, counterfact, known, longra, ioi, blimp, winogrande, choices, lambada, probe, qa, jsonl,
]

export const formats: readonly DatasetFormat[] = [harnessOf(ofRecords), ...ofRecords]

export function formatNamed(name: FormatName): DatasetFormat {
  const format = formats.find((candidate) => candidate.name === name)
  if (!format) throw new Error(`no reader for the format ${name}`)
  return format
}
