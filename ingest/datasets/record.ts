/** What every dataset becomes: prompts in file order, whatever format they came in. */

/** One prompt, before it has a number. */
export interface Prompt {
  text: string
  /** What a right model says next, as written in the file (no leading space); null where the format has none. */
  answer: string | null
  /** What the prompt is about; a substring of the text in the fact datasets. */
  subject: string | null
  /**
   * The record's other fields as they are in the file, and what was read out of it besides: what tells the prompts of
   * one record apart (`variant`, `language`, `split`), wrong answers (`distractors`), other right ones (`answers`).
   */
  extra: Record<string, unknown>
}

/** One prompt of a dataset. `index` counts the accepted prompts from 0, without gaps. */
export interface DatasetRecord extends Prompt {
  index: number
}

/** A record that was refused. Both numbers count from 1, as editors do. */
export interface BrokenRecord {
  record: number
  /** Where in the file the record begins; null where a file has no lines. */
  line: number | null
  /** What is wrong, to be read after "record 5 (line 12) …". */
  reason: string
}

/**
 * A record as it was found in the file: its value, or why it has none. One that `isPlain` holds nothing that a database
 * would not store.
 */
export type RawRecord = { record: number; line: number | null } & (
  { value: unknown; isPlain: boolean } | { reason: string }
)

export const describeBroken = ({ record, line, reason }: BrokenRecord): string =>
  `record ${record}${line === null ? '' : ` (line ${line})`} ${reason}`
