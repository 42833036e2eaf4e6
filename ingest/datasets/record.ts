/** What every dataset becomes: prompts in file order, whatever format they came in. */

/** One prompt, before it has a number. */
export interface Prompt {
  text: string
  /** What a correct model says next, as written in the file (no leading space); null if the format has no answer. */
  answer: string | null
  /** What the prompt is about; a substring of the text in the fact datasets. */
  subject: string | null
  /**
   * The record's other fields as they are in the file, and more values that were read out of it: those that tell the
   * prompts of one record apart (`variant`, `language`, `split`), wrong answers (`distractors`), and other right ones
   * (`answers`).
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
 * A record as found in the file: its value, or why it has none. A record with `isPlain` holds nothing that a database
 * would not store.
 */
export type RawRecord = { record: number; line: number | null } & (
  { value: unknown; isPlain: boolean } | { reason: string }
)

export const describeBroken = ({ record, line, reason }: BrokenRecord): string =>
  `record ${record}${line === null ? '' : ` (line ${line})`} ${reason}`
