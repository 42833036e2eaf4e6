/** A record's bytes as they were cut out of a file, not yet read. */
import { readJson, type ReadJson } from '../../src/json/read.ts'
import type { RawRecord } from './record.ts'
import { decodeUtf8 } from './text.ts'

export interface Cut {
  /** Where it begins; counts from 1. */
  line: number
  /** Only the first bytes if there are more than a record may have. */
  bytes: Buffer
  /** How many it really has. */
  length: number
}

/**
 * Cuts in a page: so few that the objects made from them are collected while young, since collecting old garbage costs
 * time.
 */
export const CUTS_AT_ONCE = 250

/** One record's bytes → its text, or why there is none. */
export function textOf({ bytes, length }: Cut, limitBytes: number): { text: string } | { reason: string } {
  if (length > limitBytes) return { reason: `has ${length} bytes; at most ${limitBytes} are taken` }
  const text = decodeUtf8(bytes)
  return text === null ? { reason: 'is not valid UTF-8' } : { text }
}

/** The same for a record in JSON. */
export function jsonOf(cut: Cut, limitBytes: number): ReadJson {
  if (cut.length === 0) return { reason: 'is empty: there is a comma too many' }
  const read = textOf(cut, limitBytes)
  return 'reason' in read ? read : readJson(read.text)
}

/** Every cut in order, numbered from the first of the file. */
export async function* numbered(
  pages: AsyncIterable<readonly Cut[]>,
  read: (cut: Cut) => ReadJson,
): AsyncGenerator<RawRecord[]> {
  let record = 0
  for await (const cuts of pages) yield cuts.map((cut) => ({ record: ++record, line: cut.line, ...read(cut) }))
}
