/** What every dataset becomes: prompts in file order, whatever format they came in. */

/** One prompt, before it has a number. */
export interface Prompt {
  text: string
  /** What a right model says next, as written in the file (no leading space); null where the format has none. */
  answer: string | null
  /** What the prompt is about; a substring of the text in the fact datasets. */
  subject: string | null
  /** The record's other fields, and what tells the prompts of one record apart (`variant`, `language`). */
  extra: Record<string, unknown>
}

/** One prompt of a dataset. `index` counts the accepted prompts from 0, without gaps. */
export interface DatasetRecord extends Prompt {
  index: number
}

/** A record that was refused. Both numbers count from 1, as editors do. */
export interface BrokenRecord {
  record: number
  /** Where in the file the record begins. */
  line: number
  /** What is wrong, to be read after "record 5 (line 12) …". */
  reason: string
}

/** A record as it was found in the file: its value, or why it has none. */
export type RawRecord = { record: number; line: number } & ({ value: unknown } | { reason: string })

export const describeBroken = ({ record, line, reason }: BrokenRecord): string =>
  `record ${record} (line ${line}) ${reason}`
