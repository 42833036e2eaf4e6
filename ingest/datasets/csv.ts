/**
 * Comma-separated values (RFC 4180) with a header row: quoted fields may hold commas, doubled quotes and line breaks.
 * Tabs, semicolons and bars may also separate fields. Every row becomes an object of strings, so that the formats read
 * CSV and JSON alike.
 *
 * Written by hand, because each broken row must be reported with its line and the next one still be read. csv-parse
 * (7.0.3) stops at text after a closing quote and at a row over the limit. It reports an open quote with the last line
 * of the file. It replaces bytes that are not UTF-8 or leaves them to the caller, and takes some three times as long.
 */
import { UserError } from '../../src/errors.ts'
import type { ReadJson } from '../../src/json/read.ts'
import { CUTS_AT_ONCE, textOf, type Cut } from './cut.ts'
import type { ByteWindow } from './window.ts'

const QUOTE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d

export const separators = [',', '\t', ';', '|'] as const
export type Separator = (typeof separators)[number]

/** A row → an object with a string under each name. */
export function readRow(cut: Cut, header: readonly string[], separator: Separator, limitBytes: number): ReadJson {
  const read = textOf(cut, limitBytes)
  if ('reason' in read) return read
  const fields = fieldsOf(read.text, separator)
  if (fields === null) return { reason: 'has a quote in the middle of a field; quote the whole field and double it' }
  if (fields.length !== header.length)
    return { reason: `has ${fields.length} fields where the header names ${header.length}` }
  const value: Record<string, string> = {}
  header.forEach((name, i) => (value[name] = fields[i] ?? ''))
  return { value, isPlain: !read.text.includes('\0') }
}

/** Where in a row a byte stands. */
const FIELD_START = 0
const PLAIN = 1
const QUOTED = 2
/** After a quote inside quotes: it is the end of the field, or half of a doubled quote. */
const QUOTE_SEEN = 3

/** Rows as bytes, with the line each begins on. A line break inside quotes ends no row; empty rows are skipped. */
export async function* cutRows(
  window: ByteWindow,
  separator: Separator,
  keepBytes: number,
  file: string,
): AsyncGenerator<Cut[]> {
  const rows = new RowScan(window, separator, keepBytes)
  for (let isMore = true; isMore; ) {
    const cuts: Cut[] = []
    if (!rows.takeHere(cuts)) {
      isMore = await window.more(rows.forget())
      if (!isMore) rows.takeLast(cuts, file)
    }
    if (cuts.length > 0) yield cuts
  }
}

class RowScan {
  #between: number
  #place = FIELD_START
  #line = 1
  #at = 0
  /** State of the open row: its line, where it begins in the window, and how much of it the window has forgotten. */
  #rowLine = 1
  #start = 0
  #forgotten = 0
  #beginning: Buffer | null = null

  constructor(
    private readonly window: ByteWindow,
    separator: Separator,
    private readonly keepBytes: number,
  ) {
    this.#between = separator.charCodeAt(0)
  }

  /** Takes the rows that end in the window, until there are enough; false if the window ends first. */
  takeHere(cuts: Cut[]): boolean {
    const { bytes } = this.window
    const between = this.#between
    let place = this.#place
    let at = this.#at
    for (; at < bytes.length && cuts.length < CUTS_AT_ONCE; at++) {
      const byte = bytes[at]
      if (byte === QUOTE) {
        if (place === FIELD_START || place === QUOTE_SEEN) place = QUOTED
        else place = place === QUOTED ? QUOTE_SEEN : PLAIN
      } else if (byte === NEWLINE) {
        this.#line++
        if (place === QUOTED) continue
        this.#cut(at, cuts)
        this.#start = at + 1
        place = FIELD_START
      } else if (place !== QUOTED) place = byte === between ? FIELD_START : PLAIN
    }
    this.#place = place
    this.#at = at
    return at < bytes.length
  }

  /** The window may forget its bytes before this place. The open row is kept, unless it is too large anyway. */
  forget(): number {
    if (this.#at - this.#start > this.keepBytes) {
      this.#beginning ??= this.window.bytes.subarray(this.#start, this.#start + this.keepBytes)
      this.#forgotten += this.#at - this.#start
      this.#start = this.#at
    }
    const place = this.#start
    this.#at -= place
    this.#start = 0
    return place
  }

  /** Takes the last row, which no line break ends. Refuses (UserError) a row whose quote never closes. */
  takeLast(cuts: Cut[], file: string): void {
    if (this.#place === QUOTED)
      throw new UserError(
        'BAD_DATASET',
        `${file} has a quote that never closes in the row that begins on line ${this.#rowLine}.`,
      )
    this.#cut(this.window.bytes.length, cuts)
  }

  #cut(end: number, cuts: Cut[]): void {
    const { bytes } = this.window
    const last = end > this.#start && bytes[end - 1] === RETURN ? end - 1 : end
    const found = bytes.subarray(this.#start, last)
    const cut = { line: this.#rowLine, bytes: this.#beginning ?? found, length: this.#forgotten + found.length }
    if (cut.length > 0) cuts.push(cut)
    this.#rowLine = this.#line
    this.#forgotten = 0
    this.#beginning = null
  }
}

/** The fields of one row; null if a quote stands inside an unquoted field or text follows a closing quote. */
export function fieldsOf(row: string, separator: Separator): string[] | null {
  const fields: string[] = []
  for (let at = 0; at <= row.length; at++) {
    if (row[at] !== '"') {
      const next = row.indexOf(separator, at)
      const end = next < 0 ? row.length : next
      const field = row.slice(at, end)
      // Files with tabs are often written without any quoting.
      if (separator !== '\t' && field.includes('"')) return null
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
    if (at < row.length && row[at] !== separator) return null
    fields.push(field)
  }
  return fields
}
