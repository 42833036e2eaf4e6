/**
 * Comma-separated values (RFC 4180) with a header row: quoted fields may hold commas, doubled quotes and line breaks.
 * Every row becomes an object of strings, so that the formats read CSV and JSON alike.
 *
 * Written by hand because each broken row is told with its line, and the next one is read. csv-parse (7.0.3) reads
 * nothing behind text that follows a closing quote or a row over the limit, tells an open quote by the last line of the
 * file, replaces bytes that are not UTF-8 or leaves them to the caller, and takes some three times as long.
 */
import { UserError } from '../../src/errors.ts'
import type { RawRecord } from './record.ts'
import { decodeUtf8 } from './text.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const NEWLINE = 0x0a

export function* readCsv(bytes: Buffer, recordBytes: number, file: string): Generator<RawRecord> {
  const rows = splitRows(bytes, file)
  const first = rows.next()
  if (first.done) return
  const header = fieldsOf(decodeUtf8(first.value.bytes) ?? '') ?? []
  let record = 0
  for (const { bytes: row, line } of rows)
    yield { record: ++record, line, ...readRow(row, header, recordBytes) }
}

/** The column names, or null where the first row cannot be a header. */
export function readCsvHeader(bytes: Buffer, file: string): string[] | null {
  const first = splitRows(bytes, file).next()
  const text = first.done ? null : decodeUtf8(first.value.bytes)
  const header = text === null ? null : fieldsOf(text)
  return header && new Set(header).size === header.length ? header : null
}

function readRow(row: Buffer, header: readonly string[], limitBytes: number): { value: unknown } | { reason: string } {
  if (row.length > limitBytes) return { reason: `has ${row.length} bytes; at most ${limitBytes} are taken` }
  const text = decodeUtf8(row)
  if (text === null) return { reason: 'is not valid UTF-8' }
  const fields = fieldsOf(text)
  if (fields === null) return { reason: 'has a quote in the middle of a field; quote the whole field and double it' }
  if (fields.length !== header.length)
    return { reason: `has ${fields.length} fields where the header names ${header.length}` }
  return { value: Object.fromEntries(header.map((name, i) => [name, fields[i] ?? ''])) }
}

/** Rows as bytes, with the line each begins on. A line break inside quotes does not end a row. */
function* splitRows(bytes: Buffer, file: string): Generator<{ bytes: Buffer; line: number }> {
  let line = 1
  for (let start = 0; start < bytes.length; ) {
    const startLine = line
    let quoted = false
    let at = start
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === QUOTE) {
        if (!quoted) quoted = at === start || bytes[at - 1] === COMMA
        else if (bytes[at + 1] === QUOTE) at++
        else quoted = false
      } else if (byte === NEWLINE) {
        line++
        if (!quoted) break
      }
    }
    if (quoted)
      throw new UserError('BAD_DATASET', `${file} has a quote that never closes in the row that begins on line ${startLine}.`)
    const end = at > start && bytes[at - 1] === 0x0d ? at - 1 : at
    if (end > start) yield { bytes: bytes.subarray(start, end), line: startLine }
    start = at + 1
  }
}

/** The fields of one row; null where a quote stands inside an unquoted field or text follows a closing quote. */
function fieldsOf(row: string): string[] | null {
  const fields: string[] = []
  for (let at = 0; at <= row.length; at++) {
    if (row[at] !== '"') {
      const comma = row.indexOf(',', at)
      const end = comma < 0 ? row.length : comma
      const field = row.slice(at, end)
      if (field.includes('"')) return null
      fields.push(field)
      at = end
      continue
    }
    let field = ''
    for (at++; ; at++) {
      const quote = row.indexOf('"', at)
      if (quote < 0) return null
      field += row.slice(at, quote)
      at = quote + 1
      if (row[at] !== '"') break
      field += '"'
    }
    if (at < row.length && row[at] !== ',') return null
    fields.push(field)
  }
  return fields
}
