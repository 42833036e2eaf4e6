/** JSON lines: one record per line. Blank lines are skipped. */
import { CUTS_AT_ONCE, type Cut } from './cut.ts'
import type { ByteWindow } from './window.ts'

const NEWLINE = 0x0a

/** Lines longer than `keepBytes` come without their end. */
export async function* cutLines(window: ByteWindow, keepBytes: number): AsyncGenerator<Cut[]> {
  let line = 0
  /** A line over the limit: its beginning, and how much of it the window has forgotten. */
  let long: Cut | null = null
  let start = 0
  for (let isMore = true; isMore; ) {
    let cuts: Cut[] = []
    const take = (end: number) => {
      line++
      const bytes = window.bytes.subarray(start, end)
      if (long) cuts.push({ ...long, length: long.length + bytes.length })
      else if (!isBlank(bytes)) cuts.push({ line, bytes, length: bytes.length })
      long = null
      start = end + 1
    }
    for (let end = window.bytes.indexOf(NEWLINE); end >= 0; end = window.bytes.indexOf(NEWLINE, start)) {
      take(end)
      if (cuts.length < CUTS_AT_ONCE) continue
      yield cuts
      cuts = []
    }
    const rest = window.bytes.length - start
    if (rest > keepBytes || long) {
      const before: Cut = long ?? { line: line + 1, bytes: window.bytes.subarray(start, start + keepBytes), length: 0 }
      long = { ...before, length: before.length + rest }
      start = window.bytes.length
    }
    isMore = await window.more(start)
    start = 0
    if (!isMore && (window.bytes.length > 0 || long)) take(window.bytes.length)
    if (cuts.length > 0) yield cuts
  }
}

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
