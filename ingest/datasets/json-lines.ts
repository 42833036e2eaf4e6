/** JSON lines: one record per line. Blank lines are passed over. */
import { parseRecord } from './json-value.ts'
import type { RawRecord } from './record.ts'

const NEWLINE = 0x0a

export function* readJsonLines(bytes: Buffer, recordBytes: number): Generator<RawRecord> {
  let line = 0
  let record = 0
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, start)
    const end = found < 0 ? bytes.length : found
    line++
    const content = bytes.subarray(start, end)
    if (!isBlank(content)) yield { record: ++record, line, ...parseRecord(content, recordBytes) }
    start = end + 1
  }
}

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
